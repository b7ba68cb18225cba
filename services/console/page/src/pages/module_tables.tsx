import type { Caller, Endpoint, Instance, Sums } from '../api/types';
import { key_of } from '../lib/endpoint_diff';
import { count, latency, rate, share } from '../lib/format';
import { State, TableBox, Tags, Time, useFirst } from '../parts/basics';
import { t } from '../texts';

function FigureHeadings() {
    const f = t().figures;
    return (
        <>
            <th scope="col" class="right">
                {f.calls_per_s}
            </th>
            <th scope="col" class="right">
                {f.error_rate}
            </th>
            <th scope="col" class="right">
                {f.p50}
            </th>
            <th scope="col" class="right">
                {f.p99}
            </th>
            <th scope="col" class="right" title={f.avoiding_title}>
                {f.avoiding}
            </th>
        </>
    );
}

function Figures({ of, seconds }: { of: Sums; seconds: number }) {
    return (
        <>
            <td class="num right">{rate(of.calls, seconds)}</td>
            <td class={`num right ${(of.error_rate ?? 0) >= 0.01 ? 'hot' : ''}`}>{share(of.error_rate)}</td>
            <td class="num right">{latency(of.p50_us)}</td>
            <td class="num right">{latency(of.p99_us)}</td>
            <td class={`num right ${of.callers_avoiding > 0 ? 'hot' : 'muted'}`}>
                {of.callers > 0 ? t().figures.avoiding_of(of.callers_avoiding, of.callers) : '–'}
            </td>
        </>
    );
}

export function EndpointTable({ rows, seconds }: { rows: Endpoint[]; seconds: number }) {
    const { module: m, figures: f } = t();
    const { shown, more } = useFirst(rows);
    return (
        <>
            <TableBox label={m.endpoints}>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{m.address}</th>
                            <th scope="col" class="right">
                                {f.weight}
                            </th>
                            <FigureHeadings />
                            <th scope="col">{m.zone}</th>
                            <th scope="col">{m.tags}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {shown.map((row) => (
                            <tr key={key_of(row)}>
                                <th scope="row" class="address">
                                    {key_of(row)}
                                </th>
                                <td class="num right">
                                    {row.weight === 0 ? <State state="draining" text={m.drained} /> : row.weight}
                                </td>
                                <Figures of={row} seconds={seconds} />
                                <td class="nowrap">{row.zone || <span class="muted">–</span>}</td>
                                <td>
                                    <Tags tags={row.tags} />
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TableBox>
            {more}
        </>
    );
}

export function InstanceTable({ rows, seconds, now }: { rows: Instance[]; seconds: number; now: number }) {
    const { module: m, figures: f } = t();
    const { shown, more } = useFirst(rows);
    return (
        <>
            <TableBox label={m.instances}>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{m.address}</th>
                            <th scope="col">{m.state}</th>
                            <th scope="col" class="right">
                                {f.weight}
                            </th>
                            <FigureHeadings />
                            <th scope="col">{m.owner}</th>
                            <th scope="col">{m.since}</th>
                            <th scope="col">{m.zone}</th>
                            <th scope="col">{m.tags}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {shown.map((row) => (
                            <tr key={key_of(row)}>
                                <th scope="row" class="address">
                                    {key_of(row)}
                                </th>
                                <td>
                                    <State state={row.state} />
                                    {row.reason && <span class="reason">{row.reason}</span>}
                                </td>
                                <td class="num right">{row.weight}</td>
                                <Figures of={row} seconds={seconds} />
                                <td>{row.owner}</td>
                                <td>
                                    <Time at={row.since} now={now} />
                                </td>
                                <td class="nowrap">{row.zone || <span class="muted">–</span>}</td>
                                <td>
                                    <Tags tags={row.tags} />
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TableBox>
            {more}
        </>
    );
}

export function CallerTable({ rows, seconds }: { rows: Caller[]; seconds: number }) {
    const { module: m, figures: f } = t();
    const { shown, more } = useFirst(rows);
    return (
        <>
            <TableBox label={m.callers}>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{m.caller}</th>
                            <th scope="col" class="right">
                                {f.calls_per_s}
                            </th>
                            <th scope="col" class="right">
                                {f.error_rate}
                            </th>
                            <th scope="col" class="right">
                                {f.errors}
                            </th>
                            <th scope="col">{m.avoids}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {shown.map((row) => (
                            <tr key={row.address}>
                                <th scope="row" class="address">
                                    {row.address}
                                </th>
                                <td class="num right">{rate(row.calls, seconds)}</td>
                                <td class="num right">{share(row.calls ? row.failures / row.calls : null)}</td>
                                <td class="num right">{count(row.failures)}</td>
                                <td>
                                    <Tags tags={row.avoiding} />
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TableBox>
            {more}
        </>
    );
}
