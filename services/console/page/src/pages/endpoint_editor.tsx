import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { key_of } from '../lib/endpoint_diff';
import { parse_pasted, type PasteFault } from '../lib/paste_lines';
import { TableBox, useFirst } from '../parts/basics';
import { Field } from '../parts/field';
import { t } from '../texts';
import { empty_draft, state_of, with_pasted, type Draft, type DraftFault, type DraftField } from './endpoint_drafts';

function paste_fault(fault: PasteFault): string {
    const e = t().edit;
    return {
        no_port: e.paste_no_port,
        bad_port: e.paste_bad_port,
        bad_weight: e.paste_bad_weight,
        no_host: e.paste_no_host,
    }[fault];
}

function PasteBox({ take, close }: { take: (text: string) => void; close: () => void }) {
    const [text, set_text] = useState('');
    const area = useRef<HTMLTextAreaElement>(null);
    const pasted = useMemo(() => parse_pasted(text), [text]);
    const e = t().edit;
    useEffect(() => area.current?.focus(), []);
    const faults = pasted.faults.slice(0, 5).map(({ line, fault }) => e.paste_bad(line, paste_fault(fault)));
    return (
        <section
            class="panel"
            aria-label={e.paste_title}
            onKeyDown={(event) => {
                if (event.key === 'Escape') close();
            }}
        >
            <h2>{e.paste_title}</h2>
            <Field label={e.paste_label} hint={e.paste_hint} error={faults.join('. ') || null}>
                {(control) => (
                    <textarea
                        {...control}
                        ref={area}
                        rows={6}
                        class="code"
                        spellcheck={false}
                        placeholder={'10.0.0.1:80\n10.0.0.2:80 50\n10.0.0.3,80,100,eu-1/a,version=2'}
                        value={text}
                        onInput={(event) => set_text(event.currentTarget.value)}
                    />
                )}
            </Field>
            <div class="actions">
                <button
                    type="button"
                    class="button primary"
                    disabled={pasted.rows.length === 0 || pasted.faults.length > 0}
                    onClick={() => take(text)}
                >
                    {pasted.rows.length > 0 ? e.paste_apply(pasted.rows.length) : e.paste_nothing}
                </button>
                <button type="button" class="button" onClick={close}>
                    {t().app.cancel}
                </button>
            </div>
        </section>
    );
}

interface RowProps {
    draft: Draft;
    row: number;
    fault: DraftFault | undefined;
    change: (draft: Draft | null) => void;
}

function label_of(draft: Draft, row: number): string {
    return draft.host ? key_of({ host: draft.host, port: Number(draft.port) || 0 }) : `${row}`;
}

function EditorRow({ draft, row, fault, change }: RowProps) {
    const e = t().edit;
    const state = state_of(draft);
    const name = label_of(draft, row);
    const cell = (field: DraftField, label: string, width: string, numeric = false) => {
        const bad = fault?.field === field;
        const error_id = `fault-${draft.id}`;
        return (
            <td>
                <input
                    class={`${width} ${numeric ? 'num right' : ''} ${field === 'host' ? 'address' : ''}`}
                    aria-label={e.field_of(label, row)}
                    placeholder={draft.removed ? undefined : label}
                    aria-invalid={bad || undefined}
                    aria-describedby={bad ? error_id : undefined}
                    data-draft={`${draft.id}-${field}`}
                    inputMode={numeric ? 'numeric' : undefined}
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck={false}
                    disabled={draft.removed}
                    // What an endpoint is known by stays: another address is another endpoint.
                    readOnly={draft.was !== null && (field === 'host' || field === 'port')}
                    value={draft[field]}
                    onInput={(event) => change({ ...draft, [field]: event.currentTarget.value })}
                />
                {bad && (
                    <p class="field-error" id={error_id} role="alert">
                        {fault.text}
                    </p>
                )}
            </td>
        );
    };
    const words = { same: '', added: e.added, changed: e.changed, removed: e.removed }[state];
    return (
        <tr class={`draft draft-${state}`}>
            {cell('host', e.host, 'w-host')}
            {cell('port', e.port, 'w-port', true)}
            {cell('weight', e.weight, 'w-weight', true)}
            {cell('zone', e.zone, 'w-zone')}
            {cell('tags', e.tags, 'w-tags')}
            <td class="draft-state">
                {words}
                {state === 'changed' && draft.was && String(draft.was.weight) !== draft.weight && (
                    <span class="muted num"> {e.weight_was(draft.was.weight)}</span>
                )}
            </td>
            <td class="row-actions">
                {draft.removed ? (
                    <button
                        type="button"
                        class="button small"
                        aria-label={e.put_back_row(name)}
                        onClick={() => change({ ...draft, removed: false })}
                    >
                        {e.put_back}
                    </button>
                ) : (
                    <>
                        <button
                            type="button"
                            class="button small"
                            aria-label={e.drain_row(name)}
                            disabled={draft.weight === '0'}
                            onClick={() => change({ ...draft, weight: '0' })}
                        >
                            {e.drain}
                        </button>
                        <button
                            type="button"
                            class="button small"
                            aria-label={e.remove_row(name)}
                            onClick={() => change(draft.was ? { ...draft, removed: true } : null)}
                        >
                            {t().app.remove}
                        </button>
                    </>
                )}
            </td>
        </tr>
    );
}

export interface EndpointEditorProps {
    drafts: Draft[];
    faults: DraftFault[];
    set_drafts: (change: (drafts: Draft[]) => Draft[]) => void;
}

const kFilterFrom = 10;

export function EndpointEditor({ drafts, faults, set_drafts }: EndpointEditorProps) {
    const [pasting, set_pasting] = useState(false);
    const [filter, set_filter] = useState('');
    const added = useRef<number | null>(null);
    const paste_button = useRef<HTMLButtonElement>(null);
    const e = t().edit;

    const numbered = drafts.map((draft, i) => ({ draft, row: i + 1 }));
    const wanted = filter.trim().toLowerCase();
    const found = wanted
        ? numbered.filter(({ draft }) =>
              [draft.host, draft.port, draft.zone, draft.tags].join(' ').toLowerCase().includes(wanted),
          )
        : numbered;
    const { shown, more } = useFirst(found);

    useEffect(() => {
        if (added.current === null) return;
        document.querySelector<HTMLElement>(`[data-draft="${added.current}-host"]`)?.focus();
        added.current = null;
    }, [drafts]);
    useEffect(() => {
        const first = faults[0];
        if (!first) return;
        set_filter('');
        document.querySelector<HTMLElement>(`[data-draft="${first.id}-${first.field}"]`)?.focus();
    }, [faults]);

    const add = () => {
        const draft = empty_draft();
        added.current = draft.id;
        set_filter('');
        set_drafts((old) => [draft, ...old]);
    };
    const stop_pasting = () => {
        set_pasting(false);
        paste_button.current?.focus();
    };
    const change = (id: number, next: Draft | null) =>
        set_drafts((old) => old.flatMap((draft) => (draft.id !== id ? [draft] : next ? [next] : [])));
    return (
        <>
            <div class="toolbar">
                <button type="button" class="button" onClick={add}>
                    {e.add}
                </button>
                <button
                    type="button"
                    class="button"
                    ref={paste_button}
                    aria-expanded={pasting}
                    onClick={() => set_pasting(!pasting)}
                >
                    {e.paste}
                </button>
                {(drafts.length > kFilterFrom || filter) && (
                    <input
                        type="search"
                        aria-label={e.filter}
                        placeholder={e.filter}
                        value={filter}
                        onInput={(event) => set_filter(event.currentTarget.value)}
                        onKeyDown={(event) => {
                            if (event.key === 'Escape') set_filter('');
                        }}
                    />
                )}
            </div>
            {pasting && (
                <PasteBox
                    close={stop_pasting}
                    take={(text) => {
                        set_drafts((old) => with_pasted(old, parse_pasted(text).rows));
                        stop_pasting();
                    }}
                />
            )}
            {drafts.length === 0 ? (
                <p class="muted">{e.empty}</p>
            ) : (
                <TableBox label={t().module.endpoints}>
                    <table class="editor">
                        <thead>
                            <tr>
                                <th scope="col">{e.host}</th>
                                <th scope="col" class="right">
                                    {e.port}
                                </th>
                                <th scope="col" class="right">
                                    {e.weight}
                                </th>
                                <th scope="col">{e.zone}</th>
                                <th scope="col" title={e.tags_hint}>
                                    {e.tags}
                                </th>
                                <th scope="col">{e.change}</th>
                                <th scope="col">
                                    <span class="sr">{t().app.actions}</span>
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            {shown.map(({ draft, row }) => (
                                <EditorRow
                                    key={draft.id}
                                    draft={draft}
                                    row={row}
                                    fault={faults.find((fault) => fault.id === draft.id)}
                                    change={(next) => change(draft.id, next)}
                                />
                            ))}
                        </tbody>
                    </table>
                </TableBox>
            )}
            {more}
        </>
    );
}
