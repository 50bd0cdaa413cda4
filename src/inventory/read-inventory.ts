import { mapConcurrently } from '#kit/concurrency.ts';
import { within } from '#kit/error.ts';
import { parseJson } from '#kit/narrow.ts';
import type { Image, Layer } from '#image/image.ts';
import type { Keep } from '#image/keep.ts';
import { catalogers } from './catalogers/index.ts';
import type { LayerContents } from './contents.ts';
import type { UnreadPlace } from './coverage.ts';
import { assembleInventory, type Inventory, type InventoryLayer } from './inventory.ts';
import { missedFiles } from './links.ts';
import { squash, treeOf, type FileView, type LayerTree } from './squash.ts';
import { visibleReadings, type VisibleReading } from './visible.ts';
import { createLayerPool, type LayerPool } from './worker/layer-pool.ts';

export interface ReadOptions {
  /** Where results are kept by digest. */
  readonly keep: Keep;
  /** Names the code that reads; results of other code are not used. */
  readonly generation: string;
  /** Told as layers are done: how many bytes of how many. */
  readonly progress?: (done: number, total: number) => void;
}

/**
 * Reads what is in an image. Every layer is read by itself, in threads, and the result kept: a second image on the same base
 * costs only its own layers, and the same image costs nothing.
 *
 * @throws whatever reading the image's layers throws, with the layer named
 */
export async function readInventory(image: Image, options: ReadOptions): Promise<Inventory> {
  const key = image.digest === undefined ? undefined : `inventory ${options.generation} ${image.digest}`;
  const kept = key === undefined ? undefined : await options.keep.get(key);
  // What is kept was written below by the same code.
  const known = kept === undefined ? undefined : (parseJson(kept) as Inventory | undefined);
  if (known !== undefined) return known;
  // Keeping waits for the disk, which nothing else need do.
  const puts: Promise<void>[] = [];
  const inventory = await readLayers(image, {
    ...options,
    put: (...result) => void puts.push(options.keep.put(...result)),
  });
  if (key !== undefined) puts.push(options.keep.put(key, Buffer.from(JSON.stringify(inventory))));
  await Promise.all(puts);
  return inventory;
}

interface LayerOptions extends ReadOptions {
  /** Keeps a result, without waiting for it. */
  readonly put: (...kept: Parameters<Keep['put']>) => void;
}

async function readLayers(image: Image, options: LayerOptions): Promise<Inventory> {
  const pool = createLayerPool(image.layers.length);
  try {
    const read = await readContentsOf(image.layers, pool, options);
    const contents = read.map((layer) => layer.contents);
    const view = squash(read.map((layer) => layer.tree));
    const missed = await readMissed(image.layers, contents, view, pool);
    const readings = [...visibleReadings(contents, view), ...missed.readings];
    return assembleInventory(image.layers.map(describeLayer), contents, view, readings, missed.unread);
  } finally {
    await pool.close();
  }
}

interface ReadLayer {
  readonly contents: LayerContents;
  readonly tree: LayerTree;
}

async function readContentsOf(layers: readonly Layer[], pool: LayerPool, options: LayerOptions): Promise<ReadLayer[]> {
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  // The largest layer first, so that it is not the one that all others wait for.
  const order = layers.toSorted((a, b) => b.size - a.size);
  const read = await mapConcurrently(order, order.length, async (layer) => {
    const contents = await readLayerContents(layer, pool, options);
    options.progress?.((done += layer.size), total);
    // Other layers are still being read meanwhile.
    return { index: layer.index, contents, tree: treeOf(contents, layer.index) };
  });
  return read.toSorted((a, b) => a.index - b.index);
}

const nothing: LayerContents = { entries: { paths: [], kinds: '', targets: {} }, readings: [], unread: [] };

async function readLayerContents(
  layer: Layer,
  pool: LayerPool,
  { keep, put, generation }: LayerOptions,
): Promise<LayerContents> {
  if (layer.content.kind === 'absent') return nothing;
  const key = layer.digest === undefined ? undefined : `layer ${generation} ${layer.digest}`;
  const kept = key === undefined ? undefined : await keep.get(key);
  // Written by a worker running the same code, whether it comes from the store or from the thread.
  const known = kept === undefined ? undefined : (parseJson(kept) as LayerContents | undefined);
  if (known !== undefined) return known;
  const bytes = await within(nameOf(layer), () => pool.read(layer.content));
  if (key !== undefined) put(key, bytes);
  return JSON.parse(bytes.toString()) as LayerContents;
}

interface MissedReadings {
  readonly readings: readonly VisibleReading[];
  readonly unread: readonly UnreadPlace[];
}

/** Goes back for files that only a link gives a name that catalogers know. */
async function readMissed(
  layers: readonly Layer[],
  contents: readonly LayerContents[],
  view: FileView,
  pool: LayerPool,
): Promise<MissedReadings> {
  const missed = missedFiles(contents, view, catalogers);
  const found: VisibleReading[] = [];
  const unread: UnreadPlace[] = [];
  for (const layer of layers) {
    const files = missed.filter((file) => file.layer === layer.index);
    if (files.length === 0) continue;
    const only = Object.fromEntries(files.map(({ path, as }) => [path, as]));
    const bytes = await within(nameOf(layer), () => pool.read(layer.content, only));
    const { entries, ...read } = JSON.parse(bytes.toString()) as LayerContents;
    unread.push(...read.unread.map((file) => ({ ...file, layer: layer.index })));
    for (const { entry, cataloger, reading } of read.readings) {
      found.push({ path: entries.paths[entry] ?? '', layer: layer.index, cataloger, reading, earlier: [] });
    }
  }
  return { readings: found, unread };
}

function describeLayer({ index, digest, diffId, createdBy, size, content }: Layer): InventoryLayer {
  return { index, digest, diffId, createdBy, size, absent: content.kind === 'absent' };
}

function nameOf({ index, digest }: Layer): string {
  return digest === undefined ? `layer ${index}` : `layer ${index} (${digest})`;
}
