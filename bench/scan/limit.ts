import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/**
 * The least that a scan of these layers must take, in seconds: decompress each and hash its stored bytes, with a thread a core, and
 * nothing else. What the threads themselves take to start is not counted.
 */
export async function measureLimit(layers: readonly string[]): Promise<number> {
  const count = Math.min(availableParallelism(), layers.length);
  const workers = Array.from({ length: count }, () => new Worker(new URL('limit-worker.ts', import.meta.url)));
  await Promise.all(workers.map(nextMessage));
  const left = [...layers];
  const start = performance.now();
  await Promise.all(workers.map((worker) => drain(worker, left)));
  const seconds = (performance.now() - start) / 1000;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return seconds;
}

async function drain(worker: Worker, left: string[]): Promise<void> {
  for (let layer = left.shift(); layer !== undefined; layer = left.shift()) {
    const done = nextMessage(worker);
    worker.postMessage(layer);
    await done;
  }
}

function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}
