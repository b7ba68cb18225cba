let secret: string | null = null;

/** A one-time link has its secret in the fragment, which browsers send to no server. */
export function take_link(): void {
    const found = /^#link=(.+)$/.exec(location.hash);
    if (!found) return;
    secret = decodeURIComponent(found[1]!);
    history.replaceState(null, '', location.pathname + location.search);
}

/** The secret, once. */
export function use_up_link(): string | null {
    const once = secret;
    secret = null;
    return once;
}
