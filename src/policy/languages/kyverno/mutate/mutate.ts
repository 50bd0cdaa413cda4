import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { evaluateConditions } from '#policy/languages/kyverno/conditions/conditions.ts';
import { isMissing } from '#policy/languages/kyverno/jmespath/missing.ts';
import { elementScope } from '#policy/languages/kyverno/scope/element.ts';
import { readEntries } from '#policy/languages/kyverno/scope/entries/index.ts';
import type { Scope } from '#policy/languages/kyverno/scope/scope.ts';
import { substitute, substituteText } from '#policy/languages/kyverno/scope/substitute.ts';
import { policyError } from '#policy/errors.ts';
import { resolveAnchors } from './anchors.ts';
import { applyJsonPatch, readJsonPatch } from './json-patch.ts';
import { mergeStrategically } from './strategic-merge.ts';

/** The scope of a rule for an object that changes while the rule goes on. */
export type ScopeFor = (object: JsonObject) => Scope;

/**
 * The object as a `mutate` wants it: the very same if it changes nothing.
 * @throws `expression-failed`, and what loading an entry throws
 */
export async function mutate(written: JsonObject, object: JsonObject, scopeFor: ScopeFor): Promise<JsonObject> {
  if (!Array.isArray(written['foreach'])) return patch(written, object, scopeFor(object));
  let changed = object;
  for (const one of asList(written['foreach'])) changed = await mutateEach(asObject(one) ?? {}, changed, scopeFor, 0);
  return changed;
}

async function patch(written: JsonObject, object: JsonObject, scope: Scope): Promise<JsonObject> {
  const merge = written['patchStrategicMerge'];
  if (merge !== undefined && merge !== null) {
    const wanted = asObject(await substitute(merge, scope));
    if (wanted === undefined) throw policyError('expression-failed', 'patchStrategicMerge is no object');
    const resolved = resolveAnchors(wanted, object);
    return resolved === undefined ? object : mergeStrategically(object, resolved);
  }
  const operations = readJsonPatch(await substituteText(asText(written['patchesJson6902']) ?? '[]', scope));
  return asObject(applyJsonPatch(object, operations)) ?? object;
}

/** Elements in reverse for merges, because each puts what it adds before what is there. */
async function mutateEach(
  written: JsonObject,
  start: JsonObject,
  scopeFor: ScopeFor,
  nesting: number,
): Promise<JsonObject> {
  const elements = await elementsOf(written, scopeFor(start));
  const order = asText(written['order']);
  const isMerge = written['patchStrategicMerge'] !== undefined;
  const isReversed = order === undefined ? isMerge : order === 'Descending';
  let object = start;
  for (const [index, value] of isReversed ? elements.toReversed() : elements) {
    const within: ScopeFor = (changed) =>
      elementScope(scopeFor(changed), value, index, nesting, false).withEntries(readEntries(written['context']));
    const scope = within(object);
    if (!(await evaluateConditions(written['preconditions'], scope)).holds) continue;
    if (!Array.isArray(written['foreach'])) object = await patch(written, object, scope);
    for (const inner of asList(written['foreach'])) {
      object = await mutateEach(asObject(inner) ?? {}, object, within, nesting + 1);
    }
  }
  return object;
}

async function elementsOf(written: JsonObject, scope: Scope): Promise<readonly (readonly [number, unknown])[]> {
  const found = await scope.query(asText(written['list']) ?? '');
  if (isMissing(found))
    throw policyError('expression-failed', `the list ${asText(written['list']) ?? ''} is not there`);
  const list: readonly unknown[] = Array.isArray(found) ? found : [found];
  return [...list.entries()].filter(([, value]) => value !== null && value !== undefined);
}
