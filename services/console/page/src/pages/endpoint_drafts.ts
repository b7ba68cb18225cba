import type { Row } from '../api/types';
import { key_of, same_row } from '../lib/endpoint_diff';
import { complete, port_of, split_tags, weight_of, type PastedRow } from '../lib/paste_lines';
import { t } from '../texts';

/** A row of the editor: what is typed, which may not be an endpoint yet. */
export interface Draft {
    id: number;
    host: string;
    port: string;
    weight: string;
    zone: string;
    tags: string;
    /** What it is in the store. */
    was: Row | null;
    removed: boolean;
}

export type DraftField = 'host' | 'port' | 'weight' | 'zone' | 'tags';

export interface DraftFault {
    id: number;
    field: DraftField;
    text: string;
}

let last_id = 0;

export function empty_draft(): Draft {
    return { id: ++last_id, host: '', port: '', weight: '100', zone: '', tags: '', was: null, removed: false };
}

function typed(row: Row): Pick<Draft, DraftField> {
    return {
        host: row.host,
        port: String(row.port),
        weight: String(row.weight),
        zone: row.zone,
        tags: row.tags.join(', '),
    };
}

/** The rows as they are to be; those of `base` that they don't have are there to be put back. */
export function drafts_of(rows: Row[], base: Row[]): Draft[] {
    const old = new Map(base.map((row) => [key_of(row), row]));
    const kept = new Set(rows.map(key_of));
    return [
        ...rows.map((row) => ({
            id: ++last_id,
            ...typed(row),
            was: old.get(key_of(row)) ?? null,
            removed: false,
        })),
        ...base
            .filter((row) => !kept.has(key_of(row)))
            .map((row) => ({ id: ++last_id, ...typed(row), was: row, removed: true })),
    ];
}

function loose_row(draft: Draft): Row {
    return {
        host: draft.host.trim().replace(/^\[(.*)\]$/, '$1'),
        port: port_of(draft.port) ?? 0,
        weight: weight_of(draft.weight) ?? -1,
        zone: draft.zone.trim(),
        tags: split_tags(draft.tags),
    };
}

export type DraftState = 'same' | 'added' | 'changed' | 'removed';

export function state_of(draft: Draft): DraftState {
    if (!draft.was) return 'added';
    if (draft.removed) return 'removed';
    return same_row(draft.was, loose_row(draft)) ? 'same' : 'changed';
}

function is_blank(draft: Draft): boolean {
    return !draft.was && draft.host.trim() === '' && draft.port.trim() === '';
}

/** What is to be sent, which draft each row is of, and the first fault of each draft. */
export function rows_of(drafts: Draft[]): { rows: Row[]; ids: number[]; faults: DraftFault[] } {
    const e = t().edit;
    const sent = drafts.filter((draft) => !draft.removed && !is_blank(draft));
    const faults: DraftFault[] = [];
    for (const draft of sent) {
        const fault = (field: DraftField, text: string) => faults.push({ id: draft.id, field, text });
        if (draft.host.trim() === '') fault('host', e.paste_no_port);
        else if (port_of(draft.port) === null) fault('port', e.paste_bad_port);
        else if (weight_of(draft.weight) === null) fault('weight', e.paste_bad_weight);
    }
    return { rows: sent.map(loose_row), ids: sent.map((draft) => draft.id), faults };
}

/** Which field of which draft the server means by "endpoints[3].port". */
export function fault_of(field: string | null, text: string, ids: number[]): DraftFault | null {
    const parts = /^endpoints\[(\d+)\](?:\.(\w+))?/.exec(field ?? '');
    const id = parts ? ids[Number(parts[1])] : undefined;
    if (!parts || id === undefined) return null;
    const names: DraftField[] = ['host', 'port', 'weight', 'zone', 'tags'];
    return { id, field: names.find((name) => name === parts[2]) ?? 'host', text };
}

/** Pasted lines change the endpoints that are there, and add the others. */
export function with_pasted(drafts: Draft[], pasted: PastedRow[]): Draft[] {
    const result = drafts.filter((draft) => !is_blank(draft));
    for (const line of pasted) {
        const index = result.findIndex((draft) => key_of(loose_row(draft)) === key_of(line));
        const there = result[index];
        const row = complete(line, there && loose_row(there));
        if (there) result[index] = { ...there, ...typed(row), removed: false };
        else result.push({ ...empty_draft(), ...typed(row) });
    }
    return result;
}
