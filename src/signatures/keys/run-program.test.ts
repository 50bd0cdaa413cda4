import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from './run-program.ts';

const node = (source: string, time = 10_000) =>
  runProgram({ name: process.execPath, words: ['-e', source], environment: {}, time });

test('a program that hangs is not waited for', async () => {
  const started = Date.now();
  assert.equal(await node('setInterval(() => 0, 1000)', 200), 'too late');
  assert.ok(Date.now() - started < 3000);
});

test('output and status are given', async () => {
  const result = await node('process.stdout.write("a"); process.exitCode = 3');
  assert.deepEqual(result, { output: Buffer.from('a'), status: 3, complaint: '' });
});

test('what it complains about can be kept, but for an endless text', async () => {
  const words = ['-e', 'process.stderr.write("no " + "x".repeat(100_000))'];
  const result = await runProgram({
    name: process.execPath,
    words,
    environment: {},
    time: 10_000,
    keepsComplaint: true,
  });
  assert.ok(typeof result === 'object' && result.complaint.startsWith('no x') && result.complaint.length === 4096);
});

test('a program that is not there is missing', async () => {
  assert.equal(await runProgram({ name: 'nobody-has-this', words: [], environment: {}, time: 1000 }), 'missing');
});
