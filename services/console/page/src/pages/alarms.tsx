import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, get, request } from '../api/client';
import { firing } from '../api/live';
import { may } from '../api/session';
import type { Module, NewRule, Rule } from '../api/types';
import { useResource } from '../api/use_resource';
import { announce } from '../lib/announce';
import { called, in_path, module_path, normal_module } from '../lib/module_path';
import { Link, usePlace } from '../lib/router';
import { rule_text } from '../lib/rule_text';
import { ask } from '../parts/ask';
import { Empty, ErrorBox, PageTitle, ResourceState, State, TableBox, Time } from '../parts/basics';
import { Field } from '../parts/field';
import { useForm } from '../parts/use_form';
import { t } from '../texts';

const kKinds = ['error_rate', 'p99', 'overloaded', 'silence'];

function where(rule: Rule): string {
    return rule.modid === null ? t().alarms.all_modules : called(rule);
}

function RuleRow({ rule, removed }: { rule: Rule; removed: () => void }) {
    const form = useForm([]);
    const a = t().alarms;
    const what = `${where(rule)}: ${rule_text(rule)}`;
    const fire = rule.alarms.filter((alarm) => alarm.state === 'firing').length;
    const state = fire > 0 ? 'firing' : rule.alarms.length > 0 ? 'pending' : 'quiet';

    const remove = async () => {
        const yes = await ask({
            title: a.remove_title,
            text: a.remove_text(what),
            yes: t().app.remove,
            danger: true,
        });
        if (!yes) return;
        await form.run(async () => {
            await request('DELETE', `/alarms/${rule.id}`);
            announce(a.removed);
            removed();
        });
    };
    return (
        <tr>
            <td>
                <State state={state} />
            </td>
            <th scope="row">
                {rule.modid === null || rule.cmdid === null ? (
                    a.all_modules
                ) : (
                    <Link to={module_path({ modid: rule.modid, cmdid: rule.cmdid, name: rule.name ?? null })}>
                        {called(rule)}
                    </Link>
                )}
            </th>
            <td>
                {rule_text(rule)}
                {rule.comment && <span class="reason">{rule.comment}</span>}
                <ErrorBox error={form.error} />
            </td>
            <td>
                <span class="tag">{rule.severity}</span>
            </td>
            <td>
                <Time at={rule.made_at} />
            </td>
            <td class="row-actions">
                {may('edit') && (
                    <button
                        type="button"
                        class="button small"
                        disabled={form.busy}
                        aria-label={a.remove_rule(what)}
                        onClick={() => void remove()}
                    >
                        {t().app.remove}
                    </button>
                )}
            </td>
        </tr>
    );
}

function Firing({ rules }: { rules: Rule[] }) {
    const a = t().alarms;
    const alarms = rules.flatMap((rule) => rule.alarms.map((alarm) => ({ rule, alarm })));
    alarms.sort((x, y) => x.alarm.state.localeCompare(y.alarm.state) || x.alarm.since - y.alarm.since);
    const fire = alarms.filter(({ alarm }) => alarm.state === 'firing').length;
    useEffect(() => firing.set(fire), [fire]);
    return (
        <section class="block">
            <h2>{a.firing_title}</h2>
            {alarms.length === 0 ? (
                <p class="muted">{a.firing_none}</p>
            ) : (
                <ul class="cards">
                    {alarms.map(({ rule, alarm }) => (
                        <li key={`${rule.id} ${alarm.modid},${alarm.cmdid}`} class={`card alarm-${alarm.state}`}>
                            <div class="spread">
                                <State state={alarm.state} />
                                <Time at={alarm.since} />
                            </div>
                            <Link to={module_path(alarm)} class="card-title">
                                {called(alarm)}
                            </Link>
                            <p>{rule_text(rule)}</p>
                            {rule.comment && <p class="muted">{rule.comment}</p>}
                        </li>
                    ))}
                </ul>
            )}
        </section>
    );
}

interface Typed {
    module: string;
    kind: string;
    threshold: string;
    for_s: string;
    min_calls: string;
    severity: string;
    comment: string;
}

/** Shares are typed in percent and latencies in milliseconds, as people say them. */
const units: Record<string, { unit: string; factor: number }> = {
    error_rate: { unit: '%', factor: 0.01 },
    overloaded: { unit: '%', factor: 0.01 },
    p99: { unit: 'ms', factor: 1000 },
};

function number_typed(text: string, field: string): number {
    const value = Number(text.trim().replace(',', '.'));
    if (text.trim() === '' || !Number.isFinite(value)) throw new ApiError(400, t().alarms.needs_number, field);
    return value;
}

async function ids_of(module: string): Promise<{ modid: number | null; cmdid: number | null }> {
    if (module === '') return { modid: null, cmdid: null };
    const ids = /^(\d+),(\d+)$/.exec(module);
    if (ids) return { modid: Number(ids[1]), cmdid: Number(ids[2]) };
    try {
        const { modid, cmdid } = await get<Module>(`/modules/${in_path(module)}?last=60`);
        return { modid, cmdid };
    } catch (error) {
        if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500) throw error;
        throw new ApiError(error.status, error.message || t().alarms.needs_module, 'module');
    }
}

/** By the field that the form has, whichever way the server names it. */
function field_here(field: string): string {
    return ['modid', 'cmdid', 'name'].includes(field) ? 'module' : field;
}

function NewRuleForm({ added }: { added: () => void }) {
    const module = usePlace().query.get('module') ?? '';
    const [typed, set_typed] = useState<Typed>({
        module,
        kind: 'error_rate',
        threshold: '10',
        for_s: '30',
        min_calls: '10',
        severity: 'page',
        comment: '',
    });
    const form = useForm(['module', 'kind', 'threshold', 'for_s', 'min_calls', 'severity', 'comment']);
    const kind = useRef<HTMLSelectElement>(null);
    const a = t().alarms;
    const unit = units[typed.kind];
    const set = (changes: Partial<Typed>) => set_typed((old) => ({ ...old, ...changes }));
    useEffect(() => {
        if (module) kind.current?.focus();
    }, []);

    const submit = (event: Event) => {
        event.preventDefault();
        void form.run(async () => {
            const threshold = unit ? number_typed(typed.threshold, 'threshold') * unit.factor : 0;
            const rest = {
                kind: typed.kind,
                // Without what the multiplication by 0.01 adds in the last digits.
                threshold: Number(threshold.toPrecision(12)),
                for_s: number_typed(typed.for_s, 'for_s'),
                min_calls: number_typed(typed.min_calls, 'min_calls'),
                severity: typed.severity.trim(),
                comment: typed.comment.trim(),
            };
            const rule: NewRule = { ...(await ids_of(normal_module(typed.module))), ...rest };
            try {
                await request('POST', '/alarms', rule);
            } catch (error) {
                if (!(error instanceof ApiError) || !error.field) throw error;
                throw new ApiError(error.status, error.message, field_here(error.field), error.body);
            }
            announce(a.added);
            set({ comment: '' });
            added();
        });
    };
    const text_field = (field: keyof Typed, label: string, hint?: string, more: object = {}) => (
        <Field label={label} hint={hint} error={form.error_at(field)}>
            {(control) => (
                <input
                    {...control}
                    {...more}
                    autocomplete="off"
                    value={typed[field]}
                    onInput={(event) => set({ [field]: event.currentTarget.value })}
                />
            )}
        </Field>
    );
    return (
        <section class="block">
            <h2>{a.add_title}</h2>
            <form onSubmit={submit}>
                <div class="form-grid">
                    {text_field('module', a.module, a.module_hint, { autocapitalize: 'none', spellcheck: false })}
                    <Field label={a.kind} error={form.error_at('kind')}>
                        {(control) => (
                            <select
                                {...control}
                                ref={kind}
                                value={typed.kind}
                                onChange={(event) => {
                                    const next = event.currentTarget.value;
                                    set({
                                        kind: next,
                                        threshold: next === 'p99' ? '300' : '10',
                                        for_s: next === 'silence' ? '300' : '30',
                                    });
                                }}
                            >
                                {kKinds.map((one) => (
                                    <option key={one} value={one}>
                                        {a.kinds[one]}
                                    </option>
                                ))}
                            </select>
                        )}
                    </Field>
                    {unit && text_field('threshold', `${a.threshold} (${unit.unit})`, undefined, { inputMode: 'decimal' })}
                    {text_field('for_s', `${a.hold} (${a.hold_unit})`, undefined, { inputMode: 'numeric' })}
                    {typed.kind !== 'silence' &&
                        text_field('min_calls', a.min_calls, undefined, { inputMode: 'numeric' })}
                    {text_field('severity', a.severity, undefined, { list: 'severities', maxLength: 32 })}
                    {text_field('comment', a.comment, t().app.optional, { maxLength: 200 })}
                </div>
                <datalist id="severities">
                    <option value="page" />
                    <option value="ticket" />
                </datalist>
                <ErrorBox error={form.error} />
                <button type="submit" class="button primary" disabled={form.busy}>
                    {a.add}
                </button>
            </form>
        </section>
    );
}

export function AlarmsPage() {
    const resource = useResource<{ rules: Rule[] }>('/alarms', ['alarms', 'version']);
    const a = t().alarms;
    const rules = resource.data?.rules;
    return (
        <>
            <PageTitle title={a.title} />
            <ResourceState of={resource} />
            {rules && (
                <>
                    {rules.length > 0 && <Firing rules={rules} />}
                    <section class="block">
                        <h2>{a.rules}</h2>
                        {rules.length === 0 ? (
                            <Empty title={a.empty} hint={a.empty_hint} />
                        ) : (
                            <TableBox label={a.rules}>
                                <table>
                                    <thead>
                                        <tr>
                                            <th scope="col">{a.state}</th>
                                            <th scope="col">{a.module}</th>
                                            <th scope="col">{a.rule}</th>
                                            <th scope="col">{a.severity}</th>
                                            <th scope="col">{a.made}</th>
                                            <th scope="col">
                                                <span class="sr">{t().app.actions}</span>
                                            </th>
                                        </tr>
                                    </thead>
                                    <tbody>
                                        {rules.map((rule) => (
                                            <RuleRow key={rule.id} rule={rule} removed={resource.reload} />
                                        ))}
                                    </tbody>
                                </table>
                            </TableBox>
                        )}
                    </section>
                </>
            )}
            {may('edit') && <NewRuleForm added={resource.reload} />}
        </>
    );
}
