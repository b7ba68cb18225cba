import { Observable } from './observable';
import { remember, remembered } from './storage';

export type Theme = 'auto' | 'light' | 'dark';

const chosen = remembered('theme');
export const theme = new Observable<Theme>(
    chosen === 'light' || chosen === 'dark' ? chosen : 'auto',
);

/** Counts up whenever colours change, whoever changed them: canvases are then drawn anew. */
export const colours_version = new Observable(0);

function apply(): void {
    const value = theme.get();
    if (value === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = value;
    colours_version.set(colours_version.get() + 1);
}

export function choose_theme(value: Theme): void {
    remember('theme', value === 'auto' ? null : value);
    theme.set(value);
}

export function start_theme(): void {
    theme.follow(apply);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
    apply();
}

/** A custom property's colour as a canvas takes it. */
export function colour(name: string): string {
    const probe = document.createElement('span');
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
}
