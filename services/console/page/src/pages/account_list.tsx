import { useState } from 'preact/hooks';
import { request } from '../api/client';
import type { Account, Role } from '../api/types';
import { useResource } from '../api/use_resource';
import { announce } from '../lib/announce';
import { ask } from '../parts/ask';
import { Empty, ErrorBox, ResourceState, TableBox, Time } from '../parts/basics';
import { Field } from '../parts/field';
import { useForm } from '../parts/use_form';
import { t } from '../texts';
import { RolesField, roles_up_to } from './roles_field';

function NewAccount({ added }: { added: () => void }) {
    const [name, set_name] = useState('');
    const [password, set_password] = useState('');
    const [role, set_role] = useState<Role>('read');
    const form = useForm(['name', 'password', 'roles']);
    const a = t().accounts;

    const submit = (event: Event) => {
        event.preventDefault();
        void form.run(async () => {
            await request('POST', '/accounts', { name: name.trim(), password, roles: roles_up_to(role) });
            announce(a.account_added(name.trim()));
            set_name('');
            set_password('');
            added();
        });
    };
    return (
        <form onSubmit={submit} class="panel">
            <h3>{a.add_account}</h3>
            <div class="form-grid">
                <Field label={a.name} error={form.error_at('name')}>
                    {(control) => (
                        <input
                            {...control}
                            required
                            autocomplete="off"
                            autocapitalize="none"
                            spellcheck={false}
                            value={name}
                            onInput={(event) => set_name(event.currentTarget.value)}
                        />
                    )}
                </Field>
                <Field label={a.password} error={form.error_at('password')}>
                    {(control) => (
                        <input
                            {...control}
                            required
                            type="password"
                            autocomplete="new-password"
                            value={password}
                            onInput={(event) => set_password(event.currentTarget.value)}
                        />
                    )}
                </Field>
                <RolesField value={role} change={set_role} error={form.error_at('roles')} />
            </div>
            <ErrorBox error={form.error} />
            <button type="submit" class="button primary" disabled={form.busy}>
                {a.add_account}
            </button>
        </form>
    );
}

export function AccountList() {
    const accounts = useResource<{ accounts: Account[] }>('/accounts');
    const form = useForm([]);
    const a = t().accounts;
    const rows = accounts.data?.accounts;

    const remove = async (name: string) => {
        const yes = await ask({
            title: a.remove_title(name),
            text: a.remove_text,
            yes: t().app.remove,
            danger: true,
        });
        if (!yes) return;
        await form.run(async () => {
            await request('DELETE', `/accounts/${encodeURIComponent(name)}`);
            announce(a.account_removed(name));
            accounts.reload();
        });
    };
    return (
        <section class="block">
            <h2>{a.accounts}</h2>
            <ResourceState of={accounts} />
            <ErrorBox error={form.error} />
            {rows && rows.length === 0 && <Empty hint={a.accounts_empty} />}
            {rows && rows.length > 0 && (
                <TableBox label={a.accounts}>
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{a.name}</th>
                                <th scope="col">{a.roles}</th>
                                <th scope="col">{a.created}</th>
                                <th scope="col">
                                    <span class="sr">{t().app.actions}</span>
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            {rows.map((account) => (
                                <tr key={account.name}>
                                    <th scope="row">{account.name}</th>
                                    <td>{account.roles.join(', ')}</td>
                                    <td>
                                        <Time at={account.created_at} />
                                    </td>
                                    <td class="row-actions">
                                        <button
                                            type="button"
                                            class="button small"
                                            aria-label={a.remove_account(account.name)}
                                            disabled={form.busy}
                                            onClick={() => void remove(account.name)}
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
            <NewAccount added={accounts.reload} />
        </section>
    );
}
