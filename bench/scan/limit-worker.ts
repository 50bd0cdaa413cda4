import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { createGunzip } from 'node:zlib';

/** Decompresses and hashes the layers that it is given, one after the other, and asks for the next. */
const chunk = 512 * 1024;

parentPort?.on('message', (path: string) => {
  const hash = createHash('sha256');
  const plain = createGunzip({ chunkSize: chunk });
  createReadStream(path, { highWaterMark: chunk })
    .on('data', (bytes) => hash.update(bytes))
    .pipe(plain);
  plain.on('data', () => undefined);
  plain.on('end', () => parentPort?.postMessage(hash.digest('hex')));
});
parentPort?.postMessage('ready');
