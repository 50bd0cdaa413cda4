import { availableParallelism } from 'node:os';
import { MessageChannel, Worker, type Transferable } from 'node:worker_threads';
import type { LayerContent } from '#image/image.ts';
import { checkedLayer, verifying } from '#image/layer.ts';
import { fromWire, sendChunks } from './chunk-port.ts';
import type { LayerAnswer, LayerJob } from './job.ts';

/** Threads that read layers. */
export interface LayerPool {
  /** Reads one layer and gives the JSON of its `LayerContents`; waits for a free thread. */
  read(content: LayerContent, only?: LayerJob['only']): Promise<Buffer>;
  close(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, { resolve: (contents: Buffer) => void; reject: (error: unknown) => void }>;
}

/** Starts up to `most` threads, but no more than there are processors. They start when they are needed. */
export function createLayerPool(most: number): LayerPool {
  const limit = Math.max(1, Math.min(most, availableParallelism()));
  const threads: Thread[] = [];
  const idle: Thread[] = [];
  const queue: ((thread: Thread) => void)[] = [];
  let lastId = 0;

  function acquire(): Promise<Thread> {
    const free = idle.pop();
    if (free !== undefined) return Promise.resolve(free);
    if (threads.length < limit) {
      const thread = startThread();
      threads.push(thread);
      return Promise.resolve(thread);
    }
    return new Promise((resolve) => void queue.push(resolve));
  }

  function release(thread: Thread): void {
    const next = queue.shift();
    if (next === undefined) idle.push(thread);
    else next(thread);
  }

  return {
    async read(content, only) {
      const thread = await acquire();
      try {
        return await run(thread, ++lastId, content, only);
      } finally {
        release(thread);
      }
    },
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

async function run(thread: Thread, id: number, content: LayerContent, only: LayerJob['only']): Promise<Buffer> {
  if (content.kind === 'absent') throw new Error('an absent layer has nothing to read');
  const answer = new Promise<Buffer>((resolve, reject) => thread.waiting.set(id, { resolve, reject }));
  if (content.kind === 'folder') {
    post(thread, { id, content, only }, []);
    return answer;
  }
  const { stored, openUnchecked } = content;
  const bytes = checkedLayer(openUnchecked(), stored);
  const { port1, port2 } = new MessageChannel();
  post(thread, { id, content: { kind: 'tar', bytes: port2, storedSize: stored.size }, only }, [port2]);
  const [contents] = await verifying(bytes, () => Promise.all([answer, sendChunks(port1, bytes)]));
  return contents;
}

function post(thread: Thread, job: LayerJob, transfer: Transferable[]): void {
  thread.worker.postMessage(job, transfer);
}

function startThread(): Thread {
  // The worker lies beside this file, as source or built.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const thread: Thread = {
    worker: new Worker(new URL(`./layer-worker.${extension}`, import.meta.url)),
    waiting: new Map(),
  };
  thread.worker.on('message', (answer: LayerAnswer) => {
    const waiting = thread.waiting.get(answer.id);
    thread.waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(fromWire(answer.error));
    else waiting?.resolve(Buffer.from(answer.contents.buffer));
  });
  thread.worker.on('error', (error) => {
    for (const { reject } of thread.waiting.values()) reject(error);
    thread.waiting.clear();
  });
  return thread;
}
