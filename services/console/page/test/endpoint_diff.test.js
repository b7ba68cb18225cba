import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.js';

const { difference, is_empty, key_of, reapply } = await load('lib/endpoint_diff.ts');

const row = (host, weight = 100, more = {}) => ({ host, port: 80, weight, zone: '', tags: [], ...more });
const hosts = (rows) => rows.map((r) => `${r.host}=${r.weight}`).sort();

test('an IPv6 address stands in brackets', () => {
    assert.equal(key_of({ host: '2001:db8::1', port: 80 }), '[2001:db8::1]:80');
});

test('a difference tells what is added, removed and changed', () => {
    const found = difference([row('a'), row('b'), row('c')], [row('b', 5), row('c'), row('d')]);
    assert.deepEqual(hosts(found.added), ['d=100']);
    assert.deepEqual(hosts(found.removed), ['a=100']);
    assert.deepEqual(found.changed.map((c) => [c.before.weight, c.after.weight]), [[100, 5]]);
});

test('the order of rows and of tags is no difference', () => {
    const before = [row('a', 1, { tags: ['x=1', 'y=2'] }), row('b')];
    const after = [row('b'), row('a', 1, { tags: ['y=2', 'x=1'] })];
    assert.ok(is_empty(difference(before, after)));
});

test('edits of different endpoints are put together', () => {
    const base = [row('a'), row('b'), row('c')];
    const mine = [row('a', 0), row('b'), row('new')];
    const theirs = [row('a'), row('b', 50), row('c'), row('other')];
    const merged = reapply(base, mine, theirs);
    assert.deepEqual(hosts(merged.rows), ['a=0', 'b=50', 'new=100', 'other=100']);
    assert.deepEqual(merged.both, []);
});

test('of an endpoint that both changed, mine is kept, and it is said', () => {
    const base = [row('a'), row('b'), row('c')];
    const mine = [row('a', 1), row('b')];
    const theirs = [row('a', 2), row('b'), row('c', 3)];
    const merged = reapply(base, mine, theirs);
    assert.deepEqual(hosts(merged.rows), ['a=1', 'b=100']);
    assert.deepEqual(merged.both.sort(), ['a:80', 'c:80']);
});

test('an endpoint that they removed and I changed comes back, and it is said', () => {
    const merged = reapply([row('a')], [row('a', 7)], []);
    assert.deepEqual(hosts(merged.rows), ['a=7']);
    assert.deepEqual(merged.both, ['a:80']);
});

test('the same change by both is none', () => {
    const merged = reapply([row('a'), row('b')], [row('a', 7)], [row('a', 7)]);
    assert.deepEqual(hosts(merged.rows), ['a=7']);
    assert.deepEqual(merged.both, []);
});
