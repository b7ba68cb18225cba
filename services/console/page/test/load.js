import { runnerImport } from 'vite';

// The browser's parts that modules touch while they are loaded.
globalThis.localStorage ??= { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
if (!globalThis.navigator?.languages) {
    Object.defineProperty(globalThis, 'navigator', { value: { languages: ['en'] }, configurable: true });
}

/** A TypeScript module of the page, as tests use it. */
export async function load(path) {
    const { module } = await runnerImport(new URL(`../src/${path}`, import.meta.url).pathname, {
        configFile: false,
        logLevel: 'error',
    });
    return module;
}
