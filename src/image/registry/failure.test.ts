import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getThing, openTransport, rejects, startServer, type Reply } from './testing.ts';

const failures: readonly (readonly [Reply, string, RegExp, RegExp])[] = [
  [{ status: 403 }, 'registry-denied', /denies the thing of 127.*\/app/, /docker login/],
  [{ status: 404, body: errors('NAME_UNKNOWN') }, 'registry-not-found', /has no repository app/, /check/],
  [{ status: 404, body: errors('MANIFEST_UNKNOWN') }, 'registry-not-found', /does not have the thing/, /check/],
  [{ status: 404, body: '<html>' }, 'registry-not-found', /does not have the thing/, /check/],
  [{ status: 429, headers: { 'retry-after': '3600' } }, 'registry-rate-limited', /too many/, /in 3600 s.*log in/],
  [{ status: 429 }, 'registry-rate-limited', /too many/, /later/],
  [{ status: 500, body: errors('UNKNOWN', 'boom') }, 'registry-failed', /answered 500.*UNKNOWN boom/, /later/],
  [{ status: 204 }, 'registry-failed', /answered 204/, /^$/],
  [{ status: 304 }, 'registry-failed', /answered 304/, /^$/],
  [{ status: 307 }, 'registry-failed', /answered 307/, /^$/],
];

for (const [reply, code, message, hint] of failures) {
  const name = typeof reply === 'function' ? '' : `${reply.status} ${String(reply.body ?? '').slice(0, 40)}`;
  test(`${name} is ${code}`, async (t) => {
    const server = await startServer(t, () => reply);
    await rejects(getThing(openTransport(t, server.host)), code, message, hint);
  });
}

test('what a registry says in an error is bounded and cleaned', async (t) => {
  const secret = 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJtZSJ9';
  const said = `a\u001b[31m\u0007\u202Eb\n${secret} https://s3.example/x?X-Amz-Signature=abc ${'long '.repeat(500)}`;
  const server = await startServer(t, () => ({ status: 403, body: errors('DENIED', said) }));
  const { message } = await rejects(
    getThing(openTransport(t, server.host)),
    'registry-denied',
    /DENIED a \[31m b \*\*\* https/,
    /./,
  );
  assert.match(message, /https:\/\/s3\.example\/x\?… long/);
  assert.ok(message.length < 500 && !/[\p{Cc}\p{Cf}]/u.test(message));
});

function errors(code: string, message = ''): string {
  return JSON.stringify({ errors: [{ code, message }] });
}
