import { Observable } from '../lib/observable';
import { remember, remembered } from '../lib/storage';
import { en, type Texts } from './en';
import { zh } from './zh';

export type { Texts };

export type Language = 'en' | 'zh';

const all: Record<Language, Texts> = { en, zh };

function first_language(): Language {
    const chosen = remembered('language');
    if (chosen === 'en' || chosen === 'zh') return chosen;
    return navigator.languages.find((l) => /^(en|zh)\b/i.test(l))?.toLowerCase().startsWith('zh')
        ? 'zh'
        : 'en';
}

export const language = new Observable<Language>(first_language());

export function choose_language(chosen: Language): void {
    remember('language', chosen);
    language.set(chosen);
}

/** The texts of the chosen language. The whole page is drawn anew when it changes. */
export function t(): Texts {
    return all[language.get()];
}
