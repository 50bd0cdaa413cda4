import { isAlias, isMap, isScalar, isSeq, type Alias, type Node } from 'yaml';
import { limits } from '#policy/manifests/limits.ts';
import { isMerge, keyOf } from './key.ts';
import type { YamlProblem } from './read-yaml.ts';

/** What each alias of a document stands for. */
export type Targets = ReadonlyMap<Alias, Node>;

/**
 * Checks a document before anything is made of it: how deep and how large it becomes when every alias is replaced by what it stands
 * for, whether an alias stands within its own anchor, and whether a key stands twice.
 */
export function inspect(root: Node | null): { readonly targets: Targets } | YamlProblem {
  const targets = new Map<Alias, Node>();
  const anchors = new Map<string, Anchor>();
  let problem: YamlProblem | undefined;

  measure(root, 1);
  return problem ?? { targets };

  function measure(node: unknown, depth: number): Extent {
    const at = startOf(node);
    if (depth > limits.depth) return fail('it is nested too deeply', at);
    if (isAlias(node)) return measureAlias(node, depth, at);
    const anchor: Anchor = { node, extent: undefined };
    const name = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (name !== undefined) anchors.set(name, anchor);
    const extent = isMap(node) || isSeq(node) ? measureItems(node, depth) : leaf;
    anchor.extent = extent;
    return extent.values > limits.values ? fail('it has too many values', at) : extent;
  }

  function measureAlias(alias: Alias, depth: number, at: number): Extent {
    const anchor = anchors.get(alias.source);
    if (anchor === undefined) return fail(`the alias *${alias.source} stands for nothing`, at);
    if (anchor.extent === undefined) return fail(`the alias *${alias.source} stands within what it stands for`, at);
    // The parsed edge: only nodes have anchors.
    targets.set(alias, anchor.node as Node);
    return depth + anchor.extent.depth > limits.depth ? fail('it is nested too deeply', at) : anchor.extent;
  }

  function measureItems(collection: { readonly items: readonly unknown[] }, depth: number): Extent {
    const keys = new Set<string>();
    let [values, deepest] = [1, 0];
    for (const item of collection.items) {
      if (problem !== undefined) return leaf;
      const pair = isMap(collection) ? (item as { key: unknown; value: unknown }) : undefined;
      if (pair !== undefined) noteKey(pair.key, keys);
      const extent = measure(pair === undefined ? item : pair.value, depth + 1);
      values += extent.values;
      deepest = Math.max(deepest, extent.depth);
      if (values > limits.values) return fail('it has too many values', startOf(item));
    }
    return { values, depth: deepest + 1 };
  }

  function noteKey(key: unknown, keys: Set<string>): void {
    const name = keyOf(key);
    if (name === undefined) fail('a key is not a text', startOf(key));
    else if (keys.has(name) && !isMerge(key)) fail(`the key "${name}" stands twice`, startOf(key));
    else keys.add(name);
    const anchor = isScalar(key) ? key.anchor : undefined;
    if (anchor !== undefined) anchors.set(anchor, { node: key, extent: leaf });
  }

  function fail(text: string, at: number): Extent {
    problem ??= { problem: text, at };
    return leaf;
  }
}

interface Extent {
  readonly values: number;
  readonly depth: number;
}

interface Anchor {
  readonly node: unknown;
  /** Not known before its end is reached. */
  extent: Extent | undefined;
}

const leaf: Extent = { values: 1, depth: 1 };

function startOf(node: unknown): number {
  return isScalar(node) || isAlias(node) || isMap(node) || isSeq(node) ? (node.range?.[0] ?? 0) : 0;
}
