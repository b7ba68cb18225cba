import { useEffect, useState } from 'preact/hooks';
import { get, request } from '../api/client';
import { may } from '../api/session';
import type { Change } from '../api/types';
import { useResource } from '../api/use_resource';
import { announce } from '../lib/announce';
import { difference, is_empty } from '../lib/endpoint_diff';
import { called, in_path, module_path, normal_module } from '../lib/module_path';
import { Link, set_query, usePlace } from '../lib/router';
import { ask } from '../parts/ask';
import { Empty, ErrorBox, PageTitle, ResourceState, Time } from '../parts/basics';
import { DifferenceList } from '../parts/difference_list';
import { Field } from '../parts/field';
import { useForm } from '../parts/use_form';
import { t } from '../texts';

const kPage = 50;

function text_of(value: unknown): string {
    return value === null || value === undefined ? '–' : JSON.stringify(value);
}

function Difference({ change: { before, after } }: { change: Change }) {
    const h = t().history;
    if (!before && !after) return <p class="muted">{h.no_content}</p>;
    const endpoints = difference(before?.endpoints ?? [], after?.endpoints ?? []);
    const others: [string, unknown, unknown][] = [
        [h.splits_changed, before?.splits ?? [], after?.splits ?? []],
        [h.policy_changed, before?.policy ?? null, after?.policy ?? null],
    ];
    const changed = others.filter(([, was, is]) => text_of(was) !== text_of(is));
    return (
        <>
            {is_empty(endpoints) && changed.length === 0 && <p class="muted">{h.no_difference}</p>}
            <DifferenceList of={endpoints} heading="h2" />
            {changed.map(([name, was, is]) => (
                <p key={name}>
                    {name}
                    {t().app.colon}
                    <code>{text_of(was)}</code> → <code>{text_of(is)}</code>
                </p>
            ))}
        </>
    );
}

function ChangeItem({ change, undone }: { change: Change; undone: () => void }) {
    const [open, set_open] = useState(false);
    const form = useForm([]);
    const h = t().history;
    const what = [change.action, change.detail].filter(Boolean).join(': ');

    const undo = async () => {
        const yes = await ask({ title: h.undo_title, text: h.undo_text(what), yes: h.undo });
        if (!yes) return;
        await form.run(async () => {
            await request('POST', `/history/${change.id}/undo`, {});
            announce(h.undone);
            undone();
        });
    };
    return (
        <li class="change">
            <div class="change-head">
                <Time at={change.at} />
                {change.modid !== null && change.cmdid !== null && (
                    <Link
                        to={module_path({ modid: change.modid, cmdid: change.cmdid, name: change.name ?? null })}
                    >
                        {called(change)}
                    </Link>
                )}
                <span class="change-what">
                    <strong>{change.action}</strong> {change.detail}
                    {change.removed > 0 && <span class="muted"> · {h.removed_rows(change.removed)}</span>}
                </span>
                <span class="muted">{change.actor}</span>
                {change.undoable && may('edit') && (
                    <button
                        type="button"
                        class="button small"
                        disabled={form.busy}
                        aria-label={`${h.undo}: ${what}`}
                        onClick={() => void undo()}
                    >
                        {h.undo}
                    </button>
                )}
            </div>
            <ErrorBox error={form.error} />
            <details onToggle={(event) => set_open(event.currentTarget.open)}>
                <summary>{h.difference}</summary>
                {open && <Difference change={change} />}
            </details>
        </li>
    );
}

function Filter({ module }: { module: string }) {
    const [text, set_text] = useState(module);
    const h = t().history;
    useEffect(() => set_text(module), [module]);
    return (
        <form
            class="inline"
            onSubmit={(event) => {
                event.preventDefault();
                set_query({ module: normal_module(text) });
            }}
        >
            <Field label={h.filter} hint={h.filter_hint}>
                {(control) => (
                    <input
                        {...control}
                        type="search"
                        autocapitalize="none"
                        spellcheck={false}
                        value={text}
                        onInput={(event) => set_text(event.currentTarget.value)}
                        onKeyDown={(event) => {
                            if (event.key === 'Escape') set_query({ module: null });
                        }}
                    />
                )}
            </Field>
            <button type="submit" class="button">
                {h.show}
            </button>
        </form>
    );
}

function Changes({ path }: { path: string }) {
    const newest = useResource<{ changes: Change[] }>(`${path}?limit=${kPage}`, ['version']);
    const [older, set_older] = useState<Change[]>([]);
    const [at_end, set_at_end] = useState(false);
    const form = useForm([]);
    const h = t().history;

    const first = newest.data?.changes ?? [];
    const first_ids = new Set(first.map((change) => change.id));
    const changes = [...first, ...older.filter((change) => !first_ids.has(change.id))].sort(
        (a, b) => b.id - a.id,
    );
    const last = changes[changes.length - 1];
    const over = at_end || (older.length === 0 && first.length < kPage);

    const load_older = () =>
        form.run(async () => {
            const page = await get<{ changes: Change[] }>(`${path}?before=${last!.id}&limit=${kPage}`);
            set_older((old) => [...old, ...first, ...page.changes.filter((c) => !old.some((o) => o.id === c.id))]);
            set_at_end(page.changes.length < kPage);
        });
    const undone = () => {
        // Others than the newest may not be undoable any more.
        set_older([]);
        set_at_end(false);
        newest.reload();
    };
    return (
        <>
            <ResourceState of={newest} />
            {newest.data && changes.length === 0 && (
                <Empty title={h.empty} hint={h.empty_hint}>
                    <Link to="/" class="button">
                        {t().nav.overview}
                    </Link>
                </Empty>
            )}
            <ol class="changes">
                {changes.map((change) => (
                    <ChangeItem key={change.id} change={change} undone={undone} />
                ))}
            </ol>
            <ErrorBox error={form.error} />
            {last && !over && (
                <button type="button" class="button" disabled={form.busy} onClick={() => void load_older()}>
                    {h.older}
                </button>
            )}
            {last && over && <p class="muted">{h.end}</p>}
        </>
    );
}

export function HistoryPage() {
    const module = usePlace().query.get('module') ?? '';
    const h = t().history;
    const path = module ? `/modules/${in_path(module)}/history` : '/history';
    return (
        <>
            <div class="page-head">
                <PageTitle title={module ? h.of(module) : h.title} />
            </div>
            <Filter module={module} />
            <Changes key={path} path={path} />
        </>
    );
}

