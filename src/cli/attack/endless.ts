import { createServer, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cliError } from '#cli/errors.ts';
import type { Endless } from '#gates/admission/attack/target.ts';

/** Bytes; who has read so many reads on for ever. */
const enough = 256 << 20;
const start = Buffer.from('{"schemaVersion":2,"annotations":{"a":"');
const chunk = Buffer.alloc(64 << 10, 'a');

/**
 * A registry on this machine, without TLS, each of whose answers is a manifest that does not end.
 * @param host under which the gate reaches it, with the port to listen on
 * @throws `usage` if nothing can listen there
 */
export async function openEndless(host: string): Promise<Endless & { close(): void }> {
  const answers: (() => number)[] = [];
  const server = createServer((_, response) => void answers.push(answer(response)));
  const port = Number(/.:(\d{1,5})$/.exec(host)?.[1] ?? 0);
  if (port < 1 || port > 65_535) throw unusable(host, 'it is no host with a port');
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '0.0.0.0', resolve)).catch(
    (error: Error) => {
      throw unusable(host, `nothing can listen there: ${error.message}`);
    },
  );
  return {
    host,
    sent: () => ({ answers: answers.length, most: Math.max(0, ...answers.map((taken) => taken())) }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function unusable(host: string, problem: string) {
  return cliError('usage', `--endless ${host}: ${problem}`, {
    hint: 'name this machine as the gate reaches it, and a free port: --endless HOST:5001',
  });
}

/** Goes on as long as somebody reads. @returns how many bytes were taken so far */
function answer(response: ServerResponse): () => number {
  let taken = 0;
  function* manifest() {
    yield start;
    for (; taken < enough; taken += chunk.length) yield chunk;
  }
  response.writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' });
  pipeline(Readable.from(manifest()), response).catch(() => undefined);
  return () => taken;
}
