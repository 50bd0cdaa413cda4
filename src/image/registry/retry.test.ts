import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from './exchange.ts';
import { persist, retryAfter } from './retry.ts';
import { fakeSystem } from './testing.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const dates: readonly (readonly [string | undefined, number | undefined])[] = [
  [undefined, undefined],
  ['', undefined],
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7000],
  ['-1', undefined],
  ['1.5', undefined],
  ['99999999999999999999', undefined],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ['Thu, 01 Jan 2020 00:00:00 GMT', 0],
  ['soon GMT', undefined],
  ['2026-01-01', undefined],
];

for (const [text, expected] of dates) {
  test(`Retry-After ${text}`, () => assert.equal(retryAfter({ headers: { 'retry-after': text } }, now), expected));
}

test('what passes is tried again with growing pauses, a bounded number of times', async () => {
  const { system, outcome, count } = run(() => answer(503));
  assert.equal((await outcome).status, 503);
  assert.equal(count(), 5);
  assert.deepEqual(system.slept, [250, 500, 1000, 2000]);
});

test('what does not pass is final', async () => {
  for (const status of [200, 206, 307, 400, 401, 403, 404, 501]) {
    const { outcome, count } = run(() => answer(status));
    assert.equal((await outcome).status, status);
    assert.equal(count(), 1);
  }
});

test('Retry-After is obeyed, with jitter', async () => {
  const { system, outcome } = run((attempt) => (attempt < 3 ? answer(429, '30') : answer(200)));
  assert.equal((await outcome).status, 200);
  assert.deepEqual(system.slept, [30_250, 30_250]);
});

test('a Retry-After that is too long is final at once', async () => {
  const { outcome, count } = run(() => answer(429, '90'));
  assert.equal((await outcome).status, 429);
  assert.equal(count(), 1);
});

test('time is bounded as a whole', async () => {
  const { outcome, count } = run(() => answer(503, '50'));
  assert.equal((await outcome).status, 503);
  assert.equal(count(), 3);
});

test('broken connections are tried again, refused ones are not', async () => {
  const broken = run((attempt) => {
    if (attempt < 3) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    return answer(200);
  });
  assert.equal((await broken.outcome).status, 200);
  const refused = run(() => {
    throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  });
  await assert.rejects(refused.outcome, /refused/);
  assert.equal(refused.count(), 1);
});

function run(send: (attempt: number) => Answer) {
  const system = fakeSystem();
  let attempts = 0;
  const outcome = persist(
    async () => {
      attempts += 1;
      return send(attempts);
    },
    system,
    new AbortController().signal,
  );
  return { system, outcome, count: () => attempts };
}

function answer(status: number, after?: string): Answer {
  return {
    status,
    headers: { 'retry-after': after },
    challenges: [],
    url: new URL('https://registry.example'),
    reach: 'public',
    body: (async function* empty() {})(),
    discard: () => undefined,
  };
}
