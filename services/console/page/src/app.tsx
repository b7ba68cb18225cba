import { useEffect, useState } from 'preact/hooks';
import { ApiError, read_session, sign_in_by_link } from './api/client';
import { start_live, stop_live } from './api/live';
import { session } from './api/session';
import { take_link, use_up_link } from './lib/link_secret';
import { useObservable } from './lib/observable';
import { Link, navigate, safe_path, set_guard, usePlace } from './lib/router';
import { AccountsPage } from './pages/accounts';
import { AlarmsPage } from './pages/alarms';
import { EditPage } from './pages/edit';
import { HeldPage } from './pages/held';
import { HistoryPage } from './pages/history';
import { ImportPage } from './pages/import';
import { ModulePage } from './pages/module';
import { NewModulePage } from './pages/new_module';
import { OverviewPage } from './pages/overview';
import { SignInPage } from './pages/sign_in';
import { SystemPage } from './pages/system';
import { AskDialog } from './parts/ask';
import { ErrorBox, PageTitle } from './parts/basics';
import { Shell } from './parts/shell';
import { language, t } from './texts';

function NotFound() {
    return (
        <>
            <PageTitle title={t().app.not_found} />
            <p>
                <Link to="/">{t().app.not_found_hint}</Link>
            </p>
        </>
    );
}

function decoded(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        return part;
    }
}

function Page({ path }: { path: string }) {
    const module = /^\/modules\/([^/]+)(\/edit)?\/?$/.exec(path);
    if (module) {
        const name = decoded(module[1]!);
        return module[2] ? <EditPage key={name} module={name} /> : <ModulePage key={name} module={name} />;
    }
    switch (path.replace(/(.)\/$/, '$1')) {
        case '/':
            return <OverviewPage />;
        case '/new':
            return <NewModulePage />;
        case '/import':
            return <ImportPage />;
        case '/history':
            return <HistoryPage />;
        case '/alarms':
            return <AlarmsPage />;
        case '/held':
            return <HeldPage />;
        case '/system':
            return <SystemPage />;
        case '/accounts':
            return <AccountsPage />;
    }
    return <NotFound />;
}

export function App() {
    const spoken = useObservable(language);
    const who = useObservable(session);
    const { path, query } = usePlace();
    const [error, set_error] = useState<ApiError | null>(null);
    const signing_in = path === '/sign-in';

    useEffect(() => {
        document.documentElement.lang = t().lang;
    }, [spoken]);

    const start = async () => {
        set_error(null);
        const secret = use_up_link();
        try {
            if (secret) await sign_in_by_link(secret);
            else await read_session();
        } catch (failed) {
            const refused = failed instanceof ApiError ? failed : new ApiError(0, String(failed));
            set_error(refused);
            if (secret && refused.status !== 0) session.set(null);
        }
    };
    useEffect(() => {
        void start();
        const pasted_link = () => {
            take_link();
            void start();
        };
        addEventListener('hashchange', pasted_link);
        return () => removeEventListener('hashchange', pasted_link);
    }, []);

    useEffect(() => {
        if (who === undefined) return;
        if (who) {
            start_live();
            if (signing_in) void navigate(safe_path(query.get('next')), 'replace');
            return;
        }
        stop_live();
        if (signing_in) return;
        // Nobody can save anything now. What is unsaved is lost either way.
        set_guard(null);
        const back = path + location.search;
        void navigate(back === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(back)}`, 'replace');
    }, [who, signing_in]);

    if (who === undefined) {
        return (
            <main class="narrow">
                <ErrorBox error={error} retry={() => void start()} />
            </main>
        );
    }
    if (!who) return signing_in ? <SignInPage link_error={error} /> : null;
    if (signing_in) return null;
    return (
        <>
            <Shell>
                <Page path={path} />
            </Shell>
            <AskDialog />
        </>
    );
}
