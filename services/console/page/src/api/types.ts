// What /api/v1 sends and takes; ../../../openapi.json says the same for everybody else.

export type Role = 'read' | 'edit' | 'admin';

export interface Session {
    account: string;
    roles: Role[];
    csrf: string;
    expires: number;
}

export interface ModuleRef {
    modid: number;
    cmdid: number;
    name?: string | null;
}

export interface Sums {
    calls: number;
    failures: number;
    error_rate: number | null;
    p50_us: number | null;
    p99_us: number | null;
    overloaded_ms: number;
    callers: number;
    callers_avoiding: number;
    endpoints_avoided: number;
    endpoints: number;
    weight: number;
}

export interface ModuleLine extends ModuleRef, Sums {
    spark: number[];
    spark_failures: number[];
    alarms: number;
}

export interface Overview {
    now: number;
    from: number;
    last_report: number | null;
    total: Sums;
    modules: ModuleLine[];
}

/** What people edit of an endpoint. */
export interface Row {
    host: string;
    port: number;
    weight: number;
    zone: string;
    tags: string[];
}

export interface Endpoint extends Row, Sums {}

export interface Instance extends Row, Sums {
    owner: string;
    state: string;
    reason: string;
    since: number;
}

export interface Split {
    tag: string;
    percent: number;
}

export interface Policy {
    name: string;
    parameters: Record<string, unknown>;
}

export interface Alarm extends ModuleRef {
    state: string;
    since: number;
    kind?: string;
    rule?: number;
    severity?: string;
    comment?: string;
    threshold?: number;
    for_s?: number;
}

export interface Caller {
    address: string;
    calls: number;
    failures: number;
    avoiding: string[];
}

export interface Module extends ModuleRef {
    aliases: string[];
    etag: string;
    now: number;
    from: number;
    total: Sums;
    endpoints: Endpoint[];
    instances: Instance[];
    splits: Split[];
    policy: Policy | null;
    alarms: Alarm[];
    callers: Caller[];
}

export interface Series {
    calls: (number | null)[];
    failures: (number | null)[];
    p99_us: (number | null)[];
}

export interface ModuleSeries {
    now: number;
    from: number;
    step: number;
    total: Series;
    endpoints: ({ host: string; port: number } & Series)[];
}

export interface Content {
    endpoints: Row[];
    splits: Split[];
    policy: Policy | null;
}

export interface Change {
    id: number;
    at: number;
    actor: string;
    action: string;
    modid: number | null;
    cmdid: number | null;
    name?: string | null;
    removed: number;
    detail: string;
    before: Content | null;
    after: Content | null;
    undoable: boolean;
}

export interface WhyEvent {
    at: number;
    kind: string;
    text: string;
    actor?: string;
    endpoint?: string;
    reason?: string;
    numbers?: Record<string, number>;
}

export interface Why {
    from: number;
    now: number;
    events: WhyEvent[];
}

export interface NewRule {
    modid: number | null;
    cmdid: number | null;
    kind: string;
    threshold: number;
    for_s: number;
    min_calls: number;
    severity: string;
    comment: string;
}

export interface Rule extends NewRule {
    id: number;
    name?: string | null;
    made_at: number;
    alarms: (ModuleRef & { state: string; since: number })[];
}

export interface Held {
    modules: (ModuleRef & {
        served_rows: number;
        stored_rows: number;
        reason: string;
        agents: number;
    })[];
    names: { name: string; modid: number; cmdid: number; reason: string; agents: number }[];
    doubtful: boolean;
    owners: { host: string; instances: number; since: number }[];
    asked: string[];
    problem: string | null;
}

export interface System {
    version: string;
    store: { kind: string; schema: number; current: number; id: string; version: number };
    dns: { address: string; id: string | number; seen: number; alive: boolean }[];
    owners: { alive: number; gone: number };
    last_report: number | null;
    now: number;
}

export interface EditResult {
    etag: string;
    added: Row[];
    removed: Row[];
    changed: { before: Row; after: Row }[];
    unchanged: number;
    guard: { held: boolean; text: string };
    change_id: number | null;
}

export interface EditConflict {
    error: string;
    current: Content;
    etag: string;
}

export interface ImportResult {
    rows: number;
    added: number;
    changed: number;
    present: number;
    errors: { line: number; error: string }[];
}

export interface Account {
    name: string;
    roles: Role[];
    created_at: number;
}

export interface Token {
    id: number | string;
    account: string;
    roles: Role[];
    label: string;
    created_at: number;
    expires_at: number | null;
    used_at: number | null;
}
