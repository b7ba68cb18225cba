import { useState } from 'preact/hooks';
import { ApiError } from '../api/client';

export interface FormState {
    busy: boolean;
    /** What is wrong as a whole: with no field, or with one that this form doesn't have. */
    error: ApiError | null;
    error_at: (field: string) => string | null;
    /** Runs one request at a time; what the server refuses is kept to be shown. */
    run: (work: () => Promise<void>) => Promise<void>;
    fail: (error: ApiError) => void;
    clear: () => void;
}

export function useForm(fields: string[]): FormState {
    const [busy, set_busy] = useState(false);
    const [error, set_error] = useState<ApiError | null>(null);
    const at_field = error?.field && fields.includes(error.field) ? error.field : null;
    return {
        busy,
        error: at_field ? null : error,
        error_at: (field) => (at_field === field ? error!.message : null),
        run: async (work) => {
            if (busy) return;
            set_busy(true);
            set_error(null);
            try {
                await work();
            } catch (failed) {
                set_error(failed instanceof ApiError ? failed : new ApiError(0, String(failed)));
            } finally {
                set_busy(false);
            }
        },
        fail: set_error,
        clear: () => set_error(null),
    };
}
