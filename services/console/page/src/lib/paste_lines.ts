import type { Row } from '../api/types';

export type PasteFault = 'no_port' | 'bad_port' | 'bad_weight' | 'no_host';

/** What a pasted line says of an endpoint. What it leaves out stays as it is. */
export interface PastedRow {
    host: string;
    port: number;
    weight?: number;
    zone?: string;
    tags?: string[];
}

export interface Pasted {
    rows: PastedRow[];
    faults: { line: number; fault: PasteFault }[];
}

const kColumns = ['host', 'port', 'weight', 'zone', 'tags'];

/** RFC 4180, one line: fields by commas or tabs, quotes doubled within quotes. */
export function split_csv(line: string): string[] {
    const separator = line.includes('\t') && !line.includes(',') ? '\t' : ',';
    const fields: string[] = [];
    let field = '';
    let quoted = false;
    for (let i = 0; i < line.length; i++) {
        const c = line[i]!;
        if (quoted) {
            if (c !== '"') field += c;
            else if (line[i + 1] === '"') field += line[++i];
            else quoted = false;
        } else if (c === '"' && field.trim() === '') {
            field = '';
            quoted = true;
        } else if (c === separator) {
            fields.push(field.trim());
            field = '';
        } else {
            field += c;
        }
    }
    fields.push(field.trim());
    return fields;
}

export function split_tags(text: string): string[] {
    return text
        .split(/[,;]/)
        .map((tag) => tag.trim())
        .filter((tag) => tag !== '');
}

function number_of(text: string, least: number, most: number): number | null {
    if (!/^\d{1,9}$/.test(text)) return null;
    const value = Number(text);
    return value >= least && value <= most ? value : null;
}

export const port_of = (text: string) => number_of(text.trim(), 1, 65535);
export const weight_of = (text: string) => number_of(text.trim(), 0, 65535);

function row_of(cell: Record<string, string>): PastedRow | PasteFault {
    const host = (cell.host ?? '').replace(/^\[(.*)\]$/, '$1');
    if (!host || !cell.port) return 'no_port';
    const port = port_of(cell.port);
    if (port === null) return 'bad_port';
    const row: PastedRow = { host, port };
    if (cell.weight) {
        const weight = weight_of(cell.weight);
        if (weight === null) return 'bad_weight';
        row.weight = weight;
    }
    if (cell.zone !== undefined) row.zone = cell.zone;
    if (cell.tags !== undefined) row.tags = split_tags(cell.tags);
    return row;
}

/** `10.0.0.1:80`, `[2001:db8::1]:80 50`, `db.example:5432 100`. */
function short_row(line: string): PastedRow | PasteFault {
    const parts = /^(?:\[([^\]\s]+)\]|([^\s:,]+)):(\S+?)(?:[\s,]+(\S+))?$/.exec(line);
    if (!parts) return 'no_port';
    return row_of({
        host: parts[1] ?? parts[2] ?? '',
        port: parts[3] ?? '',
        weight: parts[4] ?? '',
    });
}

function is_short(line: string): boolean {
    return /^(\[[^\]\s]+\]|[^\s:,]+):\d+(?=$|[\s,])/.test(line);
}

export function parse_pasted(text: string): Pasted {
    const result: Pasted = { rows: [], faults: [] };
    let columns = kColumns;
    let first = true;
    text.split(/\r?\n/).forEach((raw, index) => {
        const line = raw.trim();
        if (!line || line.startsWith('#')) return;
        const fields = split_csv(line);
        const heading = fields.map((field) => field.toLowerCase());
        if (first && heading.some((name) => name === 'host' || name === 'port')) {
            first = false;
            columns = heading;
            if (!heading.includes('host') || !heading.includes('port')) {
                result.faults.push({ line: index + 1, fault: 'no_host' });
            }
            return;
        }
        first = false;
        const row = is_short(line)
            ? short_row(line)
            : row_of(Object.fromEntries(fields.map((field, i) => [columns[i] ?? `${i}`, field])));
        if (typeof row === 'string') result.faults.push({ line: index + 1, fault: row });
        else result.rows.push(row);
    });
    return result;
}

/** A pasted row in full. */
export function complete(row: PastedRow, was?: Row): Row {
    return {
        host: row.host,
        port: row.port,
        weight: row.weight ?? was?.weight ?? 100,
        zone: row.zone ?? was?.zone ?? '',
        tags: row.tags ?? was?.tags ?? [],
    };
}
