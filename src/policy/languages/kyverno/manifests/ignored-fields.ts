import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import type { WrittenManifests } from '#policy/languages/kyverno/schema/manifests.ts';
import { isLike } from '#policy/languages/kyverno/values/wildcard.ts';
import { invalidField } from '#policy/languages/read-strictly.ts';

/** Fields in which objects may differ from their signed manifests. */
export interface IgnoredFields {
  /** Whether they are meant for this object. */
  isFor(object: JsonObject): boolean;
  /** Whether a field is one of them or below one of them. @param steps keys and positions from the root */
  covers(steps: readonly string[]): boolean;
}

type Written = NonNullable<WrittenManifests['ignoreFields']>[number];
type WrittenObject = NonNullable<Written['objects']>[number];

/** Reads an entry of `ignoreFields`. @throws `policy-invalid` */
export function readIgnoredFields({ fields = [], objects = [] }: Written, path: string): IgnoredFields {
  const patterns = fields.map((field) => readField(field, `${path}.fields`));
  return {
    isFor: (object) => objects.length === 0 || objects.some((one) => isMeant(one, object)),
    covers: (steps) => patterns.some((parts) => isCovered(parts, steps)),
  };
}

/** Paths of people have few parts; what stands between two dots is one. */
const mostParts = 40;

function readField(field: string, path: string): readonly string[] {
  const parts = field.split('.');
  if (/["[\]]/.test(field) || parts.includes('') || parts.length > mostParts) {
    throw invalidField(path, `"${field}" is no path: write a.b.c, with * for any key or position`);
  }
  return parts;
}

/**
 * Whether a path begins with a pattern. Keys may have dots as well, and so each takes one part of the pattern or several; a `*` stays
 * within its key.
 */
function isCovered(parts: readonly string[], steps: readonly string[]): boolean {
  // How many parts may have been taken by the steps so far.
  let taken = new Set([0]);
  for (const step of steps) {
    if (taken.has(parts.length)) return true;
    const next = new Set<number>();
    for (const from of taken) {
      for (let to = from + 1; to <= parts.length; to++) {
        if (isLike(parts.slice(from, to).join('.'), step)) next.add(to);
      }
    }
    taken = next;
  }
  return taken.has(parts.length);
}

function isMeant(wanted: WrittenObject, object: JsonObject): boolean {
  const apiVersion = asText(object['apiVersion']) ?? '';
  const slash = apiVersion.indexOf('/');
  const metadata = asObject(object['metadata']) ?? {};
  const found: Readonly<Record<keyof WrittenObject, string>> = {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind: asText(object['kind']) ?? '',
    name: asText(metadata['name']) ?? '',
    namespace: asText(metadata['namespace']) ?? '',
  };
  // The schema knows no other names.
  const names = Object.keys(found) as (keyof WrittenObject)[];
  return names.every((name) => isAnyOf(wanted[name] ?? '', found[name]));
}

/** Alternatives after commas; `*` only at the end, `-` for what is empty; nothing written is anything. */
function isAnyOf(written: string, value: string): boolean {
  const alternatives = written
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  return (
    written.trim() === '' ||
    alternatives.some((one) => {
      if (one === '-') return value === '';
      return one.endsWith('*') ? value.startsWith(one.slice(0, -1)) : one === value;
    })
  );
}
