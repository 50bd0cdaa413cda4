import { policyError } from '#policy/errors.ts';
import { fn, method, type Library } from '#policy/cel/function.ts';
import { bool, list, optional, parameter } from '#policy/cel/type.ts';
import { isBytes, isList, isMap, kindOf, none, numberOf, some, type Optional, type Value } from '#policy/cel/value.ts';

const any = parameter('A');
const maybe = optional(any);

/** Values that may be absent (cel-go, "optional types"). `a.?b`, `optMap` and `optFlatMap` are part of the language. */
export const optionals: Library = {
  name: 'optional types',
  functions: [
    fn('optional.of', [any], maybe, some),
    fn('optional.none', [], maybe, () => none),
    fn('optional.ofNonZeroValue', [any], maybe, (value) => (isZero(value) ? none : some(value))),
    fn('optional.unwrap', [list(maybe)], list(any), unwrapped),
    method('unwrapOpt', [list(maybe)], list(any), unwrapped),
    method('hasValue', [maybe], bool, ({ value }) => value !== undefined),
    method('value', [maybe], any, valueOf),
    method('or', [maybe, maybe], maybe, (one, other) => (one.value === undefined ? other : one)),
    method('orValue', [maybe, any], any, ({ value }, other) => value ?? (value === null ? null : other)),
    method('first', [list(any)], maybe, (items) => optionalOf(items[0])),
    method('last', [list(any)], maybe, (items) => optionalOf(items.at(-1))),
  ],
};

function optionalOf(value: Value | undefined): Optional {
  return value === undefined ? none : some(value);
}

function valueOf({ value }: Optional): Value {
  if (value === undefined) throw policyError('expression-failed', 'an optional value is not there');
  return value;
}

function unwrapped(items: readonly Value[]): readonly Value[] {
  return items.flatMap((item) => {
    const inner = kindOf(item) === 'optional' ? (item as Optional).value : item;
    return inner === undefined ? [] : [inner];
  });
}

function isZero(value: Value): boolean {
  if (value === null || value === false || value === '') return true;
  const number = numberOf(value);
  if (number !== undefined) return Number(number) === 0;
  if (isList(value) || isBytes(value)) return value.length === 0;
  if (isMap(value)) return value.size === 0;
  return typeof value === 'object' && 'kind' in value && value.kind === 'duration' && value.nanos === 0n;
}
