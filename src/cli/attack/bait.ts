import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Bait } from '#gates/admission/attack/target.ts';
import { kindOf } from '#image/registry/guard.ts';

/** Listens on this machine, counts who connects, and says nothing. */
export async function openBait(): Promise<Bait & { close(): void }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on('error', () => undefined).destroy();
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '0.0.0.0', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  // What everybody can reach is no inner address.
  const own = Object.values(networkInterfaces())
    .flatMap((list = []) => list)
    .filter(({ family, address: one }) => family === 'IPv4' && kindOf(one) === 'private');
  return {
    hosts: [...new Set(['localhost', '127.0.0.1', ...own.map((one) => one.address)])].map((host) => `${host}:${port}`),
    connections: () => connections,
    close: () => void server.close(),
  };
}
