import { Observable } from './observable';

/** Said to screen readers, and shown as a passing note. */
export interface Note {
    text: string;
    id: number;
}

export const note = new Observable<Note | null>(null);

let last_id = 0;
let timer: number | undefined;

export function announce(text: string): void {
    note.set({ text, id: ++last_id });
    clearTimeout(timer);
    timer = window.setTimeout(() => note.set(null), 6000);
}
