import type { ModuleRef } from '../api/types';

/** What a module is called: its name, else its ids. */
export function called(module: {
    modid: number | null;
    cmdid: number | null;
    name?: string | null;
}): string {
    return module.name || `${module.modid},${module.cmdid}`;
}

export function module_path(module: ModuleRef): string {
    return `/modules/${in_path(called(module))}`;
}

/** A comma may stand in a path, and ids are nicer to read with it. */
export function in_path(module: string): string {
    return encodeURIComponent(module).replace('%2C', ',');
}

/** "1,2", "1/2" and "1 2" as the API takes it; names as they are. */
export function normal_module(text: string): string {
    const ids = /^\s*(\d+)\s*[,/ ]\s*(\d+)\s*$/.exec(text);
    return ids ? `${ids[1]},${ids[2]}` : text.trim();
}
