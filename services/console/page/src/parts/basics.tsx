import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiError } from '../api/client';
import type { Resource } from '../api/use_resource';
import { local_time, utc_time } from '../lib/format';
import { t } from '../texts';

export function Time({ at, now }: { at: number; now?: number }) {
    return (
        <time class="num" dateTime={new Date(at * 1000).toISOString()} title={utc_time(at)}>
            {local_time(at, now)}
        </time>
    );
}

export function ErrorBox({ error, retry }: { error: ApiError | null; retry?: () => void }) {
    if (!error) return null;
    return (
        <div class="notice bad" role="alert">
            <p>{error.message}</p>
            {retry && (
                <button type="button" class="button small" onClick={retry}>
                    {t().app.retry}
                </button>
            )}
        </div>
    );
}

export function Notice({ kind, children }: { kind: 'bad' | 'warn' | 'good' | 'plain'; children: ComponentChildren }) {
    return <div class={`notice ${kind}`}>{children}</div>;
}

export function Empty({ title, hint, children }: { title?: string; hint: string; children?: ComponentChildren }) {
    return (
        <div class="empty">
            {title && <p class="empty-title">{title}</p>}
            <p>{hint}</p>
            {children && <div class="actions centre">{children}</div>}
        </div>
    );
}

/** What a page shows until it has its data, and above the data when that couldn't be read again. */
export function ResourceState<T>({ of }: { of: Resource<T> }) {
    const [late, set_late] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => set_late(true), 300);
        return () => clearTimeout(timer);
    }, []);
    if (of.error) {
        return (
            <div class="notice bad" role="alert">
                <p>
                    {of.error.message}
                    {of.data && <> {t().errors.stale}</>}
                </p>
                <button type="button" class="button small" onClick={of.reload}>
                    {t().app.retry}
                </button>
            </div>
        );
    }
    if (of.data || !late) return null;
    return (
        <p class="loading" role="status">
            {t().app.loading}
        </p>
    );
}

const kKnownStates = ['serving', 'failing', 'draining', 'held', 'starting', 'firing', 'pending', 'quiet', 'alive', 'gone'];

/** A state, by shape and word; the colour only helps. */
export function State({ state, text }: { state: string; text?: string }) {
    const shape = kKnownStates.includes(state) ? state : 'other';
    return <span class={`state state-${shape}`}>{text ?? t().states[state] ?? state}</span>;
}

export function Tags({ tags }: { tags: string[] }) {
    if (tags.length === 0) return <span class="muted">–</span>;
    return (
        <span class="tags">
            {tags.map((tag) => (
                <span class="tag" key={tag}>
                    {tag}
                </span>
            ))}
        </span>
    );
}

/** A table that scrolls sideways by itself where it doesn't fit. */
export function TableBox({ label, children }: { label: string; children: ComponentChildren }) {
    return (
        <div class="table-box" role="region" aria-label={label} tabIndex={0}>
            {children}
        </div>
    );
}

const kFirstRows = 200;

/** The first rows, and a button for the others: thousands of rows at once are slow to draw. */
export function useFirst<T>(rows: T[]): { shown: T[]; more: ComponentChildren } {
    const [all, set_all] = useState(false);
    if (all || rows.length <= kFirstRows) return { shown: rows, more: null };
    return {
        shown: rows.slice(0, kFirstRows),
        more: (
            <button type="button" class="button small" onClick={() => set_all(true)}>
                {t().app.show_all(rows.length)}
            </button>
        ),
    };
}

export function Tile({ label, value, hint, tone }: { label: string; value: ComponentChildren; hint?: string; tone?: string }) {
    return (
        <div class={`tile ${tone ?? ''}`} title={hint}>
            <dt>{label}</dt>
            <dd>{value}</dd>
        </div>
    );
}

/** A page's heading gets the focus when one comes to the page, so that it's read out. */
export function PageTitle({ children, title }: { children?: ComponentChildren; title: string }) {
    const heading = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        document.title = `${title} – ${t().app.name}`;
    });
    useEffect(() => {
        const active = document.activeElement;
        if (!active || active === document.body || active.closest('nav, main')) {
            heading.current?.focus({ preventScroll: true });
        }
    }, []);
    return (
        <h1 ref={heading} tabIndex={-1}>
            {children ?? title}
        </h1>
    );
}
