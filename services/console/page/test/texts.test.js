import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from './load.js';

const { en } = await load('texts/en.ts');
const { zh } = await load('texts/zh.ts');

function keys(texts, path = '') {
    return Object.entries(texts).flatMap(([key, value]) =>
        typeof value === 'object' ? keys(value, `${path}${key}.`) : [`${path}${key}`],
    );
}

const at = (texts, key) => key.split('.').reduce((value, part) => value[part], texts);

function sources(folder) {
    return readdirSync(folder, { recursive: true })
        .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('texts'))
        .map((name) => readFileSync(new URL(name, folder), 'utf8'))
        .join('\n');
}

test('both languages have the same texts', () => {
    assert.deepEqual(keys(zh).sort(), keys(en).sort());
});

test('no text is empty, and each takes as many values in both languages', () => {
    for (const key of keys(en)) {
        const [a, b] = [at(en, key), at(zh, key)];
        assert.equal(typeof a, typeof b, key);
        if (typeof a === 'function') assert.equal(a.length, b.length, key);
        else assert.ok(a.trim() !== '' && b.trim() !== '', key);
    }
});

test('a text says every value that it is given, in both languages', () => {
    for (const key of keys(en)) {
        const text = at(en, key);
        // Words that depend on a number don't repeat what they are given as it is.
        if (typeof text !== 'function' || /silence|silent/.test(key)) continue;
        const values = Array.from({ length: text.length }, (_, i) => 731 + i);
        for (const texts of [en, zh]) {
            const said = String(at(texts, key)(...values));
            for (const value of values) assert.ok(said.includes(String(value)), `${key}: ${said}`);
        }
    }
});

test('Chinese texts are Chinese', () => {
    const same = ['name', 'search_key', 'p50', 'p99', 'dns', 'csv', 'agents', 'lang', 'title', 'colon'];
    for (const key of keys(zh)) {
        const text = at(zh, key);
        if (typeof text !== 'string' || same.includes(key.split('.').at(-1))) continue;
        assert.match(text, /\p{Script=Han}/u, key);
    }
});

test('every text is used', () => {
    const code = sources(new URL('../src/', import.meta.url));
    const by_value = /^(states|kinds|alarms\.kinds|alarms\.condition|accounts\.role_hint)\./;
    for (const key of keys(en)) {
        if (by_value.test(key)) continue;
        assert.match(code, new RegExp(`\\b${key.split('.').at(-1)}\\b`), `${key} is used nowhere`);
    }
});
