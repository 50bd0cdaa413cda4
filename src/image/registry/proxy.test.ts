import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { RegistryOptions } from './options.ts';
import { fakeSystem, getThing, openTransport, rejects, startServer } from './testing.ts';

const insecure = ['registry.example'];

test('a proxy is used, for TLS by CONNECT and for plain HTTP as it is', async (t) => {
  const server = await startServer(t, () => ({ body: 'hello' }));
  const proxy = await startProxy(t, server.host);
  const environment = { https_proxy: proxy.url, HTTP_PROXY: proxy.url };
  assert.equal(await get(t, 'registry.example', { insecure, environment }), 'hello');
  assert.deepEqual(proxy.asked, [
    'CONNECT registry.example:443',
    'GET http://registry.example/v2/',
    'GET http://registry.example/v2/app/thing',
  ]);
});

test('NO_PROXY goes around it, and so does this machine', async (t) => {
  const server = await startServer(t, () => ({ body: 'hello' }));
  const proxy = await startProxy(t, server.host);
  const environment = { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url, NO_PROXY: '.example' };
  const port = server.host.replace(/.*:/, '');
  const near = `near.example:${port}`;
  assert.equal(await get(t, near, { insecure: [near], environment }), 'hello');
  assert.equal(await get(t, server.host, { environment: { ...environment, NO_PROXY: undefined } }), 'hello');
  assert.deepEqual(proxy.asked, []);
});

test('a proxy that says no is named, and its password is not', async (t) => {
  const proxy = await startProxy(t, '127.0.0.1:1');
  const environment = { HTTPS_PROXY: proxy.url.replace('//', '//me:topsecret@') };
  await rejectsSilently(get(t, 'registry.example', { environment }), /proxy does not let us through with status 403/);
  const nonsense = { HTTPS_PROXY: 'http://me:topsecret@[/' };
  await rejectsSilently(get(t, 'registry.example', { environment: nonsense }), /is not a URL/);
});

test('a registry behind a proxy cannot send us to inner addresses', async (t) => {
  for (const target of ['http://127.0.0.1:1/x', 'http://10.0.0.1/x', 'http://localhost/x', 'http://[::1]/x']) {
    const server = await startServer(t, () => ({ status: 307, headers: { location: target } }));
    const proxy = await startProxy(t, server.host);
    const environment = { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url };
    await rejects(
      get(t, 'registry.example', { insecure, environment }),
      'registry-redirect-refused',
      /private network|this very machine/,
    );
    assert.equal(proxy.asked.length, 3);
  }
});

/** A proxy that leads every plain request to one server, and refuses to tunnel. */
async function startProxy(t: TestContext, host: string) {
  const asked: string[] = [];
  const [hostname, port] = host.split(':');
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    asked.push(`${method} ${url}`);
    const onward = request({ hostname, port, method, path: new URL(url).pathname, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(outgoing);
    });
    onward.end();
  });
  server.on('connect', ({ url }, socket) => {
    asked.push(`CONNECT ${url ?? ''}`);
    socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on TCP has an address of this kind.
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function get(t: TestContext, host: string, options: RegistryOptions): Promise<string> {
  return getThing(openTransport(t, host, options, fakeSystem({ 'near.example': '127.0.0.1' })));
}

async function rejectsSilently(work: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await rejects(work, 'registry-unreachable', message);
  assert.ok(!JSON.stringify([error.message, error.hint, error.at]).includes('topsecret'));
}
