import { parentPort } from 'node:worker_threads';
import { readFolder } from '#image/folder.ts';
import { readLayer } from '#image/layer.ts';
import { catalogers } from '#inventory/catalogers/index.ts';
import { readContents, type Walk } from '#inventory/read-contents.ts';
import { receiveChunks, toWire } from './chunk-port.ts';
import type { LayerAnswer, LayerJob } from './job.ts';

/** The thread that reads layers: one job after the other, each answered once. */
parentPort?.on('message', (job: LayerJob) => void answer(job));

async function answer(job: LayerJob): Promise<void> {
  try {
    const contents = await readContents(limited(walkOf(job), job.only), catalogers, job.content.kind === 'tar');
    const bytes = new Uint8Array(Buffer.from(JSON.stringify(contents)));
    parentPort?.postMessage({ id: job.id, contents: bytes } satisfies LayerAnswer, [bytes.buffer]);
  } catch (error) {
    parentPort?.postMessage({ id: job.id, error: toWire(error) } satisfies LayerAnswer);
  }
}

function walkOf({ content }: LayerJob): Walk {
  if (content.kind === 'folder') return (visit, unreadable) => readFolder(content.path, visit, unreadable);
  return (visit) => readLayer(receiveChunks(content.bytes), content.storedSize, visit);
}

/** Shows only some entries, under other paths. */
function limited(walk: Walk, only: LayerJob['only']): Walk {
  if (only === undefined) return walk;
  const paths = new Map(Object.entries(only));
  return (visit, unreadable) =>
    walk(
      (entry, head) => {
        const path = paths.get(entry.path);
        return path === undefined ? undefined : visit({ ...entry, path }, head);
      },
      (entry, why) => {
        const path = paths.get(entry.path);
        if (path !== undefined) unreadable({ ...entry, path }, why);
      },
    );
}
