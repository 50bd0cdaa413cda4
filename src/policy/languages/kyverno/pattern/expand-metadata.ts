import { asObject, type JsonObject } from '#kit/narrow.ts';
import { hasWildcard, isLike } from '#policy/languages/kyverno/values/wildcard.ts';
import { parseAnchor, withKey } from './anchor.ts';

/**
 * A pattern whose names of labels and annotations have wildcards, with the names of the object that they fit. Every name that fits
 * must be as the pattern says; where Kyverno takes any one of them, nobody could tell which.
 */
export function expandMetadata(pattern: JsonObject, object: JsonObject): JsonObject {
  const metadata = asObject(object['metadata']);
  const key = keyOf(pattern, 'metadata');
  const wanted = key === undefined ? undefined : asObject(pattern[key]);
  if (metadata === undefined || key === undefined || wanted === undefined) return pattern;
  return { ...pattern, [key]: expandMaps(wanted, metadata) };
}

function expandMaps(wanted: JsonObject, metadata: JsonObject): JsonObject {
  const keys = new Map(['labels', 'annotations'].map((name) => [keyOf(wanted, name), name]));
  return Object.fromEntries(
    Object.entries(wanted).map(([key, value]) => {
      const [map, given] = [asObject(value), asObject(metadata[keys.get(key) ?? ''])];
      const isExpanded = keys.has(key) && map !== undefined && given !== undefined;
      return [key, isExpanded ? expandKeys(map, Object.keys(given).toSorted()) : value];
    }),
  );
}

function expandKeys(map: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(map).flatMap(([key, value]) => {
      if (!hasWildcard(key)) return [[key, value]];
      const anchor = parseAnchor(key);
      const fitting = names.filter((name) => isLike(anchor?.key ?? key, name));
      if (fitting.length === 0) return [[key, value]];
      return fitting.map((name) => [anchor === undefined ? name : withKey(anchor, name), value]);
    }),
  );
}

function keyOf(map: JsonObject, name: string): string | undefined {
  return Object.keys(map).find((key) => key === name || parseAnchor(key)?.key === name);
}
