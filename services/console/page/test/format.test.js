import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.js';

const { ago, count, duration, latency, per_second, rate, share, utc_time } = await load('lib/format.ts');

test('figures have few digits and keep their width', () => {
    assert.equal(share(0.1234), '12.3 %');
    assert.equal(share(0.0001), '<0.1 %');
    assert.equal(share(0), '0.0 %');
    assert.equal(latency(870), '870 µs');
    assert.equal(latency(2310), '2.3 ms');
    assert.equal(latency(123_456), '123 ms');
    assert.equal(latency(1_234_567), '1.23 s');
    assert.equal(count(12_345), '12,345');
    assert.equal(count(1_234_567), '1.2M');
    assert.equal(per_second(0.01), '<0.1');
});

test('what is not known is a dash', () => {
    assert.equal(share(null), '–');
    assert.equal(latency(null), '–');
    assert.equal(rate(null, 60), '–');
    assert.equal(rate(5, 0), '–');
});

test('times are said in words', () => {
    assert.equal(ago(1000, 1001), 'just now');
    assert.equal(ago(1000, 1090), '90 s ago');
    assert.equal(ago(0, 7300), '2 h ago');
    assert.equal(duration(30), '30 s');
    assert.equal(duration(300), '5 min');
    assert.equal(utc_time(1_790_000_000), '2026-09-21 14:13:20 UTC');
});
