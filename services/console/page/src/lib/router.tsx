import type { ComponentChildren } from 'preact';
import { Observable, useObservable } from './observable';

export interface Place {
    path: string;
    query: URLSearchParams;
}

function here(): Place {
    return { path: location.pathname, query: new URLSearchParams(location.search) };
}

export const place = new Observable<Place>(here());

/** Asked before the page is left by a link; a page with unsaved changes sets it. */
let guard: (() => Promise<boolean>) | null = null;

export function set_guard(next: (() => Promise<boolean>) | null): void {
    guard = next;
}

let href_shown = location.href;

export async function navigate(to: string, how: 'push' | 'replace' = 'push'): Promise<void> {
    if (guard && !(await guard())) return;
    guard = null;
    history[how === 'push' ? 'pushState' : 'replaceState'](null, '', to);
    href_shown = location.href;
    const changed = place.get().path !== location.pathname;
    place.set(here());
    if (changed) scrollTo(0, 0);
}

/** Changes the query in place: no entry in the browser's history, no question by a guard. */
export function set_query(changes: Record<string, string | null>): void {
    const query = new URLSearchParams(location.search);
    for (const [key, value] of Object.entries(changes)) {
        if (value === null || value === '') query.delete(key);
        else query.set(key, value);
    }
    const text = query.toString();
    history.replaceState(null, '', location.pathname + (text ? `?${text}` : ''));
    href_shown = location.href;
    place.set(here());
}

addEventListener('popstate', async () => {
    if (guard) {
        // The browser went already; it is put back for as long as the question is open.
        const wanted = location.href;
        history.pushState(null, '', href_shown);
        await navigate(wanted);
        return;
    }
    href_shown = location.href;
    place.set(here());
});

export function usePlace(): Place {
    return useObservable(place);
}

/** A path within the page, and nowhere else: what follows `next=` comes from outside. */
export function safe_path(text: string | null): string {
    if (!text || !text.startsWith('/')) return '/';
    const url = new URL(text, location.origin);
    return url.origin === location.origin && !text.startsWith('/api/')
        ? url.pathname + url.search
        : '/';
}

interface LinkProps {
    to: string;
    class?: string;
    title?: string;
    children?: ComponentChildren;
    'aria-current'?: 'page' | undefined;
    'data-row'?: number;
}

export function Link({ to, children, ...rest }: LinkProps) {
    return (
        <a
            {...rest}
            href={to}
            onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
                event.preventDefault();
                void navigate(to);
            }}
        >
            {children}
        </a>
    );
}
