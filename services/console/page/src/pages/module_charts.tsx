import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ModuleSeries, Series, WhyEvent } from '../api/types';
import { key_of } from '../lib/endpoint_diff';
import { latency, local_time, per_second, share, utc_time } from '../lib/format';
import { Observable, useObservable } from '../lib/observable';
import { TableBox } from '../parts/basics';
import { Chart, type ChartLine } from '../parts/chart';
import { t } from '../texts';

const kColours = 8;
const kShownAtFirst = 6;
const kTotal = '';

interface Source {
    key: string;
    label: string;
    colour: string;
    dashed: boolean;
    series: Series;
    calls: number;
    failures: number;
}

function sum(values: (number | null)[]): number {
    return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

function sources_of(data: ModuleSeries): Source[] {
    const endpoints = data.endpoints
        .map((series) => ({
            key: key_of(series),
            series,
            calls: sum(series.calls),
            failures: sum(series.failures),
        }))
        .sort((a, b) => b.calls - a.calls || a.key.localeCompare(b.key));
    return [
        {
            key: kTotal,
            label: t().figures.total,
            colour: '--line-total',
            dashed: false,
            series: data.total,
            calls: sum(data.total.calls),
            failures: sum(data.total.failures),
        },
        ...endpoints.map((source, i) => ({
            ...source,
            label: source.key,
            colour: `--line-${(i % kColours) + 1}`,
            dashed: Math.floor(i / kColours) % 2 === 1,
        })),
    ];
}

/** How many steps are over. The current one would look like a drop of calls. */
function whole_steps(data: ModuleSeries): number {
    const steps = Math.max(0, Math.floor((data.now - data.from) / data.step));
    return Math.min(steps, data.total.calls.length);
}

const kMeasures = ['calls', 'errors', 'p99'] as const;
type Measure = (typeof kMeasures)[number];

function value_at({ calls, failures, p99_us }: Series, measure: Measure, i: number, step: number): number | null {
    const called = calls[i] ?? null;
    if (measure === 'calls') return called === null ? null : called / step;
    if (measure === 'errors') return called ? (failures[i] ?? 0) / called : null;
    return p99_us[i] ?? null;
}

const formats: Record<Measure, (value: number) => string> = { calls: per_second, errors: share, p99: latency };

function shown(measure: Measure, value: number | null): string {
    return value === null ? '–' : formats[measure](value);
}

function summary(title: string, measure: Measure, values: (number | null)[]): string {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${title}: ${t().module.chart_empty}`;
    const least = known.reduce((a, b) => Math.min(a, b));
    const most = known.reduce((a, b) => Math.max(a, b));
    return t().module.chart_summary(
        title,
        formats[measure](least),
        formats[measure](most),
        formats[measure](known[known.length - 1]!),
    );
}

interface LegendProps {
    sources: Source[];
    chosen: Set<string>;
    toggle: (key: string) => void;
    cursor: Observable<number | null>;
    data: ModuleSeries;
}

function Legend({ sources, chosen, toggle, cursor, data }: LegendProps) {
    const at = useObservable(cursor);
    const { module: m, figures: f } = t();
    const seconds = Math.max(1, data.now - data.from);
    return (
        <TableBox label={m.legend}>
            <table class="legend">
                <thead>
                    <tr>
                        <th scope="col" title={m.legend_hint}>
                            {at === null ? m.legend : local_time(data.from + at * data.step, data.now)}
                        </th>
                        <th scope="col" class="right">
                            {f.calls_per_s}
                        </th>
                        <th scope="col" class="right">
                            {f.errors}
                        </th>
                        <th scope="col" class="right">
                            {f.p99}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {sources.slice(0, 100).map((source) => (
                        <tr key={source.key}>
                            <th scope="row">
                                <button
                                    type="button"
                                    class="legend-key"
                                    aria-pressed={chosen.has(source.key)}
                                    title={source.label}
                                    onClick={() => toggle(source.key)}
                                >
                                    <span
                                        class={`swatch ${source.dashed ? 'dashed' : ''}`}
                                        style={{ color: `var(${source.colour})` }}
                                    />
                                    <span class="address">{source.label}</span>
                                </button>
                            </th>
                            <td class="num right">
                                {at === null
                                    ? per_second(source.calls / seconds)
                                    : shown('calls', value_at(source.series, 'calls', at, data.step))}
                            </td>
                            <td class="num right">
                                {at === null
                                    ? share(source.calls ? source.failures / source.calls : null)
                                    : shown('errors', value_at(source.series, 'errors', at, data.step))}
                            </td>
                            <td class="num right">
                                {at === null
                                    ? latency(last_known(source.series.p99_us))
                                    : shown('p99', value_at(source.series, 'p99', at, data.step))}
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </TableBox>
    );
}

function last_known(values: (number | null)[]): number | null {
    return values.findLast((value) => value !== null) ?? null;
}

function Numbers({ data }: { data: ModuleSeries }) {
    const [open, set_open] = useState(false);
    const { module: m, figures: f } = t();
    const steps = whole_steps(data);
    return (
        <details class="numbers" onToggle={(event) => set_open(event.currentTarget.open)}>
            <summary>{m.as_table}</summary>
            {open && (
                <TableBox label={m.as_table}>
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{m.time}</th>
                                <th scope="col" class="right">
                                    {f.calls_per_s}
                                </th>
                                <th scope="col" class="right">
                                    {f.error_rate}
                                </th>
                                <th scope="col" class="right">
                                    {f.p99}
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            {Array.from({ length: steps }, (_, i) => steps - 1 - i).map((i) => (
                                <tr key={i}>
                                    <th scope="row" class="num" title={utc_time(data.from + i * data.step)}>
                                        {local_time(data.from + i * data.step, data.now)}
                                    </th>
                                    {kMeasures.map((measure) => (
                                        <td class="num right" key={measure}>
                                            {shown(measure, value_at(data.total, measure, i, data.step))}
                                        </td>
                                    ))}
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </TableBox>
            )}
        </details>
    );
}

export function ModuleCharts({ data, events, children }: { data: ModuleSeries; events: WhyEvent[]; children?: preact.ComponentChildren }) {
    const [cursor] = useState(() => new Observable<number | null>(null));
    const sources = useMemo(() => sources_of(data), [data, t()]);
    const [toggled, set_toggled] = useState<Map<string, boolean>>(new Map());
    // Colours and first choices go by how much an endpoint is called, and stay while one looks.
    const [first] = useState(() => new Set(sources.slice(0, kShownAtFirst + 1).map((s) => s.key)));
    const chosen = new Set(sources.map((s) => s.key).filter((key) => toggled.get(key) ?? first.has(key)));
    const chosen_key = [...chosen].join();
    const { module: m } = t();
    const steps = whole_steps(data);

    const { times, lines } = useMemo(() => {
        const line = (measure: Measure, source: Source): ChartLine => ({
            label: source.label,
            colour: source.colour,
            dashed: source.dashed,
            wide: source.key === kTotal,
            values: Array.from({ length: steps }, (_, i) => value_at(source.series, measure, i, data.step)),
        });
        const picked = sources.filter((source) => chosen.has(source.key));
        // The total is drawn last, above the others.
        const ordered = [...picked.filter((s) => s.key !== kTotal), ...picked.filter((s) => s.key === kTotal)];
        return {
            times: Array.from({ length: steps }, (_, i) => data.from + i * data.step),
            lines: Object.fromEntries(
                kMeasures.map((measure) => [measure, ordered.map((source) => line(measure, source))]),
            ) as Record<Measure, ChartLine[]>,
        };
    }, [data, sources, chosen_key]);
    const marks = useMemo(() => events.map((event) => event.at), [events]);
    useEffect(() => cursor.set(null), [data.step]);

    const titles: Record<Measure, string> = { calls: m.chart_calls, errors: m.chart_errors, p99: m.chart_p99 };
    const toggle = (key: string) => set_toggled((old) => new Map(old).set(key, !chosen.has(key)));
    return (
        <div class="charts-and-legend">
            <div class="charts">
                {kMeasures.map((measure, i) => (
                    <Chart
                        key={measure}
                        title={titles[measure]}
                        summary={summary(
                            titles[measure],
                            measure,
                            Array.from({ length: steps }, (_, k) => value_at(data.total, measure, k, data.step)),
                        )}
                        times={times}
                        lines={lines[measure]}
                        from={data.from}
                        to={data.now}
                        height={i === kMeasures.length - 1 ? 158 : 130}
                        with_times={i === kMeasures.length - 1}
                        format={formats[measure]}
                        marks={marks}
                        cursor={cursor}
                    />
                ))}
                {children}
            </div>
            <div class="legend-column">
                <Legend sources={sources} chosen={chosen} toggle={toggle} cursor={cursor} data={data} />
                <Numbers data={data} />
            </div>
        </div>
    );
}
