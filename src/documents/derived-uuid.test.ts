import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unwrittenUuid, writeIdentified, writeJson } from './derived-uuid.ts';

const version8 = /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;

test('a document is named after its content', () => {
  const write = (content: string) => writeIdentified({ id: unwrittenUuid, content });
  assert.match(write('a'), version8);
  assert.equal(write('a'), write('a'));
  assert.notEqual(version8.exec(write('a'))?.[0], version8.exec(write('b'))?.[0]);
});

test('only its own place becomes the name', () => {
  const written = writeIdentified({ id: unwrittenUuid, content: `$& ${unwrittenUuid}` });
  assert.ok(written.includes(`$& ${unwrittenUuid}`));
});

test('lone surrogates are replaced, and nothing else', () => {
  assert.equal(writeJson(['a\ud800b', '😀']), '[\n  "a\ufffdb",\n  "😀"\n]\n');
  assert.equal(writeJson(['\\ud800']), '[\n  "\\\\ud800"\n]\n');
});
