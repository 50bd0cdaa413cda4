import { inField } from '#policy/cel/admission/in-field.ts';
import type { Bindings, Environment } from '#policy/cel/compile/compile.ts';
import { compileExpression, evaluate } from '#policy/cel/expression.ts';
import { toJson } from '#policy/cel/json.ts';
import type { Run } from '#policy/cel/run.ts';
import { dyn, list, map, record, text, type Type } from '#policy/cel/type.ts';
import { invalidField } from '#policy/languages/read-strictly.ts';
import type { WrittenMutation } from '#policy/languages/kyverno-cel/schema.ts';
import { applyConfiguration } from './apply-configuration.ts';
import { applyJsonPatch } from './json-patch.ts';

/** One change: the object as it is becomes another. @throws `expression-failed` */
type Mutation = (object: unknown, bindings: Bindings, run: Run) => Promise<unknown>;

const patchFields = new Map([
  ['op', text],
  ['path', text],
  ['from', text],
  ['value', dyn],
]);
const patchType = record('JSONPatch', Object.fromEntries(patchFields));

/** Compiles changes. @throws `policy-invalid`, `policy-unsupported` */
export function compileMutations(
  written: readonly WrittenMutation[],
  path: string,
  given: Environment,
): readonly Mutation[] {
  const environment = { ...given, structs: structOf };
  return written.map(({ patchType: kind, jsonPatch, applyConfiguration: applied }, at) => {
    const field = kind === 'JSONPatch' ? 'jsonPatch' : 'applyConfiguration';
    const other = kind === 'JSONPatch' ? applied : jsonPatch;
    const { expression: source } = (kind === 'JSONPatch' ? jsonPatch : applied) ?? {};
    if (source === undefined) throw invalidField(`${path}[${at}].${field}`, `${kind} needs it`);
    if (other !== undefined) throw invalidField(`${path}[${at}]`, `only ${field} belongs to ${kind}`);
    const wanted: Type = kind === 'JSONPatch' ? list(patchType) : map();
    const expression = inField(`${path}[${at}].${field}.expression`, () =>
      compileExpression(source, environment, wanted),
    );
    const apply = kind === 'JSONPatch' ? applyJsonPatch : applyConfiguration;
    return async (object, bindings, run) => apply(object, toJson(await evaluate(expression, bindings, run)));
  });
}

/** Objects that expressions may make: parts of the object, and single changes. */
function structOf(name: string): ReadonlyMap<string, Type> | 'any' | undefined {
  if (name === 'JSONPatch') return patchFields;
  return name === 'Object' || name.startsWith('Object.') ? 'any' : undefined;
}
