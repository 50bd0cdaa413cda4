import type { Reading } from './cataloger.ts';
import type { LayerContents } from './contents.ts';
import type { FileView } from './squash.ts';

/** What a cataloger read in a file that the finished image still shows. */
export interface VisibleReading {
  /** Where the file lies in the view. */
  readonly path: string;
  readonly layer: number;
  readonly cataloger: string;
  readonly reading: Reading;
  /** What the same cataloger read in the same file of lower layers, from the nearest to the lowest. */
  readonly earlier: readonly EarlierReading[];
}

interface EarlierReading {
  readonly layer: number;
  readonly reading: Reading;
}

/** The readings of all layers whose files were neither removed nor replaced, in the order of their paths. */
export function visibleReadings(layers: readonly LayerContents[], view: FileView): VisibleReading[] {
  const shown = shownPaths(layers, view);
  const history = new Map<string, EarlierReading[]>();
  const visible: VisibleReading[] = [];
  for (const [layer, { entries, readings }] of layers.entries()) {
    for (const { entry, cataloger, reading } of readings) {
      const key = `${cataloger}:${entries.paths[entry]}`;
      const earlier = history.get(key) ?? [];
      const path = shown[layer]?.get(entry);
      if (path !== undefined) visible.push({ path, layer, cataloger, reading, earlier });
      history.set(key, [{ layer, reading }, ...earlier]);
    }
  }
  return visible.toSorted((a, b) => compareText(a.path, b.path) || compareText(a.cataloger, b.cataloger));
}

/** Order of plain characters, the same everywhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** For each layer, where its entries are seen. One that hard links give several names has its own name, if that is left. */
function shownPaths(layers: readonly LayerContents[], view: FileView): Map<number, string>[] {
  const wanted = layers.map(({ readings }) => new Set(readings.map(({ entry }) => entry)));
  const shown = layers.map(() => new Map<number, string>());
  for (const { path, node } of view.all) {
    if (wanted[node.layer]?.has(node.entry) !== true) continue;
    const ownName = layers[node.layer]?.entries.paths[node.entry] === path;
    if (ownName || shown[node.layer]?.has(node.entry) !== true) shown[node.layer]?.set(node.entry, path);
  }
  return shown;
}
