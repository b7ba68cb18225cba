import { Observable } from '../lib/observable';
import { kApi, read_session } from './client';

export type Topic = 'version' | 'calls' | 'alarms';
export type LiveState = 'on' | 'connecting' | 'off';

const kFirstWait = 1000;
const kLongestWait = 30_000;

export const live_state = new Observable<LiveState>('connecting');

/** How many alarms fire, once anybody said so. */
export const firing = new Observable<number | null>(null);

type Listener = () => void;
const listeners = new Map<Topic, Set<Listener>>();

let source: EventSource | null = null;
let timer: number | undefined;
let wait = kFirstWait;
let started = false;

export function listen(topics: Topic[], listener: Listener): () => void {
    for (const topic of topics) {
        if (!listeners.has(topic)) listeners.set(topic, new Set());
        listeners.get(topic)!.add(listener);
    }
    return () => topics.forEach((topic) => listeners.get(topic)?.delete(listener));
}

function tell(topic: Topic): void {
    listeners.get(topic)?.forEach((listener) => listener());
}

function tell_all(): void {
    const everybody = new Set([...listeners.values()].flatMap((some) => [...some]));
    everybody.forEach((listener) => listener());
}

function disconnect(): void {
    clearTimeout(timer);
    source?.close();
    source = null;
}

function connect(): void {
    disconnect();
    if (live_state.get() !== 'off') live_state.set('connecting');
    const mine = new EventSource(`${kApi}/live`);
    source = mine;
    mine.onopen = () => {
        const missed = live_state.get() === 'off';
        wait = kFirstWait;
        live_state.set('on');
        if (missed) tell_all();
    };
    mine.onerror = () => {
        // An EventSource says nothing of the status, and gives up for good after some. So it is
        // made anew, and whether the session is over is asked apart.
        disconnect();
        live_state.set('off');
        timer = window.setTimeout(reconnect, wait * (0.75 + Math.random() / 2));
        wait = Math.min(wait * 2, kLongestWait);
    };
    mine.addEventListener('version', () => tell('version'));
    mine.addEventListener('calls', () => tell('calls'));
    mine.addEventListener('alarms', (event) => {
        try {
            firing.set((JSON.parse((event as MessageEvent<string>).data) as { firing: number }).firing);
        } catch {
            // The list is fetched anew all the same.
        }
        tell('alarms');
    });
}

async function reconnect(): Promise<void> {
    await read_session().catch(() => undefined);
    if (started && !document.hidden) connect();
}

function follow_visibility(): void {
    if (document.hidden) {
        disconnect();
    } else {
        connect();
        tell_all();
    }
}

export function start_live(): void {
    if (started) return;
    started = true;
    wait = kFirstWait;
    document.addEventListener('visibilitychange', follow_visibility);
    if (!document.hidden) connect();
}

export function stop_live(): void {
    started = false;
    document.removeEventListener('visibilitychange', follow_visibility);
    disconnect();
    live_state.set('connecting');
    firing.set(null);
}
