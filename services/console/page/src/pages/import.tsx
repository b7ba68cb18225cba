import { useState } from 'preact/hooks';
import { request } from '../api/client';
import { may } from '../api/session';
import type { ImportResult } from '../api/types';
import { announce } from '../lib/announce';
import { navigate } from '../lib/router';
import { ErrorBox, Notice, PageTitle } from '../parts/basics';
import { Field } from '../parts/field';
import { useForm } from '../parts/use_form';
import { t } from '../texts';

function Result({ result }: { result: ImportResult }) {
    const i = t().import_page;
    if (result.errors.length === 0) {
        return <p>{i.result(result.rows, result.added, result.changed, result.present)}</p>;
    }
    return (
        <Notice kind="bad">
            <p>{i.errors(result.errors.length)}</p>
            <ul class="plain">
                {result.errors.map((error) => (
                    <li key={`${error.line} ${error.error}`}>
                        <span class="num">{i.line(error.line)}</span>
                        {t().app.colon}
                        {error.error}
                    </li>
                ))}
            </ul>
        </Notice>
    );
}

export function ImportPage() {
    const [csv, set_csv] = useState('');
    const [preview, set_preview] = useState<ImportResult | null>(null);
    const form = useForm(['csv']);
    const i = t().import_page;

    const change = (text: string) => {
        set_csv(text);
        set_preview(null);
        form.clear();
    };
    const send = (dry_run: boolean) =>
        form.run(async () => {
            const result = await request<ImportResult>('POST', '/import', { csv, dry_run });
            set_preview(result);
            if (dry_run || result.errors.length > 0) return;
            announce(i.done(result.added, result.changed));
            await navigate('/');
        });
    return (
        <>
            <PageTitle title={i.title} />
            {!may('edit') && <Notice kind="warn">{t().edit.read_only}</Notice>}
            <form
                onSubmit={(event) => {
                    event.preventDefault();
                    void send(true);
                }}
            >
                <Field label={i.file} class="medium">
                    {(control) => (
                        <input
                            {...control}
                            type="file"
                            accept=".csv,text/csv,text/plain"
                            onChange={async (event) => {
                                const file = event.currentTarget.files?.[0];
                                if (file) change(await file.text());
                            }}
                        />
                    )}
                </Field>
                <Field label={i.csv} hint={i.hint} error={form.error_at('csv')}>
                    {(control) => (
                        <textarea
                            {...control}
                            rows={14}
                            class="code"
                            spellcheck={false}
                            required
                            placeholder={'name,host,port,weight\npayments,10.0.0.1,80,100'}
                            value={csv}
                            onInput={(event) => change(event.currentTarget.value)}
                        />
                    )}
                </Field>
                <ErrorBox error={form.error} />
                <div role="status">{preview && <Result result={preview} />}</div>
                <div class="actions">
                    <button type="submit" class="button primary" disabled={form.busy || !may('edit')}>
                        {i.preview}
                    </button>
                    {preview && preview.errors.length === 0 && (
                        <button
                            type="button"
                            class="button primary"
                            disabled={form.busy}
                            onClick={() => void send(false)}
                        >
                            {i.commit}
                        </button>
                    )}
                </div>
            </form>
        </>
    );
}
