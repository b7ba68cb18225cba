import { Component } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { firing } from '../api/live';
import { may } from '../api/session';
import type { Held, ModuleLine, Overview } from '../api/types';
import { useResource } from '../api/use_resource';
import { ago, count, latency, rate, share } from '../lib/format';
import { called, module_path } from '../lib/module_path';
import { Link, set_query, usePlace } from '../lib/router';
import { Empty, Notice, PageTitle, ResourceState, Tile } from '../parts/basics';
import { RangePicker, useRange } from '../parts/range_picker';
import { Sparkline } from '../parts/sparkline';
import { useMedia } from '../parts/use_media';
import { useVirtualRows } from '../parts/use_virtual_rows';
import { t, type Texts } from '../texts';
import { chosen_lines, kOrders, type Order } from './module_order';

const kRange = 900;
const kRowPx = 44;
const kPhoneRowPx = 64;
/** Reports come every few seconds, and are written once a minute at the latest. */
const kLateReport_s = 180;

function order_name(order: Order): string {
    const { figures: f, overview: o } = t();
    return {
        attention: o.sort_attention,
        name: o.module,
        calls: f.calls_per_s,
        errors: f.error_rate,
        p99: f.p99,
        endpoints: f.endpoints,
        callers: f.callers,
    }[order];
}

function Heading({ column, order, class: name }: { column: Order; order: Order; class?: string }) {
    const mine = column === order;
    const descending = column === 'name' ? 'ascending' : 'descending';
    return (
        <th scope="col" class={name} aria-sort={mine ? descending : undefined}>
            <button
                type="button"
                class="sort"
                title={t().overview.sort_by(order_name(column))}
                onClick={() => set_query({ sort: mine ? null : column })}
            >
                {order_name(column)}
                <span aria-hidden="true" class="sort-sign">
                    {mine ? (column === 'name' ? '▲' : '▼') : ''}
                </span>
            </button>
        </th>
    );
}

function tone_of(line: ModuleLine): string {
    if (line.alarms > 0) return 'bad';
    if ((line.error_rate ?? 0) >= 0.01) return 'warn';
    return '';
}

interface LineProps {
    line: ModuleLine;
    index: number;
    seconds: number;
    texts: Texts;
}

/** While one scrolls, only the rows that come are drawn. */
class Line extends Component<LineProps> {
    override shouldComponentUpdate(next: LineProps): boolean {
        const { line, index, seconds, texts } = this.props;
        return (
            next.line !== line || next.index !== index || next.seconds !== seconds || next.texts !== texts
        );
    }

    override render({ line, index, seconds, texts }: LineProps) {
        return <LineRow line={line} index={index} seconds={seconds} texts={texts} />;
    }
}

function LineRow({ line, index, seconds, texts }: LineProps) {
    const name = called(line);
    const { figures: f, overview: o } = texts;
    return (
        <tr class={`line ${tone_of(line)}`} aria-rowindex={index + 2}>
            <th scope="row" class="c-name">
                <Link to={module_path(line)} class="row-link" data-row={index} title={name}>
                    {name}
                </Link>
                {line.name && <span class="ids num">{`${line.modid},${line.cmdid}`}</span>}
                {line.alarms > 0 && (
                    <span class="badge" title={o.firing(line.alarms)}>
                        {line.alarms}
                        <span class="sr"> {f.alarms}</span>
                    </span>
                )}
            </th>
            <td class="num c-calls">{rate(line.calls, seconds)}</td>
            <td class={`num c-errors ${(line.error_rate ?? 0) >= 0.01 ? 'hot' : ''}`}>{share(line.error_rate)}</td>
            <td class="num c-p99">{latency(line.p99_us)}</td>
            <td class="c-trend">
                <Sparkline
                    calls={line.spark}
                    failures={line.spark_failures}
                    label={o.trend_label(name)}
                />
            </td>
            <td class="num c-endpoints">
                {count(line.endpoints)}
                {line.endpoints_avoided > 0 && (
                    <span class="hot" title={f.avoided(line.endpoints_avoided)}>
                        {' '}
                        −{line.endpoints_avoided}
                    </span>
                )}
            </td>
            <td class="num c-callers">{count(line.callers)}</td>
        </tr>
    );
}

function Lines({ lines, order, seconds }: { lines: ModuleLine[]; order: Order; seconds: number }) {
    const phone = useMedia('(max-width: 640px)');
    const body = useRef<HTMLTableSectionElement>(null);
    const span = useVirtualRows(body, lines.length, phone ? kPhoneRowPx : kRowPx);
    const { overview: o } = t();

    const move = (event: KeyboardEvent) => {
        const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
        const row = (document.activeElement as HTMLElement | null)?.dataset.row;
        if (!step || row === undefined) return;
        event.preventDefault();
        focus_row(Number(row) + step);
    };
    return (
        <table class="lines" aria-rowcount={lines.length + 1} aria-label={o.title} onKeyDown={move}>
            <thead>
                <tr aria-rowindex={1}>
                    <Heading column="name" order={order} class="c-name" />
                    <Heading column="calls" order={order} class="right c-calls" />
                    <Heading column="errors" order={order} class="right c-errors" />
                    <Heading column="p99" order={order} class="right c-p99" />
                    <th scope="col" class="c-trend">
                        {o.trend}
                    </th>
                    <Heading column="endpoints" order={order} class="right c-endpoints" />
                    <Heading column="callers" order={order} class="right c-callers" />
                </tr>
            </thead>
            <tbody ref={body}>
                {span.before_px > 0 && (
                    <tr aria-hidden="true" class="spacer">
                        <td colSpan={7} style={{ height: `${span.before_px}px` }} />
                    </tr>
                )}
                {lines.slice(span.first, span.end).map((line, i) => (
                    <Line
                        key={`${line.modid},${line.cmdid}`}
                        line={line}
                        index={span.first + i}
                        seconds={seconds}
                        texts={t()}
                    />
                ))}
                {span.after_px > 0 && (
                    <tr aria-hidden="true" class="spacer">
                        <td colSpan={7} style={{ height: `${span.after_px}px` }} />
                    </tr>
                )}
            </tbody>
        </table>
    );
}

function focus_row(row: number): void {
    const link = document.querySelector<HTMLElement>(`[data-row="${row}"]`);
    if (link) link.focus();
    else if (row < 0) document.getElementById('search')?.focus();
}

function Search({ value }: { value: string }) {
    const input = useRef<HTMLInputElement>(null);
    useEffect(() => {
        const slash = (event: KeyboardEvent) => {
            const typing = (event.target as HTMLElement).closest('input, textarea, select, dialog');
            if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
            event.preventDefault();
            input.current?.focus();
            input.current?.select();
        };
        addEventListener('keydown', slash);
        return () => removeEventListener('keydown', slash);
    }, []);
    return (
        <div class="search">
            <input
                ref={input}
                id="search"
                type="search"
                aria-label={t().overview.search}
                aria-keyshortcuts="/"
                placeholder={t().overview.search}
                autocomplete="off"
                spellcheck={false}
                value={value}
                onInput={(event) => set_query({ q: event.currentTarget.value })}
                onKeyDown={(event) => {
                    if (event.key === 'Escape') set_query({ q: null });
                    if (event.key === 'ArrowDown' || event.key === 'Enter') {
                        event.preventDefault();
                        focus_row(0);
                    }
                }}
            />
            <kbd aria-hidden="true">{t().overview.search_key}</kbd>
        </div>
    );
}

function Notices({ data }: { data: Overview }) {
    // Asking dns takes longer than reading the store, so it isn't done with each new figure.
    const held = useResource<Held>('/held', ['version']).data;
    const o = t().overview;
    const held_modules = held ? held.modules.length : 0;
    const late = data.last_report !== null && data.now - data.last_report > kLateReport_s;
    return (
        <>
            {held && (held_modules > 0 || held.names.length > 0 || held.doubtful) && (
                <Notice kind="warn">
                    <p>{held.doubtful ? t().held.doubtful : o.held(held_modules)}</p>
                    <Link to="/held">{o.held_link}</Link>
                </Notice>
            )}
            {data.last_report === null && data.modules.length > 0 && (
                <Notice kind="plain">
                    <p>{o.no_report}</p>
                </Notice>
            )}
            {late && (
                <Notice kind="warn">
                    <p>{o.late_report(ago(data.last_report!, data.now))}</p>
                </Notice>
            )}
        </>
    );
}

function Totals({ data, seconds }: { data: Overview; seconds: number }) {
    const f = t().figures;
    const fire = data.modules.reduce((sum, line) => sum + line.alarms, 0);
    useEffect(() => firing.set(fire), [fire]);
    return (
        <dl class="tiles">
            <Tile label={f.calls_per_s} value={rate(data.total.calls, seconds)} />
            <Tile
                label={f.error_rate}
                value={share(data.total.error_rate)}
                tone={(data.total.error_rate ?? 0) >= 0.01 ? 'bad' : ''}
            />
            <Tile label={f.p99} value={latency(data.total.p99_us)} />
            <Tile label={f.endpoints} value={count(data.total.endpoints)} />
            <Tile label={f.callers} value={count(data.total.callers)} />
            <Tile label={f.alarms} value={count(fire)} tone={fire > 0 ? 'bad' : ''} />
        </dl>
    );
}

export function OverviewPage() {
    const { query } = usePlace();
    const last = useRange(kRange);
    const overview = useResource<Overview>(`/overview?last=${last}`, ['version', 'calls', 'alarms']);
    const search = query.get('q') ?? '';
    const wanted = query.get('sort') as Order | null;
    const order = wanted && kOrders.includes(wanted) ? wanted : 'attention';
    const { data } = overview;
    const lines = useMemo(
        () => (data ? chosen_lines(data.modules, search, order) : []),
        [data, search, order],
    );
    const o = t().overview;
    const seconds = data ? Math.max(1, data.now - data.from) : last;
    const make = may('edit') && (
        <div class="actions">
            <Link to="/import" class="button">
                {o.import}
            </Link>
            <Link to="/new" class="button primary">
                {o.new_module}
            </Link>
        </div>
    );
    return (
        <>
            <div class="page-head">
                <PageTitle title={o.title} />
                <RangePicker last={last} otherwise={kRange} />
            </div>
            <ResourceState of={overview} />
            {data && (
                <>
                    <Notices data={data} />
                    <Totals data={data} seconds={seconds} />
                    {data.modules.length === 0 ? (
                        <Empty title={o.empty_title} hint={o.empty}>
                            {make}
                        </Empty>
                    ) : (
                        <>
                            <div class="toolbar">
                                <Search value={search} />
                                <select
                                    aria-label={o.sort}
                                    value={order}
                                    onChange={(event) => {
                                        const chosen = event.currentTarget.value;
                                        set_query({ sort: chosen === 'attention' ? null : chosen });
                                    }}
                                >
                                    {kOrders.map((one) => (
                                        <option key={one} value={one}>
                                            {order_name(one)}
                                        </option>
                                    ))}
                                </select>
                                <p class="muted num" role="status">
                                    {o.shown(lines.length, data.modules.length)}
                                </p>
                                <span class="grow" />
                                {make}
                            </div>
                            {lines.length > 0 ? (
                                <Lines lines={lines} order={order} seconds={seconds} />
                            ) : (
                                <Empty title={o.nothing_found(search)} hint={o.nothing_found_hint}>
                                    <button
                                        type="button"
                                        class="button"
                                        onClick={() => set_query({ q: null })}
                                    >
                                        {o.clear_search}
                                    </button>
                                </Empty>
                            )}
                        </>
                    )}
                </>
            )}
        </>
    );
}
