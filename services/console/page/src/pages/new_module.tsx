import { useState } from 'preact/hooks';
import { ApiError, request } from '../api/client';
import { may } from '../api/session';
import type { ModuleRef } from '../api/types';
import { module_path } from '../lib/module_path';
import { navigate } from '../lib/router';
import { ErrorBox, Notice, PageTitle } from '../parts/basics';
import { Field } from '../parts/field';
import { useForm } from '../parts/use_form';
import { t } from '../texts';
import { empty_draft, fault_of, rows_of, type Draft, type DraftFault } from './endpoint_drafts';
import { EndpointEditor } from './endpoint_editor';

export function NewModulePage() {
    const [name, set_name] = useState('');
    const [drafts, set_drafts] = useState<Draft[]>(() => [empty_draft()]);
    const [faults, set_faults] = useState<DraftFault[]>([]);
    const form = useForm(['name']);
    const n = t().new_module;

    const submit = (event: Event) => {
        event.preventDefault();
        void form.run(async () => {
            const { rows, ids, faults: mine } = rows_of(drafts);
            set_faults(mine);
            if (mine.length > 0) return;
            try {
                const made = await request<ModuleRef>('POST', '/modules', { name: name.trim(), endpoints: rows });
                await navigate(module_path(made));
            } catch (error) {
                if (!(error instanceof ApiError)) throw error;
                const fault = fault_of(error.field, error.message, ids);
                if (fault) set_faults([fault]);
                else if (error.status === 409 && !error.field) throw new ApiError(409, error.message, 'name');
                else throw error;
            }
        });
    };
    return (
        <>
            <PageTitle title={n.title} />
            {!may('edit') && <Notice kind="warn">{t().edit.read_only}</Notice>}
            <form onSubmit={submit}>
                <Field label={n.name} hint={n.name_hint} error={form.error_at('name')} class="medium">
                    {(control) => (
                        <input
                            {...control}
                            required
                            maxLength={200}
                            autocomplete="off"
                            autocapitalize="none"
                            spellcheck={false}
                            value={name}
                            onInput={(event) => set_name(event.currentTarget.value)}
                        />
                    )}
                </Field>
                <h2>{n.endpoints}</h2>
                <EndpointEditor
                    drafts={drafts}
                    faults={faults}
                    set_drafts={(change) => {
                        set_drafts(change);
                        set_faults([]);
                    }}
                />
                <ErrorBox error={form.error} />
                <div class="edit-bar">
                    <button type="submit" class="button primary" disabled={form.busy || !may('edit')}>
                        {n.submit}
                    </button>
                </div>
            </form>
        </>
    );
}
