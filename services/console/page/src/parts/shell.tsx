import type { ComponentChildren } from 'preact';
import { sign_out } from '../api/client';
import { firing, live_state } from '../api/live';
import { may, session } from '../api/session';
import { announce, note } from '../lib/announce';
import { useObservable } from '../lib/observable';
import { Link, usePlace } from '../lib/router';
import { choose_theme, theme, type Theme } from '../lib/theme';
import { choose_language, language, t, type Language } from '../texts';

function NavLink({ to, text, children }: { to: string; text: string; children?: ComponentChildren }) {
    const { path } = usePlace();
    const here = to === '/' ? path === '/' || path.startsWith('/modules') : path.startsWith(to);
    return (
        <li>
            <Link to={to} aria-current={here ? 'page' : undefined}>
                {text}
                {children}
            </Link>
        </li>
    );
}

function LiveSign() {
    const state = useObservable(live_state);
    const text = t().live;
    const words = { on: text.on, connecting: text.connecting, off: text.off }[state];
    return (
        <span
            class={`live live-${state}`}
            role="status"
            title={state === 'off' ? text.off_hint : undefined}
        >
            {words}
        </span>
    );
}

export function Settings() {
    const chosen = useObservable(theme);
    const spoken = useObservable(language);
    const s = t().settings;
    return (
        <>
            <select
                class="bare"
                aria-label={s.language}
                value={spoken}
                onChange={(event) => choose_language(event.currentTarget.value as Language)}
            >
                <option value="en" lang="en">
                    English
                </option>
                <option value="zh" lang="zh">
                    中文
                </option>
            </select>
            <select
                class="bare"
                aria-label={s.theme}
                value={chosen}
                onChange={(event) => choose_theme(event.currentTarget.value as Theme)}
            >
                <option value="auto">{s.theme_auto}</option>
                <option value="light">{s.theme_light}</option>
                <option value="dark">{s.theme_dark}</option>
            </select>
        </>
    );
}

export function Brand() {
    return (
        <>
            <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
                <path d="M8 16h6m0 0 8-7m-8 7 8 7" />
                <circle cx="8" cy="16" r="3" />
                <circle cx="23" cy="9" r="3" />
                <circle cx="23" cy="23" r="3" />
            </svg>
            <span>{t().app.name}</span>
        </>
    );
}

function Notes() {
    const said = useObservable(note);
    return (
        <div class="notes" role="status" aria-live="polite">
            {said && <p key={said.id}>{said.text}</p>}
        </div>
    );
}

export function Shell({ children }: { children: ComponentChildren }) {
    const who = useObservable(session);
    const fire = useObservable(firing);
    const nav = t().nav;
    return (
        <>
            <a
                class="skip"
                href="#main"
                onClick={(event) => {
                    event.preventDefault();
                    document.getElementById('main')?.focus();
                }}
            >
                {t().app.skip}
            </a>
            <header class="top">
                <Link to="/" class="brand">
                    <Brand />
                </Link>
                <nav aria-label={t().app.main_nav}>
                    <ul>
                        <NavLink to="/" text={nav.overview} />
                        <NavLink to="/alarms" text={nav.alarms}>
                            {fire ? (
                                <span class="badge" title={nav.firing(fire)}>
                                    {fire}
                                </span>
                            ) : null}
                        </NavLink>
                        <NavLink to="/held" text={nav.held} />
                        <NavLink to="/history" text={nav.history} />
                        <NavLink to="/system" text={nav.system} />
                        {may('admin') && <NavLink to="/accounts" text={nav.accounts} />}
                    </ul>
                </nav>
                <div class="top-end">
                    <LiveSign />
                    <Settings />
                    {who && (
                        <span class="who" title={nav.signed_in_as(who.account)}>
                            {who.account}
                        </span>
                    )}
                    <button
                        type="button"
                        class="button small"
                        onClick={() => sign_out().catch((error: Error) => announce(error.message))}
                    >
                        {nav.sign_out}
                    </button>
                </div>
            </header>
            <main id="main" tabIndex={-1}>
                {children}
            </main>
            <Notes />
        </>
    );
}
