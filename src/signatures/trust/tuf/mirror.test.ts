import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { openMirror } from './mirror.ts';

const hasty = { timeout: 200, pauses: [1, 1] };

/** Runs `work` with the address of a server that answers so. */
async function withServer(answer: RequestListener, work: (address: string) => Promise<void>): Promise<void> {
  const server = createServer(answer);
  await new Promise<void>((started) => {
    server.listen(0, '127.0.0.1', started);
  });
  try {
    // A server that listens on a port has an address with a port.
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/path/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a file is fetched from below the address', async () => {
  const answer: RequestListener = ({ url }, response) => response.end(url);
  await withServer(answer, async (address) => {
    assert.equal(String(await openMirror(address, undefined, hasty)('targets/a.json', 100)), '/path/targets/a.json');
  });
});

for (const status of [403, 404]) {
  test(`${status} says that there is no such file`, async () => {
    const answer: RequestListener = (_, response) => response.writeHead(status).end('a long story');
    await withServer(answer, async (address) => {
      assert.equal(await openMirror(address, undefined, hasty)('2.root.json', 100), undefined);
    });
  });
}

test('data without end is cut off at the limit', async () => {
  let sent = 0;
  const answer: RequestListener = (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(4096))) sent += 4096;
    };
    response.on('drain', more);
    more();
  };
  await withServer(answer, async (address) => {
    const fetched = openMirror(address, undefined, { timeout: 5000, pauses: [] })('timestamp.json', 10_000);
    await assert.rejects(fetched, { code: 'tuf-file-too-large' });
  });
  assert.ok(sent < 64 << 20, `${sent} bytes were taken`);
});

test('data that drips without end is cut off in time', async () => {
  const answer: RequestListener = (_, response) => {
    const timer = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(timer));
  };
  await withServer(answer, async (address) => {
    const fetched = openMirror(address, undefined, { timeout: 100, pauses: [] })('timestamp.json', 10_000);
    await assert.rejects(fetched, { code: 'service-unreachable' });
  });
});

test('a redirect is not followed', async () => {
  const answer: RequestListener = ({ url }, response) =>
    url === '/path/a' ? response.writeHead(302, { location: '/b' }).end() : response.end('b');
  await withServer(answer, async (address) => {
    await assert.rejects(openMirror(address, undefined, { timeout: 200, pauses: [] })('a', 100), {
      code: 'service-unreachable',
    });
  });
});

test('what may pass is asked again, and what stays is said', async () => {
  let asked = 0;
  const answer: RequestListener = ({ url }, response) => {
    asked++;
    response.writeHead(url?.endsWith('busy') && asked < 3 ? 503 : url?.endsWith('gone') ? 410 : 200).end('here');
  };
  await withServer(answer, async (address) => {
    const fetch = openMirror(address, undefined, hasty);
    assert.equal(String(await fetch('busy', 100)), 'here');
    assert.equal(asked, 3);
    await assert.rejects(fetch('gone', 100), { code: 'service-failed' });
    assert.equal(asked, 4);
  });
});
