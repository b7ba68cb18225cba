import { useEffect, useRef, useState } from 'preact/hooks';
import { request } from '../api/client';
import type { Role, Token } from '../api/types';
import { useResource } from '../api/use_resource';
import { announce } from '../lib/announce';
import { ask } from '../parts/ask';
import { Empty, ErrorBox, ResourceState, TableBox, Time } from '../parts/basics';
import { Field } from '../parts/field';
import { useForm } from '../parts/use_form';
import { t } from '../texts';
import { RolesField, roles_up_to } from './roles_field';

const kDay_s = 86_400;
const kDays = [7, 30, 90, 365];

/** Kept nowhere else: once this is closed the page doesn't have the secret any more. */
function Secret({ secret, close }: { secret: string; close: () => void }) {
    const box = useRef<HTMLInputElement>(null);
    const a = t().accounts;
    useEffect(() => {
        box.current?.focus();
        box.current?.select();
    }, []);
    const copy = async () => {
        try {
            await navigator.clipboard.writeText(secret);
            announce(t().app.copied);
        } catch {
            // Without TLS browsers have no clipboard. Selected, it can be copied by hand.
            box.current?.select();
        }
    };
    return (
        <div class="panel good">
            <Field label={a.secret_title} hint={a.secret_hint}>
                {(control) => <input {...control} ref={box} class="code" readOnly value={secret} />}
            </Field>
            <div class="actions">
                <button type="button" class="button primary" onClick={() => void copy()}>
                    {t().app.copy}
                </button>
                <button type="button" class="button" onClick={close}>
                    {a.secret_done}
                </button>
            </div>
        </div>
    );
}

function NewToken({ made }: { made: (secret: string) => void }) {
    const [label, set_label] = useState('');
    const [role, set_role] = useState<Role>('read');
    const [days, set_days] = useState(90);
    const form = useForm(['label', 'roles', 'expires_in']);
    const a = t().accounts;

    const submit = (event: Event) => {
        event.preventDefault();
        void form.run(async () => {
            const token = await request<{ secret: string }>('POST', '/tokens', {
                label: label.trim(),
                roles: roles_up_to(role),
                expires_in: days * kDay_s,
            });
            set_label('');
            made(token.secret);
        });
    };
    return (
        <form onSubmit={submit} class="panel">
            <h3>{a.add_token}</h3>
            <div class="form-grid">
                <Field label={a.label} hint={a.label_hint} error={form.error_at('label')}>
                    {(control) => (
                        <input
                            {...control}
                            required
                            autocomplete="off"
                            value={label}
                            onInput={(event) => set_label(event.currentTarget.value)}
                        />
                    )}
                </Field>
                <Field label={a.expires_in} error={form.error_at('expires_in')}>
                    {(control) => (
                        <select
                            {...control}
                            value={days}
                            onChange={(event) => set_days(Number(event.currentTarget.value))}
                        >
                            {kDays.map((n) => (
                                <option key={n} value={n}>
                                    {a.days(n)}
                                </option>
                            ))}
                        </select>
                    )}
                </Field>
                <RolesField value={role} change={set_role} error={form.error_at('roles')} />
            </div>
            <ErrorBox error={form.error} />
            <button type="submit" class="button primary" disabled={form.busy}>
                {a.add_token}
            </button>
        </form>
    );
}

export function TokenList() {
    const tokens = useResource<{ tokens: Token[] }>('/tokens');
    const [secret, set_secret] = useState<string | null>(null);
    const form = useForm([]);
    const a = t().accounts;
    const rows = tokens.data?.tokens;

    const remove = async (token: Token) => {
        const yes = await ask({
            title: a.token_remove_title(token.label),
            text: a.token_remove_text,
            yes: t().app.remove,
            danger: true,
        });
        if (!yes) return;
        await form.run(async () => {
            await request('DELETE', `/tokens/${encodeURIComponent(token.id)}`);
            announce(a.token_removed);
            tokens.reload();
        });
    };
    return (
        <section class="block">
            <h2>{a.tokens}</h2>
            <ResourceState of={tokens} />
            <ErrorBox error={form.error} />
            {rows && rows.length === 0 && <Empty hint={a.tokens_empty} />}
            {rows && rows.length > 0 && (
                <TableBox label={a.tokens}>
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{a.label}</th>
                                <th scope="col">{a.account}</th>
                                <th scope="col">{a.roles}</th>
                                <th scope="col">{a.created}</th>
                                <th scope="col">{a.expires}</th>
                                <th scope="col">{a.used}</th>
                                <th scope="col">
                                    <span class="sr">{t().app.actions}</span>
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            {rows.map((token) => (
                                <tr key={token.id}>
                                    <th scope="row">{token.label}</th>
                                    <td>{token.account}</td>
                                    <td>{token.roles.join(', ')}</td>
                                    <td>
                                        <Time at={token.created_at} />
                                    </td>
                                    <td>{token.expires_at === null ? a.never : <Time at={token.expires_at} />}</td>
                                    <td>{token.used_at === null ? a.not_used : <Time at={token.used_at} />}</td>
                                    <td class="row-actions">
                                        <button
                                            type="button"
                                            class="button small"
                                            aria-label={a.remove_token(token.label)}
                                            disabled={form.busy}
                                            onClick={() => void remove(token)}
                                        >
                                            {t().app.remove}
                                        </button>
                                    </td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </TableBox>
            )}
            {secret && <Secret secret={secret} close={() => set_secret(null)} />}
            <NewToken
                made={(made) => {
                    set_secret(made);
                    tokens.reload();
                }}
            />
        </section>
    );
}
