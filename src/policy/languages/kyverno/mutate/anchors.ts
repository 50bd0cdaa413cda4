import { asObject, type JsonObject } from '#kit/narrow.ts';
import { parseAnchor } from '#policy/languages/kyverno/pattern/anchor.ts';
import { matchPattern } from '#policy/languages/kyverno/pattern/match-pattern.ts';

/** A patch without anchors, or nothing if a condition of it does not hold. */
export function resolveAnchors(patch: JsonObject, object: JsonObject): JsonObject | undefined {
  const processed = processMap(patch, object);
  return processed.kind === 'held' ? asObject(strip(processed.value, false)) : undefined;
}

type Processed =
  | { readonly kind: 'held'; readonly value: JsonObject }
  /** A condition of this place, or of the whole object. */
  | { readonly kind: 'condition' | 'global' };

function processMap(pattern: JsonObject, object: JsonObject | undefined): Processed {
  const added = withAdditions(pattern, object);
  for (const kind of ['global', 'condition'] as const) if (!holds(added, object, kind)) return { kind };
  const changed: [string, unknown][] = [];
  for (const [key, value] of Object.entries(added)) {
    const anchor = parseAnchor(key);
    const isCondition = anchor?.kind === 'condition' || anchor?.kind === 'global';
    const inner =
      object !== undefined && Object.hasOwn(object, anchor?.key ?? key) ? object[anchor?.key ?? key] : undefined;
    const result = isCondition ? processCondition(value, inner) : processValue(value, inner);
    if (result.kind !== 'held') return result;
    changed.push([key, result.value]);
  }
  return { kind: 'held', value: Object.fromEntries(changed) };
}

type ProcessedValue = { readonly kind: 'held'; readonly value: unknown } | { readonly kind: 'condition' | 'global' };

function processValue(pattern: unknown, value: unknown): ProcessedValue {
  const map = asObject(pattern);
  if (map !== undefined) return processMap(map, asObject(value));
  if (!Array.isArray(pattern) || asObject(pattern[0]) === undefined) return { kind: 'held', value: pattern };
  return processList(pattern, Array.isArray(value) ? value : undefined);
}

/**
 * What is to be added where nothing is: it stays without its anchor, or goes. In the order of the keys as they are written, because the
 * first condition that does not hold decides for how much.
 */
function withAdditions(pattern: JsonObject, object: JsonObject | undefined): JsonObject {
  const inOrder = Object.entries(pattern).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(
    inOrder.flatMap(([key, value]) => {
      const anchor = parseAnchor(key);
      if (anchor?.kind !== 'add') return [[key, value]];
      return object !== undefined && Object.hasOwn(object, anchor.key) ? [] : [[anchor.key, value]];
    }),
  );
}

/** Of what stands below a condition only what is to be added is looked at. */
function processCondition(pattern: unknown, value: unknown): ProcessedValue {
  const map = asObject(pattern);
  return { kind: 'held', value: map === undefined ? pattern : withAdditions(map, asObject(value)) };
}

/** An element with anchors becomes one for each element of the object that its conditions hold for, by its name. */
function processList(patterns: readonly unknown[], values: readonly unknown[] | undefined): ProcessedValue {
  const made: unknown[] = [];
  for (const pattern of patterns) {
    const map = asObject(pattern) ?? {};
    if (!hasAnchors(map)) continue;
    const isGlobal = hasAnchors(map, ['global']);
    const results = (values ?? [undefined]).map((value) => [processMap(map, asObject(value)), value] as const);
    const held = results.filter(([result]) => result.kind === 'held');
    if (held.length === 0 && results.some(([result]) => result.kind === 'global')) return { kind: 'global' };
    for (const [result, value] of isGlobal ? [] : held) {
      const name = asObject(value)?.['name'];
      const patch = result.kind === 'held' ? strip(result.value, true) : undefined;
      if (name !== undefined && name !== null && patch !== undefined) made.push({ ...asObject(patch), name });
    }
  }
  return { kind: 'held', value: [...patterns, ...made] };
}

function holds(pattern: JsonObject, object: JsonObject | undefined, kind: 'global' | 'condition'): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    const anchor = parseAnchor(key);
    if (anchor?.kind !== kind) return true;
    if (object === undefined || !Object.hasOwn(object, anchor.key)) return false;
    const map = asObject(wanted);
    if (map !== undefined && hasAdditions(map)) return true;
    return matchPattern(object[anchor.key], wanted).kind === 'matched';
  });
}

/** What is left of a patch without its conditions; nothing if there was nothing else. */
function strip(pattern: unknown, isCondition: boolean): unknown {
  const map = asObject(pattern);
  if (map !== undefined) return stripMap(map);
  if (!Array.isArray(pattern)) return isCondition ? undefined : pattern;
  const kept = pattern.flatMap((element) => {
    if (hasAnchors(element)) return [];
    const left = strip(element, false);
    return left === undefined ? [] : [left];
  });
  return kept.length === 0 && pattern.length > 0 ? undefined : kept;
}

function stripMap(map: JsonObject): unknown {
  const entries = Object.entries(map).flatMap(([key, value]) => {
    const anchor = parseAnchor(key);
    const isCondition = anchor?.kind === 'condition' || anchor?.kind === 'global';
    const left = strip(value, isCondition);
    return left === undefined ? [] : [[isCondition ? anchor.key : key, left] as const];
  });
  return entries.length === 0 && Object.keys(map).length > 0 ? undefined : Object.fromEntries(entries);
}

function hasAdditions(map: JsonObject): boolean {
  return Object.keys(map).some((key) => parseAnchor(key)?.kind === 'add');
}

function hasAnchors(pattern: unknown, kinds: readonly string[] = ['condition', 'global', 'add']): boolean {
  if (Array.isArray(pattern)) return pattern.some((element) => hasAnchors(element, kinds));
  return Object.entries(asObject(pattern) ?? {}).some(
    ([key, inner]) => kinds.includes(parseAnchor(key)?.kind ?? '') || hasAnchors(inner, kinds),
  );
}
