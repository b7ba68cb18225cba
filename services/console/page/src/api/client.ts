import { t } from '../texts';
import { expired, session } from './session';
import type { Session } from './types';

export class ApiError extends Error {
    constructor(
        readonly status: number,
        message: string,
        readonly field: string | null = null,
        readonly body: unknown = null,
    ) {
        super(message);
    }
}

export const kApi = '/api/v1';

function error_of(status: number, body: unknown): ApiError {
    const { error, field } = (body ?? {}) as { error?: unknown; field?: unknown };
    return new ApiError(
        status,
        typeof error === 'string' && error ? error : t().errors.no_sentence(status),
        typeof field === 'string' ? field : null,
        body,
    );
}

async function send(
    method: string,
    path: string,
    body: unknown,
    signal: AbortSignal | undefined,
): Promise<Response> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (body !== undefined) headers['Content-Type'] = 'application/json; charset=utf-8';
    const csrf = session.get()?.csrf;
    if (method !== 'GET' && csrf) headers['X-Lars-Csrf'] = csrf;
    try {
        return await fetch(kApi + path, {
            method,
            headers,
            body: body === undefined ? null : JSON.stringify(body),
            signal: signal ?? null,
            credentials: 'same-origin',
            cache: 'no-cache',
        });
    } catch (error) {
        if (signal?.aborted) throw error;
        throw new ApiError(0, t().errors.unreachable);
    }
}

/** Another tab may have signed in anew, which changes the cookie and with it what csrf is due. */
async function has_new_csrf(): Promise<boolean> {
    const before = session.get();
    const answer = await send('GET', '/session', undefined, undefined);
    if (!before || !answer.ok) return false;
    const now = (await answer.json()) as Session;
    session.set(now);
    return now.csrf !== before.csrf && now.account === before.account;
}

/** Throws ApiError, or what `fetch` throws when `signal` ends it. */
export async function request<T>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
): Promise<T> {
    let answer = await send(method, path, body, signal);
    const signing_in = path.startsWith('/session');
    if (answer.status === 403 && method !== 'GET' && !signing_in && (await has_new_csrf())) {
        answer = await send(method, path, body, signal);
    }
    const text = await answer.text();
    let parsed: unknown = null;
    try {
        parsed = text ? JSON.parse(text) : null;
    } catch {
        // A proxy's page, say. The status tells enough.
        if (answer.ok) throw new ApiError(answer.status, t().errors.unreachable);
    }
    if (answer.ok) return parsed as T;
    if (answer.status === 401 && !signing_in) {
        expired.set(Boolean(session.get()) || expired.get());
        session.set(null);
    }
    throw error_of(answer.status, parsed);
}

export const get = <T>(path: string, signal?: AbortSignal) =>
    request<T>('GET', path, undefined, signal);

export async function read_session(): Promise<void> {
    try {
        session.set(await get<Session>('/session'));
    } catch (error) {
        if (error instanceof ApiError && error.status === 401) session.set(null);
        else throw error;
    }
}

export async function sign_in(account: string, password: string): Promise<void> {
    session.set(await request<Session>('POST', '/session', { account, password }));
    expired.set(false);
}

export async function sign_in_by_link(secret: string): Promise<void> {
    session.set(await request<Session>('POST', '/session/link', { secret }));
    expired.set(false);
}

export async function sign_out(): Promise<void> {
    try {
        await request('DELETE', '/session');
    } catch (error) {
        // Already over is over too.
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
    }
    expired.set(false);
    session.set(null);
}
