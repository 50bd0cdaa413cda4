import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BoxServer } from './server.ts';

/** A box that listens on this machine. */
export interface ListeningBox {
  /** `http://127.0.0.1` and the port, which serves all services. */
  readonly origin: string;
  /** Ends it, together with all requests that hang. */
  close(): Promise<void>;
}

/** Lets a box listen on a free port of this machine. */
export async function listen(box: BoxServer): Promise<ListeningBox> {
  const server = createServer((request, response) => {
    // A request that failed has no one to tell but its client.
    respond(box, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((started) => {
    server.listen(0, '127.0.0.1', started);
  });
  // A server that listens on a port has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((ended) => {
        server.close(ended);
      });
    },
  };
}

async function respond(box: BoxServer, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) {
    // A stream without an encoding yields bytes.
    chunks.push(chunk as Uint8Array);
  }
  const { method = 'GET', url = '/', headers } = incoming;
  const gone = new AbortController();
  outgoing.on('close', () => gone.abort());
  const answer = await box.handle(
    new Request(new URL(url, 'http://127.0.0.1'), {
      method,
      headers: { 'content-type': headers['content-type'] ?? '', authorization: headers.authorization ?? '' },
      ...(method === 'GET' ? {} : { body: Buffer.concat(chunks) }),
      signal: gone.signal,
    }),
  );
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
  outgoing.end(Buffer.from(await answer.arrayBuffer()));
}
