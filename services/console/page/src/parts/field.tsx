import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export interface FieldProps {
    label: string;
    hint?: string | undefined;
    error?: string | null | undefined;
    class?: string;
    /** Gets what ties the control to its label, hint and error. */
    children: (control: ControlProps) => ComponentChildren;
}

export interface ControlProps {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': boolean | undefined;
}

export function Field({ label, hint, error, class: name, children }: FieldProps) {
    const id = useId();
    const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
    return (
        <div class={`field ${name ?? ''}`}>
            <label for={id}>{label}</label>
            {children({
                id,
                'aria-describedby': described || undefined,
                'aria-invalid': error ? true : undefined,
            })}
            {hint && (
                <p class="hint" id={`${id}-hint`}>
                    {hint}
                </p>
            )}
            {error && (
                <p class="field-error" id={`${id}-error`} role="alert">
                    {error}
                </p>
            )}
        </div>
    );
}
