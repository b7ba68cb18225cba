import { request } from '../api/client';
import { may } from '../api/session';
import type { Held } from '../api/types';
import { useResource } from '../api/use_resource';
import { announce } from '../lib/announce';
import { count } from '../lib/format';
import { called, module_path } from '../lib/module_path';
import { Link } from '../lib/router';
import { ask } from '../parts/ask';
import { Empty, ErrorBox, Notice, PageTitle, ResourceState, TableBox, Time } from '../parts/basics';
import { useForm } from '../parts/use_form';
import { t } from '../texts';

function Modules({ data }: { data: Held }) {
    const h = t().held;
    return (
        <section class="block">
            <h2>{h.modules}</h2>
            <TableBox label={h.modules}>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{h.module}</th>
                            <th scope="col" class="right">
                                {h.served}
                            </th>
                            <th scope="col" class="right">
                                {h.stored}
                            </th>
                            <th scope="col" class="right">
                                {h.agents}
                            </th>
                            <th scope="col">{h.reason}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {data.modules.map((module) => (
                            <tr key={`${module.modid},${module.cmdid}`}>
                                <th scope="row">
                                    <Link to={module_path(module)}>{called(module)}</Link>
                                </th>
                                <td class="num right">{count(module.served_rows)}</td>
                                <td class="num right hot">{count(module.stored_rows)}</td>
                                <td class="num right">{count(module.agents)}</td>
                                <td>{module.reason}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TableBox>
        </section>
    );
}

function Names({ data }: { data: Held }) {
    const h = t().held;
    return (
        <section class="block">
            <h2>{h.names}</h2>
            <TableBox label={h.names}>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{h.name}</th>
                            <th scope="col">{h.module}</th>
                            <th scope="col" class="right">
                                {h.agents}
                            </th>
                            <th scope="col">{h.reason}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {data.names.map((name) => (
                            <tr key={name.name}>
                                <th scope="row">{name.name}</th>
                                <td class="num">
                                    {name.modid},{name.cmdid}
                                </td>
                                <td class="num right">{count(name.agents)}</td>
                                <td>{name.reason}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TableBox>
        </section>
    );
}

function Owners({ data }: { data: Held }) {
    const h = t().held;
    return (
        <section class="block">
            <h2>{h.owners}</h2>
            <TableBox label={h.owners}>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{h.owner}</th>
                            <th scope="col" class="right">
                                {h.instances}
                            </th>
                            <th scope="col">{h.since}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {data.owners.map((owner) => (
                            <tr key={owner.host}>
                                <th scope="row">{owner.host}</th>
                                <td class="num right">{count(owner.instances)}</td>
                                <td>
                                    <Time at={owner.since} />
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </TableBox>
        </section>
    );
}

function Confirm({ done }: { done: () => void }) {
    const form = useForm([]);
    const h = t().held;
    if (!may('admin')) return <p class="muted">{h.admin_only}</p>;
    const confirm = async () => {
        const yes = await ask({ title: h.confirm_title, text: h.confirm_text, yes: h.confirm_yes, danger: true });
        if (!yes) return;
        await form.run(async () => {
            const result = await request<{ rows: number }>('POST', '/held/confirm', {});
            announce(h.confirmed(result.rows));
            done();
        });
    };
    return (
        <>
            <ErrorBox error={form.error} />
            <button type="button" class="button danger" disabled={form.busy} onClick={() => void confirm()}>
                {h.confirm}
            </button>
        </>
    );
}

export function HeldPage() {
    const held = useResource<Held>('/held', ['version']);
    const h = t().held;
    const { data } = held;
    const something =
        data && data.modules.length + data.names.length + data.owners.length + (data.doubtful ? 1 : 0) > 0;
    return (
        <>
            <PageTitle title={h.title} />
            <ResourceState of={held} />
            {data?.problem && (
                <Notice kind="warn">
                    <p>
                        <strong>
                            {h.problem}
                            {t().app.colon}
                        </strong>
                        {data.problem}
                    </p>
                </Notice>
            )}
            {data && !something && <Empty title={h.empty} hint={h.empty_hint} />}
            {data && something && (
                <>
                    <p class="lead">{h.intro}</p>
                    {data.doubtful && (
                        <Notice kind="bad">
                            <p>{h.doubtful}</p>
                        </Notice>
                    )}
                    {data.modules.length > 0 && <Modules data={data} />}
                    {data.names.length > 0 && <Names data={data} />}
                    {data.owners.length > 0 && <Owners data={data} />}
                    <Confirm done={held.reload} />
                </>
            )}
            {data && (
                <p class="muted foot">
                    {h.asked}
                    {t().app.colon}
                    <span class="address">{data.asked.join(', ') || t().app.none}</span>
                </p>
            )}
        </>
    );
}
