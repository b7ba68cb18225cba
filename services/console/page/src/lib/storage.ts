// Private windows and locked-down browsers refuse storage. Preferences are then those of the
// visit.
export function remembered(key: string): string | null {
    try {
        return localStorage.getItem(`lars.${key}`);
    } catch {
        return null;
    }
}

export function remember(key: string, value: string | null): void {
    try {
        if (value === null) localStorage.removeItem(`lars.${key}`);
        else localStorage.setItem(`lars.${key}`, value);
    } catch {
        // Nothing to do: see above.
    }
}
