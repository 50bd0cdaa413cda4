import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { openMemory } from './memory.ts';

test('what is remembered outlives the process', () => {
  const folder = newFolder();
  const memory = openMemory(folder);
  memory.verdicts.put('a', Buffer.from('one'), 5);
  memory.verdicts.put('a', Buffer.from('two'), 6);
  assert.equal(memory.answers.get('a'), undefined);
  // As if the process were killed: nothing is closed.
  const next = openMemory(folder);
  assert.deepEqual(next.verdicts.get('a'), { value: Buffer.from('two'), at: 6 });
  assert.equal(next.problem, undefined);
  memory.close();
  next.close();
});

test('what was changed from outside is not remembered', () => {
  for (const change of ["value = 'xxx'", 'at = 7', "key = 'b'", "sum = ''"]) {
    const folder = newFolder();
    const memory = openMemory(folder);
    memory.verdicts.put('a', Buffer.from('one'), 5);
    memory.close();
    const database = new DatabaseSync(join(folder, 'memory.sqlite'));
    database.exec(`UPDATE verdicts SET ${change}`);
    database.close();
    const next = openMemory(folder);
    assert.deepEqual([next.verdicts.get('a'), next.verdicts.get('b')], [undefined, undefined], change);
    next.close();
  }
});

test('a damaged memory is put aside and begun anew', () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'memory.sqlite'), 'this is no database'.repeat(1000));
  const memory = openMemory(folder);
  assert.match(memory.problem ?? '', /not a database/);
  assert.ok(existsSync(join(folder, 'memory.sqlite.damaged')));
  memory.verdicts.put('a', Buffer.from('one'), 5);
  memory.close();
  const next = openMemory(folder);
  assert.equal(String(next.verdicts.get('a')?.value), 'one');
  next.close();
});

test('the oldest is forgotten when it becomes too much, and what is too large is not kept', () => {
  const memory = openMemory();
  const piece = Buffer.alloc(4 << 20);
  for (let index = 0; index < 20; index++) memory.answers.put(`a${index}`, piece, index);
  assert.equal(memory.answers.get('a0'), undefined);
  assert.notEqual(memory.answers.get('a19'), undefined);
  memory.answers.put('large', Buffer.alloc(5 << 20), 99);
  assert.equal(memory.answers.get('large'), undefined);
  memory.close();
});

test('what cannot be kept is lost, and nothing else', () => {
  const memory = openMemory();
  memory.answers.put('a', Buffer.from('one'), 5);
  assert.equal(memory.lost(), 0);
  // As when the disk is gone.
  memory.close();
  memory.answers.put('b', Buffer.from('two'), 5);
  assert.deepEqual([memory.answers.get('a'), memory.lost()], [undefined, 2]);
});

test('a folder that cannot be written is an error that says so', () => {
  assert.throws(() => openMemory('/proc/none'), { code: 'memory-unusable' });
});
