import { asObject, type JsonObject } from '#kit/narrow.ts';
import { parseAnchor } from './pattern/anchor.ts';
import { invalidField } from '#policy/languages/read-strictly.ts';

/**
 * Looks for fields that exclude each other: of which one would count and the others say nothing, or none says anything.
 * @throws `policy-invalid` with the path
 */
export function checkChoices(rule: JsonObject, path: string): void {
  const validate = asObject(rule['validate']);
  const mutate = asObject(rule['mutate']);
  exactlyOne(rule, ['validate', 'mutate', 'generate', 'verifyImages'], path);
  checkMatch(asObject(rule['match']) ?? {}, `${path}.match`);
  const exclude = asObject(rule['exclude']);
  if (exclude !== undefined && Object.keys(exclude).length > 0) checkMatch(exclude, `${path}.exclude`);
  if (validate !== undefined)
    checkNested(validate, `${path}.validate`, [...checks, 'podSecurity', 'cel', 'manifests', 'assert']);
  if (mutate !== undefined) checkNested(mutate, `${path}.mutate`, changes);
}

const checks = ['pattern', 'anyPattern', 'deny', 'foreach'];
const changes = ['patchStrategicMerge', 'patchesJson6902', 'foreach'];

function checkNested(written: JsonObject, path: string, choices: readonly string[]): void {
  exactlyOne(written, choices, path);
  const anyPattern = written['anyPattern'];
  if (anyPattern !== undefined && (!Array.isArray(anyPattern) || anyPattern.length === 0)) {
    throw invalidField(`${path}.anyPattern`, 'it is no list of patterns');
  }
  checkAnchors(written['patchStrategicMerge'], `${path}.patchStrategicMerge`);
  const lists = written['foreach'];
  if (!Array.isArray(lists)) return;
  if (lists.length === 0) throw invalidField(`${path}.foreach`, 'it is empty');
  const inner = choices.includes('patchStrategicMerge') ? changes : checks;
  for (const [index, one] of lists.entries()) checkNested(asObject(one) ?? {}, `${path}.foreach[${index}]`, inner);
}

/**
 * Looks whether each filter says something, and whether they are said in one way only.
 * @throws `policy-invalid` with the path
 */
export function checkMatch(block: JsonObject, path: string): void {
  const ways = ['any', 'all'].filter((name) => Array.isArray(block[name]));
  const [way] = ways;
  if (way === undefined) return checkFilter(block, path);
  if (ways.length > 1 || says(block)) throw invalidField(path, 'any, all and a filter without them exclude each other');
  const filters: readonly unknown[] = Array.isArray(block[way]) ? block[way] : [];
  if (filters.length === 0) throw invalidField(`${path}.${way}`, 'it is empty, and so about nothing');
  for (const [index, one] of filters.entries()) checkFilter(asObject(one) ?? {}, `${path}.${way}[${index}]`);
}

function checkFilter(filter: JsonObject, path: string): void {
  if (!says(filter)) throw invalidField(path, 'it says nothing, and so is about nothing');
}

function says(filter: JsonObject): boolean {
  const users = ['subjects', 'roles', 'clusterRoles'].some(
    (name) => Array.isArray(filter[name]) && filter[name].length > 0,
  );
  return users || Object.keys(asObject(filter['resources']) ?? {}).length > 0;
}

/** A patch knows only what holds, what holds somewhere, and what is added. */
function checkAnchors(patch: unknown, path: string): void {
  if (typeof patch !== 'object' || patch === null) return;
  for (const [key, inner] of Object.entries(patch)) {
    const kind = parseAnchor(key)?.kind;
    if (kind === 'equality' || kind === 'existence' || kind === 'negation') {
      throw invalidField(`${path}.${key}`, 'this anchor belongs to patterns');
    }
    checkAnchors(inner, `${path}.${key}`);
  }
}

/** @throws `policy-invalid` */
export function exactlyOne(fields: JsonObject, choices: readonly string[], path: string): void {
  const said = choices.filter((name) => fields[name] !== undefined && fields[name] !== null);
  if (said.length !== 1) throw invalidField(path, `exactly one of ${choices.join(', ')} must be there`);
}
