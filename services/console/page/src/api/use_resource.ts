import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, get } from './client';
import { listen, type Topic } from './live';

export interface Resource<T> {
    data: T | null;
    error: ApiError | null;
    reload: () => void;
}

const kLeastPause = 1000;
/** A slow answer isn't asked for all the time. */
const kPausePerDuration = 4;
/** Should the stream be up and say nothing, the page is not older than this. */
const kLongestAge = 60_000;

/**
 * What is at `path`, and again after each event of `topics`: at most once a second, and only
 * while the page is visible. What was there stays until the next answer, unless `path` differs
 * in more than its query.
 */
export function useResource<T>(path: string | null, topics: Topic[] = []): Resource<T> {
    const [state, set_state] = useState<{ path: string | null; data: T | null; error: ApiError | null }>({
        path: null,
        data: null,
        error: null,
    });
    const fetch_now = useRef<() => void>(() => undefined);
    const topics_key = topics.join();

    useEffect(() => {
        if (path === null) return;
        let ended = false;
        let abort: AbortController | null = null;
        let timer: number | undefined;
        let due_since = false;
        let next_at = 0;

        const load = async () => {
            clearTimeout(timer);
            abort?.abort();
            const mine = new AbortController();
            abort = mine;
            due_since = false;
            const started = performance.now();
            try {
                const data = await get<T>(path, mine.signal);
                if (!ended && abort === mine) set_state({ path, data, error: null });
            } catch (error) {
                if (ended || abort !== mine || mine.signal.aborted) return;
                const failed = error instanceof ApiError ? error : new ApiError(0, String(error));
                set_state((old) => ({ path, data: same_place(old.path, path) ? old.data : null, error: failed }));
            }
            if (ended || abort !== mine) return;
            abort = null;
            const took = performance.now() - started;
            next_at = performance.now() + Math.max(kLeastPause, took * kPausePerDuration);
            timer = window.setTimeout(() => due(), due_since ? next_at - performance.now() : kLongestAge);
        };

        const due = () => {
            due_since = true;
            // Whoever comes back to the page tells all listeners.
            if (document.hidden || abort) return;
            clearTimeout(timer);
            timer = window.setTimeout(load, Math.max(0, next_at - performance.now()));
        };

        fetch_now.current = () => void load();
        void load();
        const unlisten = listen(topics_key ? (topics_key.split(',') as Topic[]) : [], due);
        return () => {
            ended = true;
            clearTimeout(timer);
            abort?.abort();
            unlisten();
        };
    }, [path, topics_key]);

    const reload = useCallback(() => fetch_now.current(), []);
    const usable = same_place(state.path, path);
    return { data: usable ? state.data : null, error: usable ? state.error : null, reload };
}

function same_place(a: string | null, b: string | null): boolean {
    return a?.split('?')[0] === b?.split('?')[0];
}
