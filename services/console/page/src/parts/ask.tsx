import { useEffect, useRef } from 'preact/hooks';
import { Observable, useObservable } from '../lib/observable';
import { t } from '../texts';

export interface Question {
    title: string;
    text: string;
    yes: string;
    no?: string;
    danger?: boolean;
}

interface Asked extends Question {
    answer: (yes: boolean) => void;
}

const asked = new Observable<Asked | null>(null);

/** Asks in a dialog; Esc is no. */
export function ask(question: Question): Promise<boolean> {
    asked.get()?.answer(false);
    return new Promise((resolve) => asked.set({ ...question, answer: resolve }));
}

export function AskDialog() {
    const question = useObservable(asked);
    const dialog = useRef<HTMLDialogElement>(null);
    useEffect(() => {
        if (question) dialog.current?.showModal();
    }, [question]);
    if (!question) return null;

    const answer = (yes: boolean) => {
        dialog.current?.close();
        asked.set(null);
        question.answer(yes);
    };
    return (
        <dialog
            ref={dialog}
            class="dialog"
            aria-labelledby="ask-title"
            aria-describedby="ask-text"
            onCancel={(event) => {
                event.preventDefault();
                answer(false);
            }}
        >
            <h2 id="ask-title">{question.title}</h2>
            <p id="ask-text">{question.text}</p>
            <div class="actions end">
                <button type="button" class="button" onClick={() => answer(false)}>
                    {question.no ?? t().app.cancel}
                </button>
                <button
                    type="button"
                    class={`button ${question.danger ? 'danger' : 'primary'}`}
                    onClick={() => answer(true)}
                >
                    {question.yes}
                </button>
            </div>
        </dialog>
    );
}
