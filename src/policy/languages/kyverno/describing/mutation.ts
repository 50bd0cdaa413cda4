import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { listed, type Said } from '#policy/description/said.ts';
import { readJsonPatch } from '#policy/languages/kyverno/mutate/json-patch.ts';
import { parseAnchor } from '#policy/languages/kyverno/pattern/anchor.ts';
import { readTemplate } from '#policy/languages/kyverno/scope/template.ts';

/** What a `mutate` changes: the fields, as far as they can be named. Without the rule's name and the full stop. */
export function describeMutation(mutate: JsonObject): Said {
  const fields = [...new Set(fieldsOf(mutate, 0))];
  if (fields.length === 0) return { en: 'it changes the object', de: 'sie ändert das Objekt' };
  const all = listed(fields);
  return { en: `it changes the object at ${all.en}`, de: `sie ändert das Objekt bei ${all.de}` };
}

/** Nobody writes lists within lists deeper. */
const deepest = 20;
const mostFields = 1000;

function fieldsOf(written: JsonObject, depth: number): readonly string[] {
  if (depth > deepest) return [];
  const merge = asObject(written['patchStrategicMerge']);
  const patch = asText(written['patchesJson6902']) ?? '';
  return [
    ...(merge === undefined ? [] : changedBy(merge, '', 0)),
    ...(patch === '' ? [] : pathsOf(patch)),
    ...asList(written['foreach']).flatMap((one) => fieldsOf(asObject(one) ?? {}, depth + 1)),
  ].slice(0, mostFields);
}

/** What a merge writes; keys that are conditions change nothing. */
function changedBy(merge: unknown, path: string, depth: number): readonly string[] {
  if (depth > deepest) return [path];
  if (Array.isArray(merge)) {
    const elements = merge.map(asObject);
    const isOfNames = elements.some((one) => one === undefined || Object.keys(one).join() === 'name');
    return [
      ...(isOfNames ? [path] : []),
      ...elements.flatMap((one) => (one === undefined ? [] : changedBy(one, `${path}[]`, depth + 1))),
    ];
  }
  const fields = asObject(merge);
  if (fields === undefined || Object.keys(fields).length === 0) return [path];
  const isElement = path.endsWith('[]');
  return Object.entries(fields).flatMap(([written, value]) => {
    const anchor = parseAnchor(written);
    const isCondition =
      anchor !== undefined && anchor.kind !== 'add' && asObject(value) === undefined && !Array.isArray(value);
    // What is taken away is taken from the list; and the name of an element says which it is.
    if (written === '$patch') return [path.replace(/\[\]$/, '')];
    if (isCondition || (isElement && written === 'name')) return [];
    const key = anchor?.key ?? written;
    return changedBy(value, path === '' ? key : `${path}.${key}`, depth + 1);
  });
}

/** What variables stand for is not known; with them it may be no patch. */
function pathsOf(patch: string): readonly string[] {
  const text = readTemplate(patch).map((part) => (typeof part === 'string' ? part : '…'));
  try {
    return readJsonPatch(text.join('')).flatMap((one) => asText(one['path']) ?? []);
  } catch {
    return [];
  }
}
