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
