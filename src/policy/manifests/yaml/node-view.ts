import { isAlias, isMap, isSeq, type Node, type YAMLMap } from 'yaml';
import type { Targets } from './inspect.ts';
import { isMerge, keyOf } from './key.ts';

/** A document as its reader sees it: aliases followed, merge keys carried out. */
export interface NodeView {
  /** What stands for itself: an alias is followed to its anchor. */
  followed(node: unknown): unknown;
  /** The entries of a map, its own before those of the maps that are merged in; the first of a name counts. */
  entriesOf(map: YAMLMap): ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly key: unknown;
  readonly value: unknown;
  /** The map that the entry is written in. */
  readonly owner: YAMLMap;
}

/** The view of a document that was inspected; what was once looked at is remembered. */
export function viewNodes(targets: Targets): NodeView {
  const known = new Map<Node, ReadonlyMap<string, Entry>>();
  return { followed, entriesOf };

  function followed(node: unknown): unknown {
    return isAlias(node) ? targets.get(node) : node;
  }

  function entriesOf(map: YAMLMap): ReadonlyMap<string, Entry> {
    const before = known.get(map);
    if (before !== undefined) return before;
    const entries = new Map<string, Entry>();
    const merged: unknown[] = [];
    for (const { key, value } of map.items) {
      const name = keyOf(key);
      if (isMerge(key)) merged.push(value);
      else if (name !== undefined) entries.set(name, { key, value, owner: map });
    }
    for (const source of merged.flatMap(mapsIn)) {
      for (const [name, entry] of entriesOf(source)) if (!entries.has(name)) entries.set(name, entry);
    }
    known.set(map, entries);
    return entries;
  }

  /** A merge key takes one map, or a list of them (YAML 1.1, merge type). */
  function mapsIn(value: unknown): YAMLMap[] {
    const from = followed(value);
    return (isSeq(from) ? from.items.map(followed) : [from]).filter(isMap);
  }
}
