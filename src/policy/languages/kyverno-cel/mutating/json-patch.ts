import { isDeepStrictEqual } from 'node:util';
import { asList, asObject, asText } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import { stepInto, stepsOf } from '#policy/workloads/pointer.ts';

/** No policy has more to change at once. */
const mostOperations = 1000;

/**
 * Applies changes one after the other (RFC 6902). If a `test` does not hold nothing is changed, as Kubernetes has it.
 * @returns a new object, of which what did not change is the same
 * @throws `expression-failed` for what cannot be applied
 */
export function applyJsonPatch(object: unknown, patch: unknown): unknown {
  const operations = asList(patch);
  if (operations.length > mostOperations) throw failed(`there are more than ${mostOperations} changes`);
  let changed = object;
  for (const one of operations) {
    const operation = asObject(one) ?? {};
    const [op, path, value] = [asText(operation['op']), stepsIn(operation['path']), operation['value']];
    switch (op) {
      case 'add':
        changed = add(changed, path, value);
        break;
      case 'replace':
        changed = add(remove(changed, path), path, value);
        break;
      case 'remove':
        changed = remove(changed, path);
        break;
      case 'copy':
        changed = add(changed, path, valueAt(changed, stepsIn(operation['from'])));
        break;
      case 'move': {
        const from = stepsIn(operation['from']);
        changed = add(remove(changed, from), path, valueAt(changed, from));
        break;
      }
      case 'test':
        if (!isDeepStrictEqual(path.reduce<unknown>(stepInto, changed), value)) return object;
        break;
      default:
        throw failed(`there is no change "${op ?? ''}"`);
    }
  }
  return changed;
}

function stepsIn(written: unknown): readonly string[] {
  const steps = stepsOf(asText(written) ?? '?');
  if (steps === undefined) throw failed(`"${String(written)}" is no JSON pointer`);
  return steps;
}

function valueAt(object: unknown, steps: readonly string[]): unknown {
  const value = steps.reduce<unknown>(stepInto, object);
  if (value === undefined) throw failed(`there is nothing at /${steps.join('/')}`);
  return value;
}

function add(target: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(target)) {
    const at = placeIn(target, step, rest.length === 0);
    return rest.length === 0 ? target.toSpliced(at, 0, value) : target.with(at, add(target[at], rest, value));
  }
  const object = asObject(target);
  if (object === undefined) throw failed(`${step} cannot be put into what is no object`);
  if (rest.length > 0 && !Object.hasOwn(object, step)) throw failed(`there is no ${step} to put something into`);
  return withField(object, step, rest.length === 0 ? value : add(object[step], rest, value));
}

function remove(target: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return undefined;
  if (Array.isArray(target)) {
    const at = placeIn(target, step, false);
    return rest.length === 0 ? target.toSpliced(at, 1) : target.with(at, remove(target[at], rest));
  }
  const object = asObject(target);
  if (object === undefined || !Object.hasOwn(object, step)) throw failed(`there is no ${step} to be taken away`);
  if (rest.length > 0) return withField(object, step, remove(object[step], rest));
  const { [step]: _gone, ...kept } = object;
  return kept;
}

/** A field may have any name, also one that JavaScript gives a meaning to. */
function withField(object: object, name: string, value: unknown): object {
  return Object.fromEntries([...Object.entries(object).filter(([key]) => key !== name), [name, value]]);
}

function placeIn(list: readonly unknown[], step: string, mayBeEnd: boolean): number {
  if (step === '-' && mayBeEnd) return list.length;
  const at = /^(?:0|[1-9]\d{0,8})$/.test(step) ? Number(step) : -1;
  if (at < 0 || at >= list.length + (mayBeEnd ? 1 : 0)) throw failed(`a list has no place ${step}`);
  return at;
}

function failed(problem: string) {
  return policyError('expression-failed', `the change cannot be made: ${problem}`);
}
