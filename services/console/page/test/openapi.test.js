import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const api = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'));
const kMethods = ['get', 'post', 'put', 'patch', 'delete'];

function references(node) {
    if (node === null || typeof node !== 'object') return [];
    return Object.entries(node).flatMap(([key, value]) =>
        key === '$ref' ? [value] : references(value),
    );
}

function operations() {
    return Object.entries(api.paths).flatMap(([path, item]) =>
        kMethods.filter((method) => item[method]).map((method) => [`${method} ${path}`, item[method]]),
    );
}

test('every reference leads somewhere, and every schema is referred to', () => {
    const all = new Set(references(api));
    for (const reference of all) {
        const found = reference
            .replace(/^#\//, '')
            .split('/')
            .reduce((node, part) => node?.[part], api);
        assert.ok(found, reference);
    }
    for (const name of Object.keys(api.components.schemas)) {
        assert.ok(all.has(`#/components/schemas/${name}`), `${name} is referred to nowhere`);
    }
});

test('every operation has its own id, a role and what it answers', () => {
    const ids = new Set();
    for (const [name, operation] of operations()) {
        assert.ok(operation.operationId && !ids.has(operation.operationId), name);
        ids.add(operation.operationId);
        assert.ok(['none', 'read', 'edit', 'admin'].includes(operation['x-role']), name);
        assert.ok(Object.keys(operation.responses).some((status) => status.startsWith('2')), name);
    }
});

test('parameters of a path are described', () => {
    for (const [path, item] of Object.entries(api.paths)) {
        const named = [...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1]);
        const described = (item.parameters ?? [])
            .map((p) => (p.$ref ? api.components.parameters[p.$ref.split('/').at(-1)] : p))
            .filter((p) => p.in === 'path')
            .map((p) => p.name);
        assert.deepEqual(described.sort(), named.sort(), path);
    }
});
