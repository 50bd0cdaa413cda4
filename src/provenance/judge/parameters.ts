import type { JsonObject } from '#kit/narrow.ts';
import { refuseProvenance, type ProvenanceRefusal } from '#provenance/refusal.ts';
import { shown } from '#provenance/shown.ts';
import type { Pattern } from '#signatures/identity/pattern.ts';

/** A parameter that may be there, with all below it. */
export interface AllowedParameter {
  /** Where it is among the external parameters: a pointer such as `/workflow/inputs/version` (RFC 6901). */
  readonly pointer: string;
  /** What its value must be; any if it is left out. Values that are no texts are compared as JSON. */
  readonly value?: Pick<Pattern, 'written' | 'matches'>;
}

/**
 * Checks that there are no other parameters than those that are allowed (SLSA 1, "Verifying artifacts", step 2). A parameter that
 * is absent, null or empty is none.
 * @param judged pointers of those that are judged elsewhere
 */
export function checkParameters(
  parameters: JsonObject,
  allowed: readonly AllowedParameter[],
  judged: readonly string[],
): ProvenanceRefusal | undefined {
  for (const [pointer, value] of leavesOf(parameters)) {
    if (judged.includes(pointer)) continue;
    const rules = allowed.filter((rule) => pointer === rule.pointer || pointer.startsWith(`${rule.pointer}/`));
    const named = shown(pointer);
    if (rules.length === 0) return refuseProvenance('parameter-unknown', `${named} is not known to be harmless`);
    const text = String(value);
    if (rules.some((rule) => rule.value === undefined || rule.value.matches(text))) continue;
    const wanted = rules.map((rule) => rule.value?.written).join(' or ');
    return refuseProvenance('parameter-not-allowed', `${named} is ${shown(text)}, not ${wanted}`);
  }
  return undefined;
}

type Leaf = string | number | boolean;

/** All values that hold no others, with their pointers. Does not recurse; what is read was found to be of honest size. */
function leavesOf(parameters: JsonObject): readonly (readonly [pointer: string, value: Leaf])[] {
  const leaves: [string, Leaf][] = [];
  const open: [pointer: string, value: unknown][] = [['', parameters]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [pointer, value] = next;
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value).toReversed()) open.push([`${pointer}/${escaped(key)}`, inner]);
    } else if (isLeaf(value)) {
      leaves.push([pointer, value]);
    }
  }
  return leaves;
}

function isLeaf(value: unknown): value is Leaf {
  return typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value !== '');
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
