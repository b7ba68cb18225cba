import type { Row } from '../api/types';

/** What an endpoint is known by: all else of a row can change. */
export function key_of(row: { host: string; port: number }): string {
    return row.host.includes(':') ? `[${row.host}]:${row.port}` : `${row.host}:${row.port}`;
}

export function same_row(a: Row, b: Row): boolean {
    return (
        key_of(a) === key_of(b) &&
        a.weight === b.weight &&
        a.zone === b.zone &&
        [...a.tags].sort().join() === [...b.tags].sort().join()
    );
}

export interface Difference {
    added: Row[];
    removed: Row[];
    changed: { before: Row; after: Row }[];
}

export function is_empty({ added, removed, changed }: Difference): boolean {
    return added.length + removed.length + changed.length === 0;
}

function by_key(rows: Row[]): Map<string, Row> {
    return new Map(rows.map((row) => [key_of(row), row]));
}

export function difference(before: Row[], after: Row[]): Difference {
    const old = by_key(before);
    const now = by_key(after);
    const changed = [];
    for (const [key, row] of now) {
        const was = old.get(key);
        if (was && !same_row(was, row)) changed.push({ before: was, after: row });
    }
    return {
        added: after.filter((row) => !old.has(key_of(row))),
        removed: before.filter((row) => !now.has(key_of(row))),
        changed,
    };
}

export interface Merge {
    rows: Row[];
    /** Endpoints that both changed, and not alike. */
    both: string[];
}

/** What I changed since `base`, done again on `theirs`. Where both changed a row, mine counts. */
export function reapply(base: Row[], mine: Row[], theirs: Row[]): Merge {
    const my_change = difference(base, mine);
    const old = by_key(base);
    const rows = by_key(theirs);
    const both: string[] = [];

    const they_changed = (key: string) => {
        const was = old.get(key);
        const is = rows.get(key);
        return was && is ? !same_row(was, is) : was !== is;
    };
    const put = (row: Row) => {
        const key = key_of(row);
        const is = rows.get(key);
        if (they_changed(key) && !(is && same_row(is, row))) both.push(key);
        rows.set(key, row);
    };

    for (const row of my_change.removed) {
        const key = key_of(row);
        if (rows.has(key) && they_changed(key)) both.push(key);
        rows.delete(key);
    }
    my_change.changed.forEach(({ after }) => put(after));
    my_change.added.forEach(put);
    return { rows: [...rows.values()], both };
}
