import type { ComponentChildren } from 'preact';
import type { System } from '../api/types';
import { useResource } from '../api/use_resource';
import { ago, count } from '../lib/format';
import { Empty, PageTitle, ResourceState, State, TableBox, Time } from '../parts/basics';
import { t } from '../texts';

function Card({ title, children }: { title: string; children: ComponentChildren }) {
    return (
        <section class="card">
            <h2>{title}</h2>
            <dl class="facts">{children}</dl>
        </section>
    );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
    return (
        <>
            <dt>{name}</dt>
            <dd>{children}</dd>
        </>
    );
}

export function SystemPage() {
    const system = useResource<System>('/system', ['version', 'calls']);
    const s = t().system;
    const { data } = system;
    const schema =
        data && (data.store.schema === data.store.current ? (
            <span class="num">{data.store.schema}</span>
        ) : (
            <span class="hot">{s.schema_old(data.store.schema, data.store.current)}</span>
        ));
    return (
        <>
            <PageTitle title={s.title} />
            <ResourceState of={system} />
            {data && (
                <>
                    <div class="cards">
                        <Card title={s.console}>
                            <Fact name={s.version}>{data.version}</Fact>
                            <Fact name={t().figures.last_report}>
                                {data.last_report === null ? (
                                    t().figures.never
                                ) : (
                                    <>
                                        {ago(data.last_report, data.now)} · <Time at={data.last_report} now={data.now} />
                                    </>
                                )}
                            </Fact>
                        </Card>
                        <Card title={s.store}>
                            <Fact name={s.kind}>{data.store.kind}</Fact>
                            <Fact name={s.schema}>{schema}</Fact>
                            <Fact name={s.store_version}>
                                <span class="num">{data.store.version}</span>
                            </Fact>
                            <Fact name={s.store_id}>
                                <span class="address">{data.store.id}</span>
                            </Fact>
                        </Card>
                        <Card title={s.owners}>
                            <Fact name={s.owners_alive}>
                                <span class="num">{count(data.owners.alive)}</span>
                            </Fact>
                            <Fact name={s.owners_gone}>
                                <span class={`num ${data.owners.gone > 0 ? 'hot' : ''}`}>{count(data.owners.gone)}</span>
                            </Fact>
                        </Card>
                    </div>
                    <section class="block">
                        <h2>{s.dns}</h2>
                        {data.dns.length === 0 ? (
                            <Empty hint={s.dns_empty} />
                        ) : (
                            <TableBox label={s.dns}>
                                <table>
                                    <thead>
                                        <tr>
                                            <th scope="col">{s.address}</th>
                                            <th scope="col">{s.state}</th>
                                            <th scope="col">{s.seen}</th>
                                            <th scope="col">{s.id}</th>
                                        </tr>
                                    </thead>
                                    <tbody>
                                        {data.dns.map((dns) => (
                                            <tr key={`${dns.address} ${dns.id}`}>
                                                <th scope="row" class="address">
                                                    {dns.address}
                                                </th>
                                                <td>
                                                    <State
                                                        state={dns.alive ? 'alive' : 'gone'}
                                                        text={dns.alive ? s.alive : s.gone}
                                                    />
                                                </td>
                                                <td>
                                                    <Time at={dns.seen} now={data.now} />
                                                </td>
                                                <td class="address">{dns.id}</td>
                                            </tr>
                                        ))}
                                    </tbody>
                                </table>
                            </TableBox>
                        )}
                    </section>
                </>
            )}
        </>
    );
}
