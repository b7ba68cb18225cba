import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ApiError, get, request } from '../api/client';
import { may } from '../api/session';
import type { EditConflict, EditResult, Module, Row } from '../api/types';
import { announce } from '../lib/announce';
import { difference, is_empty, reapply } from '../lib/endpoint_diff';
import { in_path } from '../lib/module_path';
import { Link, set_guard } from '../lib/router';
import { ask } from '../parts/ask';
import { ErrorBox, Notice, PageTitle, ResourceState } from '../parts/basics';
import { DifferenceList } from '../parts/difference_list';
import { useForm } from '../parts/use_form';
import { t } from '../texts';
import { drafts_of, fault_of, rows_of, state_of, type Draft, type DraftFault } from './endpoint_drafts';
import { EndpointEditor } from './endpoint_editor';

interface Work {
    base: Row[];
    etag: string;
    drafts: Draft[];
}

/** What is unsaved, by module, so that signing in anew doesn't lose it. */
const unsaved = new Map<string, Work>();

function row_of({ host, port, weight, zone, tags }: Row): Row {
    return { host, port, weight, zone, tags };
}

function Preview({ result }: { result: EditResult }) {
    const e = t().edit;
    return (
        <>
            {is_empty(result) ? <p>{e.preview_nothing}</p> : <DifferenceList of={result} />}
            <p class="muted">{e.unchanged(result.unchanged)}</p>
            {(result.guard.held || result.guard.text) && (
                <Notice kind={result.guard.held ? 'warn' : 'plain'}>
                    <p>
                        <strong>
                            {result.guard.held ? e.guard_held : e.guard}
                            {t().app.colon}
                        </strong>
                        {result.guard.text}
                    </p>
                </Notice>
            )}
        </>
    );
}

interface ConflictProps {
    conflict: EditConflict;
    base: Row[];
    mine: Row[];
    take: (rows: Row[]) => void;
}

function Conflict({ conflict, base, mine, take }: ConflictProps) {
    const e = t().edit;
    const heading = useRef<HTMLHeadingElement>(null);
    const theirs = conflict.current.endpoints.map(row_of);
    const changed = difference(base, theirs);
    const merged = reapply(base, mine, theirs);
    useEffect(() => heading.current?.focus(), []);
    return (
        <section class="panel warn" aria-labelledby="conflict">
            <h2 id="conflict" ref={heading} tabIndex={-1}>
                {e.conflict_title}
            </h2>
            <p>{conflict.error}</p>
            <h3>{e.conflict_theirs}</h3>
            {is_empty(changed) ? <p class="muted">{e.conflict_none}</p> : <DifferenceList of={changed} />}
            {merged.both.length > 0 && (
                <Notice kind="warn">
                    <p>
                        {e.conflict_both}
                        {t().app.colon}
                        <span class="address">{merged.both.join(', ')}</span>
                    </p>
                </Notice>
            )}
            <div class="actions">
                <button type="button" class="button primary" onClick={() => take(merged.rows)}>
                    {e.reapply}
                </button>
                <button type="button" class="button" onClick={() => take(theirs)}>
                    {e.take_theirs}
                </button>
            </div>
        </section>
    );
}

function Editor({ module, start }: { module: string; start: Work }) {
    const [work, set_work] = useState<Work>(() => unsaved.get(module) ?? start);
    const [preview, set_preview] = useState<EditResult | null>(null);
    const [conflict, set_conflict] = useState<EditConflict | null>(null);
    const [faults, set_faults] = useState<DraftFault[]>([]);
    const [saved, set_saved] = useState<EditResult | null>(null);
    const preview_heading = useRef<HTMLHeadingElement>(null);
    const outcome = useRef<HTMLDivElement>(null);
    const preview_button = useRef<HTMLButtonElement>(null);
    const form = useForm([]);
    const e = t().edit;
    const { drafts, base, etag } = work;

    const states = useMemo(() => drafts.map(state_of), [drafts]);
    const number_of = (state: string) => states.filter((one) => one === state).length;
    const dirty = states.some((state) => state !== 'same');

    useEffect(() => {
        if (!dirty) {
            unsaved.delete(module);
            return;
        }
        unsaved.set(module, work);
        const stay = (event: BeforeUnloadEvent) => event.preventDefault();
        addEventListener('beforeunload', stay);
        set_guard(async () => {
            const leave = await ask({
                title: e.leave_title,
                text: e.leave,
                yes: e.leave_yes,
                no: e.leave_no,
                danger: true,
            });
            if (leave) unsaved.delete(module);
            return leave;
        });
        return () => {
            removeEventListener('beforeunload', stay);
            set_guard(null);
        };
    }, [work, dirty]);
    useEffect(() => preview_heading.current?.focus(), [preview]);
    useEffect(() => outcome.current?.focus(), [saved]);

    const start_anew = (rows: Row[], from: Row[], next_etag: string) => {
        set_work({ base: from, etag: next_etag, drafts: drafts_of(rows, from) });
        set_preview(null);
        set_conflict(null);
        set_faults([]);
        form.clear();
    };

    const send = (dry_run: boolean) =>
        form.run(async () => {
            const { rows, ids, faults: mine } = rows_of(drafts);
            set_faults(mine);
            set_saved(null);
            if (mine.length > 0) {
                set_preview(null);
                return;
            }
            try {
                const result = await request<EditResult>('POST', `/modules/${in_path(module)}/edits`, {
                    etag,
                    endpoints: rows,
                    dry_run,
                });
                set_conflict(null);
                if (dry_run) {
                    set_preview(result);
                    return;
                }
                start_anew(rows, rows, result.etag);
                set_saved(result);
                announce(is_empty(result) ? e.saved_nothing : e.saved);
            } catch (error) {
                if (!(error instanceof ApiError)) throw error;
                set_preview(null);
                const fault = fault_of(error.field, error.message, ids);
                const body = error.body as EditConflict | null;
                if (fault) set_faults([fault]);
                else if (error.status === 409 && body?.current) set_conflict(body);
                else throw error;
            }
        });

    const set_drafts = (change: (old: Draft[]) => Draft[]) => {
        set_work((old) => ({ ...old, drafts: change(old.drafts) }));
        set_preview(null);
        set_faults([]);
        set_saved(null);
    };
    return (
        <form
            onSubmit={(event) => {
                event.preventDefault();
                void send(true);
            }}
        >
            {saved && (
                <div ref={outcome} tabIndex={-1}>
                    <Notice kind="good">
                        <p>{is_empty(saved) ? e.saved_nothing : e.saved}</p>
                        {saved.change_id !== null && (
                            <Link to={`/history?module=${encodeURIComponent(module)}`}>{e.see_change}</Link>
                        )}
                    </Notice>
                </div>
            )}
            {conflict && (
                <Conflict
                    conflict={conflict}
                    base={base}
                    mine={rows_of(drafts).rows}
                    take={(rows) => {
                        start_anew(rows, conflict.current.endpoints.map(row_of), conflict.etag);
                        // Its own button went; this is the next step.
                        requestAnimationFrame(() => preview_button.current?.focus());
                    }}
                />
            )}
            <EndpointEditor drafts={drafts} faults={faults} set_drafts={set_drafts} />
            <ErrorBox error={form.error} />
            {preview && (
                <section class="panel" aria-labelledby="preview">
                    <h2 id="preview" ref={preview_heading} tabIndex={-1}>
                        {e.preview_title}
                    </h2>
                    <Preview result={preview} />
                    <div class="actions">
                        <button
                            type="button"
                            class={`button ${preview.guard.held ? 'danger' : 'primary'}`}
                            disabled={form.busy || is_empty(preview)}
                            onClick={() => void send(false)}
                        >
                            {preview.guard.held ? e.commit_held : e.commit}
                        </button>
                        <button type="button" class="button" onClick={() => set_preview(null)}>
                            {e.keep_editing}
                        </button>
                    </div>
                </section>
            )}
            {!conflict && !preview && (
                <div class="edit-bar">
                    <p class="muted num" role="status">
                        {dirty
                            ? e.changes(number_of('added'), number_of('changed'), number_of('removed'))
                            : e.no_changes}
                    </p>
                    <div class="actions">
                        {dirty && (
                            <button type="button" class="button" onClick={() => start_anew(base, base, etag)}>
                                {e.discard}
                            </button>
                        )}
                        <button
                            type="submit"
                            ref={preview_button}
                            class="button primary"
                            disabled={!dirty || form.busy}
                        >
                            {e.preview}
                        </button>
                    </div>
                </div>
            )}
        </form>
    );
}

/** Read once: an editor whose rows change under one's hands is no help, and the etag tells. */
export function EditPage({ module }: { module: string }) {
    const [start, set_start] = useState<Work | null>(null);
    const [error, set_error] = useState<ApiError | null>(null);
    const e = t().edit;

    const load = async () => {
        set_error(null);
        try {
            const read = await get<Module>(`/modules/${in_path(module)}?last=60`);
            const base = read.endpoints.map(row_of);
            set_start({ base, etag: read.etag, drafts: drafts_of(base, base) });
        } catch (failed) {
            set_error(failed instanceof ApiError ? failed : new ApiError(0, String(failed)));
        }
    };
    useEffect(() => void load(), []);
    return (
        <>
            <div class="page-head">
                <PageTitle title={e.title(module)} />
                <Link to={`/modules/${in_path(module)}`} class="button">
                    {e.back(module)}
                </Link>
            </div>
            {!may('edit') && <Notice kind="warn">{e.read_only}</Notice>}
            <ResourceState of={{ data: start, error, reload: () => void load() }} />
            {start && may('edit') && <Editor module={module} start={start} />}
        </>
    );
}
