import { asObject, type JsonObject } from '#kit/narrow.ts';
import { parseAnchor, type Anchor } from './anchor.ts';
import { expandMetadata } from './expand-metadata.ts';
import { matchesValue } from './value.ts';

/**
 * What a pattern says of a value: it matches, it does not and where, or it is not about this value, because a condition of the
 * pattern does not hold.
 */
export type PatternResult = Matched | Mismatch | Skipped;

interface Matched {
  readonly kind: 'matched';
}

interface Mismatch {
  readonly kind: 'failed';
  readonly path: string;
  readonly problem: string;
}

interface Skipped {
  readonly kind: 'skipped';
  readonly path: string;
  readonly problem: string;
  /** Whether it comes straight from a condition; nothing above has looked yet at what stands beside that. */
  readonly isDirect: boolean;
}

const matched: Matched = { kind: 'matched' };

/**
 * Matches a value against a pattern of Kyverno, with its anchors. The order in which keys are looked at decides between failed and
 * skipped, and is Kyverno's: anchors first, by name; then what has anchors below it, from the last name to the first; then the rest.
 */
export function matchPattern(value: unknown, pattern: unknown, path = '/'): PatternResult {
  const map = asObject(pattern);
  if (map !== undefined) {
    const object = asObject(value);
    return object === undefined ? failed(path, 'it is no object') : matchMap(object, map, path);
  }
  if (Array.isArray(pattern)) {
    return Array.isArray(value) ? matchList(value, pattern, path) : failed(path, 'it is no list');
  }
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.every((one) => matchesValue(one, pattern))
    ? matched
    : failed(path, `${shown(value)} is not as ${shown(pattern)}`);
}

function matchMap(object: JsonObject, written: JsonObject, path: string): PatternResult {
  const pattern = expandMetadata(written, object);
  const keys = Object.keys(pattern).toSorted();
  const problem = matchAnchors(object, pattern, keys, path);
  if (problem !== undefined) return problem;
  for (const key of inOrder(pattern, keys)) {
    const result = matchKey(object, key, pattern[key], path);
    if (result.kind !== 'matched') return result;
  }
  return matched;
}

/** The anchors that say whether the rest applies. One that does not hold hides failures of those beside it. */
function matchAnchors(
  object: JsonObject,
  pattern: JsonObject,
  keys: readonly string[],
  path: string,
): PatternResult | undefined {
  const skipped: Skipped[] = [];
  let applied = 0;
  for (const key of keys) {
    const anchor = parseAnchor(key);
    if (anchor === undefined || !comesFirst(anchor)) continue;
    const result = matchAnchor(object, anchor, pattern[key], path);
    if (result.kind === 'matched') applied++;
    else if (result.kind === 'skipped') skipped.push(result);
    else if (!skipped.some(({ isDirect }) => isDirect)) return result;
  }
  if (skipped.length === 0 || (applied > 0 && !skipped.some(({ isDirect }) => isDirect))) return undefined;
  return allSkipped(skipped, path);
}

function matchKey(object: JsonObject, key: string, pattern: unknown, path: string): PatternResult {
  const anchor = parseAnchor(key);
  if (anchor?.kind === 'global') return matchAnchor(object, anchor, pattern, path);
  const value = own(object, key);
  if (pattern !== '*') return matchPattern(value, pattern, `${path}${key}/`);
  return value === undefined || value === null ? failed(`${path}${key}/`, 'it is not there') : matched;
}

function matchAnchor(object: JsonObject, { kind, key }: Anchor, pattern: unknown, parent: string): PatternResult {
  const isThere = Object.hasOwn(object, key);
  const path = `${parent}${key}/`;
  switch (kind) {
    case 'negation':
      return isThere ? failed(path, 'it is not allowed') : matched;
    case 'equality':
      return isThere ? matchPattern(object[key], pattern, path) : matched;
    case 'existence':
      return isThere ? matchSome(object[key], pattern, path) : matched;
    case 'condition':
      return isThere ? asCondition(matchPattern(object[key], pattern, path)) : skip(path, 'it is not there');
    case 'global':
      return isThere ? asCondition(matchPattern(object[key], pattern, path)) : matched;
    case 'add':
      return matched;
  }
}

/** Whatever keeps a condition from holding, the rule is not about this. */
function asCondition(result: PatternResult): PatternResult {
  return result.kind === 'matched' ? matched : skip(result.path, result.problem);
}

/** Each pattern of the list must match some element. */
function matchSome(value: unknown, pattern: unknown, path: string): PatternResult {
  if (!Array.isArray(value)) return failed(path, 'it is no list');
  if (!Array.isArray(pattern)) return failed(path, 'the pattern is no list');
  const isMissing = pattern.some(
    (wanted) =>
      asObject(wanted) === undefined ||
      !value.some((element, index) => matchPattern(element, wanted, `${path}${index}/`).kind === 'matched'),
  );
  return isMissing ? failed(path, 'no element is as it should be') : matched;
}

function matchList(values: readonly unknown[], patterns: readonly unknown[], path: string): PatternResult {
  const [first] = patterns;
  if (patterns.length === 0) return failed(path, 'the pattern is an empty list');
  if (asObject(first) !== undefined) return matchEach(values, () => first, path);
  if (!Array.isArray(first)) return matchPattern(values, first, path);
  if (values.length < patterns.length) return failed(path, `it has ${values.length} elements, not ${patterns.length}`);
  return matchEach(values.slice(0, patterns.length), (index) => patterns[index], path);
}

/** Every element must match; those that a condition is not about do not count, unless there are no others. */
function matchEach(values: readonly unknown[], patternAt: (index: number) => unknown, path: string): PatternResult {
  const skipped: Skipped[] = [];
  for (const [index, value] of values.entries()) {
    const result = matchPattern(value, patternAt(index), `${path}${index}/`);
    if (result.kind === 'failed') return result;
    if (result.kind === 'skipped') skipped.push(result);
  }
  return skipped.length > 0 && skipped.length === values.length ? allSkipped(skipped, path) : matched;
}

function inOrder(pattern: JsonObject, keys: readonly string[]): readonly string[] {
  const others = keys.filter((key) => {
    const anchor = parseAnchor(key);
    return anchor === undefined || !comesFirst(anchor);
  });
  const isEarly = (key: string) => parseAnchor(key)?.kind === 'global' || hasAnchor(pattern[key]);
  return [...others.filter(isEarly).toReversed(), ...others.filter((key) => !isEarly(key))];
}

function comesFirst({ kind }: Anchor): boolean {
  return kind === 'condition' || kind === 'existence' || kind === 'equality' || kind === 'negation';
}

function hasAnchor(pattern: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some(hasAnchor);
  const map = asObject(pattern);
  if (map === undefined) return false;
  return Object.entries(map).some(([key, inner]) => {
    const kind = parseAnchor(key)?.kind;
    return (kind !== undefined && kind !== 'add') || hasAnchor(inner);
  });
}

function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function failed(path: string, problem: string): Mismatch {
  return { kind: 'failed', path, problem };
}

function skip(path: string, problem: string): Skipped {
  return { kind: 'skipped', path, problem, isDirect: true };
}

function allSkipped(skipped: readonly Skipped[], path: string): Skipped {
  return { kind: 'skipped', path, problem: skipped.map(({ problem }) => problem).join('; '), isDirect: false };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
