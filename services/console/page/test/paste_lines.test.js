import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.js';

const { complete, parse_pasted, split_csv } = await load('lib/paste_lines.ts');

test('lines of host, port and weight are taken', () => {
    const { rows, faults } = parse_pasted('10.0.0.1:80\n[2001:db8::1]:81 50\n\n# a remark\ndb.example:5432, 7\n');
    assert.deepEqual(faults, []);
    assert.deepEqual(rows, [
        { host: '10.0.0.1', port: 80 },
        { host: '2001:db8::1', port: 81, weight: 50 },
        { host: 'db.example', port: 5432, weight: 7 },
    ]);
});

test('CSV is taken without and with a heading in any order', () => {
    assert.deepEqual(parse_pasted('10.0.0.1,80,5,eu-1/a,"a=b,c=d"').rows, [
        { host: '10.0.0.1', port: 80, weight: 5, zone: 'eu-1/a', tags: ['a=b', 'c=d'] },
    ]);
    assert.deepEqual(parse_pasted('Port,Host\r\n80,10.0.0.1\r\n').rows, [{ host: '10.0.0.1', port: 80 }]);
    assert.deepEqual(parse_pasted('modid,cmdid,host,port,weight\n1,2,10.0.0.1,80,9').rows, [
        { host: '10.0.0.1', port: 80, weight: 9 },
    ]);
    assert.deepEqual(parse_pasted('10.0.0.1\t80\t9').rows, [{ host: '10.0.0.1', port: 80, weight: 9 }]);
});

test('an IPv6 address in CSV needs no brackets', () => {
    assert.deepEqual(parse_pasted('2001:db8::1,80').rows, [{ host: '2001:db8::1', port: 80 }]);
    assert.deepEqual(parse_pasted('::1,80,5').rows, [{ host: '::1', port: 80, weight: 5 }]);
});

test('faults are told by line', () => {
    const { faults } = parse_pasted('10.0.0.1:80\nnothing\n10.0.0.1:70000\n10.0.0.1:80 -1');
    assert.deepEqual(faults, [
        { line: 2, fault: 'no_port' },
        { line: 3, fault: 'bad_port' },
        { line: 4, fault: 'bad_weight' },
    ]);
});

test('quotes are taken as RFC 4180 says', () => {
    assert.deepEqual(split_csv('a,"b ""c"", d",e'), ['a', 'b "c", d', 'e']);
});

test('what a line leaves out stays as it was', () => {
    const was = { host: 'a', port: 1, weight: 7, zone: 'z', tags: ['x=1'] };
    assert.deepEqual(complete({ host: 'a', port: 1, weight: 9 }, was), { ...was, weight: 9 });
    assert.deepEqual(complete({ host: 'a', port: 1 }), { host: 'a', port: 1, weight: 100, zone: '', tags: [] });
});
