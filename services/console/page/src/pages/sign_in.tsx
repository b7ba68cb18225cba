import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, sign_in } from '../api/client';
import { expired } from '../api/session';
import { useObservable } from '../lib/observable';
import { ErrorBox, Notice } from '../parts/basics';
import { Field } from '../parts/field';
import { Brand, Settings } from '../parts/shell';
import { useForm } from '../parts/use_form';
import { t } from '../texts';

export function SignInPage({ link_error }: { link_error: ApiError | null }) {
    const was_signed_in = useObservable(expired);
    const [account, set_account] = useState('');
    const [password, set_password] = useState('');
    const first = useRef<HTMLInputElement>(null);
    const form = useForm(['account', 'password']);
    const s = t().sign_in;

    useEffect(() => {
        document.title = `${s.title} – ${t().app.name}`;
    });
    useEffect(() => first.current?.focus(), []);
    useEffect(() => {
        if (link_error) form.fail(link_error);
    }, [link_error]);

    const submit = (event: Event) => {
        event.preventDefault();
        void form.run(() => sign_in(account.trim(), password));
    };
    return (
        <main class="sign-in">
            <div class="sign-in-box">
                <p class="brand">
                    <Brand />
                </p>
                <h1>{s.title}</h1>
                {was_signed_in && <Notice kind="warn">{s.expired}</Notice>}
                <ErrorBox error={form.error} />
                <form onSubmit={submit}>
                    <Field label={s.account} error={form.error_at('account')}>
                        {(control) => (
                            <input
                                {...control}
                                ref={first}
                                name="account"
                                autocomplete="username"
                                autocapitalize="none"
                                spellcheck={false}
                                required
                                value={account}
                                onInput={(event) => set_account(event.currentTarget.value)}
                            />
                        )}
                    </Field>
                    <Field label={s.password} error={form.error_at('password')}>
                        {(control) => (
                            <input
                                {...control}
                                type="password"
                                name="password"
                                autocomplete="current-password"
                                required
                                value={password}
                                onInput={(event) => set_password(event.currentTarget.value)}
                            />
                        )}
                    </Field>
                    <button type="submit" class="button primary wide" disabled={form.busy}>
                        {s.submit}
                    </button>
                </form>
                <p class="hint">{s.hint}</p>
                <div class="actions centre">
                    <Settings />
                </div>
            </div>
        </main>
    );
}
