import type { ModuleLine } from '../api/types';
import { called } from '../lib/module_path';

export type Order = 'attention' | 'name' | 'calls' | 'errors' | 'p99' | 'endpoints' | 'callers';

export const kOrders: Order[] = ['attention', 'name', 'calls', 'errors', 'p99', 'endpoints', 'callers'];

const by: Record<Exclude<Order, 'attention'>, (a: ModuleLine, b: ModuleLine) => number> = {
    name: (a, b) => called(a).localeCompare(called(b), 'en', { numeric: true }),
    calls: (a, b) => b.calls - a.calls,
    errors: (a, b) => (b.error_rate ?? -1) - (a.error_rate ?? -1),
    p99: (a, b) => (b.p99_us ?? -1) - (a.p99_us ?? -1),
    endpoints: (a, b) => b.endpoints - a.endpoints,
    callers: (a, b) => b.callers - a.callers,
};

function matches(line: ModuleLine, words: string[]): boolean {
    const text = `${line.name ?? ''} ${line.modid},${line.cmdid} ${line.modid}/${line.cmdid}`.toLowerCase();
    return words.every((word) => text.includes(word));
}

/** Those found, in this order. The server's order is by what needs attention. */
export function chosen_lines(lines: ModuleLine[], search: string, order: Order): ModuleLine[] {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length > 0 ? lines.filter((line) => matches(line, words)) : lines;
    return order === 'attention' ? found : [...found].sort(by[order]);
}
