import type { ComponentChildren } from 'preact';
import { may } from '../api/session';
import type { Module, ModuleSeries, Why } from '../api/types';
import { useResource } from '../api/use_resource';
import { count, latency, rate, share } from '../lib/format';
import { called, in_path } from '../lib/module_path';
import { Link } from '../lib/router';
import { rule_text } from '../lib/rule_text';
import { Empty, PageTitle, ResourceState, State, Tile, Time } from '../parts/basics';
import { RangePicker, useRange } from '../parts/range_picker';
import { t } from '../texts';
import { ModuleCharts } from './module_charts';
import { CallerTable, EndpointTable, InstanceTable } from './module_tables';
import { WhyList, WhyStrip } from './why_strip';

const kRange = 3600;

function Section({ title, count: n, children }: { title: string; count?: number; children: ComponentChildren }) {
    return (
        <section class="block">
            <h2>
                {title} {n !== undefined && n > 0 && <span class="count num">{count(n)}</span>}
            </h2>
            {children}
        </section>
    );
}

function Totals({ data, seconds }: { data: Module; seconds: number }) {
    const f = t().figures;
    const { total } = data;
    const fire = data.alarms.filter((alarm) => alarm.state === 'firing').length;
    return (
        <dl class="tiles">
            <Tile label={f.calls_per_s} value={rate(total.calls, seconds)} />
            <Tile
                label={f.error_rate}
                value={share(total.error_rate)}
                tone={(total.error_rate ?? 0) >= 0.01 ? 'bad' : ''}
            />
            <Tile label={f.p50} value={latency(total.p50_us)} />
            <Tile label={f.p99} value={latency(total.p99_us)} />
            <Tile
                label={f.avoiding}
                value={f.avoiding_of(total.callers_avoiding, total.callers)}
                hint={f.avoiding_title}
                tone={total.callers_avoiding > 0 ? 'warn' : ''}
            />
            <Tile label={f.alarms} value={count(fire)} tone={fire > 0 ? 'bad' : ''} />
        </dl>
    );
}

function Settings({ data }: { data: Module }) {
    const m = t().module;
    return (
        <div class="columns">
            <Section title={m.policy}>
                {data.policy ? (
                    <dl class="facts">
                        <dt>{data.policy.name}</dt>
                        <dd>
                            {Object.entries(data.policy.parameters).map(([name, value]) => (
                                <span class="tag" key={name}>
                                    {name}={String(value)}
                                </span>
                            ))}
                        </dd>
                    </dl>
                ) : (
                    <p class="muted">{m.policy_default}</p>
                )}
                {data.splits.length > 0 && (
                    <>
                        <h3>{m.splits}</h3>
                        <ul class="plain">
                            {data.splits.map((split) => (
                                <li key={split.tag}>{m.split(split.tag, split.percent)}</li>
                            ))}
                        </ul>
                    </>
                )}
            </Section>
            <Section title={m.alarms}>
                {data.alarms.length === 0 ? (
                    <p class="muted">{m.alarms_empty}</p>
                ) : (
                    <ul class="plain">
                        {data.alarms.map((alarm, i) => (
                            <li key={i} class="spread">
                                <State state={alarm.state} />
                                {alarm.kind && alarm.threshold !== undefined && alarm.for_s !== undefined && (
                                    <span>
                                        {rule_text({
                                            kind: alarm.kind,
                                            threshold: alarm.threshold,
                                            for_s: alarm.for_s,
                                        })}
                                    </span>
                                )}
                                <Time at={alarm.since} now={data.now} />
                            </li>
                        ))}
                    </ul>
                )}
                {may('edit') && (
                    <Link to={`/alarms?module=${encodeURIComponent(called(data))}`} class="button small">
                        {m.add_alarm}
                    </Link>
                )}
            </Section>
        </div>
    );
}

export function ModulePage({ module }: { module: string }) {
    const last = useRange(kRange);
    const path = `/modules/${in_path(module)}`;
    const resource = useResource<Module>(`${path}?last=${last}`, ['version', 'calls', 'alarms']);
    const series = useResource<ModuleSeries>(`${path}/series?last=${last}`, ['calls']);
    const why = useResource<Why>(`${path}/why?last=${last}`, ['version', 'calls', 'alarms']);
    const m = t().module;
    const { data } = resource;
    const name = data ? called(data) : module;
    const seconds = data ? Math.max(1, data.now - data.from) : last;
    const edit = (
        <Link to={`/modules/${in_path(name)}/edit`} class="button primary">
            {m.edit}
        </Link>
    );
    return (
        <>
            <div class="page-head">
                <div>
                    <PageTitle title={m.title(name)} />
                    {data && (
                        <p class="muted sub">
                            {data.name && (
                                <span class="num">
                                    {m.ids} {data.modid},{data.cmdid}
                                </span>
                            )}
                            {data.aliases.length > 0 && (
                                <span>
                                    {m.aliases} {data.aliases.join(', ')}
                                </span>
                            )}
                        </p>
                    )}
                </div>
                <div class="actions">
                    <RangePicker last={last} otherwise={kRange} />
                    <Link to={`/history?module=${encodeURIComponent(name)}`} class="button">
                        {m.history}
                    </Link>
                    {may('edit') && data && edit}
                </div>
            </div>
            <ResourceState of={resource} />
            {data && (
                <>
                    <Totals data={data} seconds={seconds} />
                    <Section title={m.charts}>
                        <ResourceState of={series} />
                        {series.data && (
                            <ModuleCharts data={series.data} events={why.data?.events ?? kNoEvents}>
                                {why.data && (
                                    <WhyStrip why={why.data} from={series.data.from} to={series.data.now} />
                                )}
                            </ModuleCharts>
                        )}
                    </Section>
                    <Section title={m.why} count={why.data?.events.length ?? 0}>
                        <ResourceState of={why} />
                        {why.data && <WhyList why={why.data} />}
                    </Section>
                    <Section title={m.endpoints} count={data.endpoints.length}>
                        {data.endpoints.length === 0 ? (
                            <Empty hint={m.endpoints_empty}>{may('edit') && edit}</Empty>
                        ) : (
                            <EndpointTable rows={data.endpoints} seconds={seconds} />
                        )}
                    </Section>
                    <Section title={m.instances} count={data.instances.length}>
                        {data.instances.length === 0 ? (
                            <Empty hint={m.instances_empty} />
                        ) : (
                            <InstanceTable rows={data.instances} seconds={seconds} now={data.now} />
                        )}
                    </Section>
                    <Section title={m.callers} count={data.callers.length}>
                        {data.callers.length === 0 ? (
                            <Empty hint={m.callers_empty} />
                        ) : (
                            <CallerTable rows={data.callers} seconds={seconds} />
                        )}
                    </Section>
                    <Settings data={data} />
                </>
            )}
        </>
    );
}

const kNoEvents: Why['events'] = [];
