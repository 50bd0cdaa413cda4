import {
  isBytes,
  isList,
  isMap,
  kindOf,
  type CelMap,
  type Duration,
  type Opaque,
  type Optional,
  type Timestamp,
  type TypeValue,
  type Uint,
  type Value,
} from './value.ts';

/**
 * The type of an expression, as far as it is known before it is evaluated. `dyn` is a type that is known only then.
 * `V` is what its values are in JavaScript.
 */
export interface Type<out V extends Value = Value> {
  /** `list`, `int`, the name of an opaque type; of a parameter that stands for any type, its letter. */
  readonly name: string;
  /** What it is made of: the elements of a list, keys and values of a map. */
  readonly of: readonly Type[];
  /** The fields that may be selected, for types whose fields are all known. */
  readonly fields?: ReadonlyMap<string, Type>;
  readonly isParameter?: true;
  /** Whether a value is of the type, without looking into it. */
  is(value: Value): value is V;
}

function simple<V extends Value>(name: string, is: (value: Value) => value is V): Type<V> {
  return { name, of: [], is };
}

export const dyn: Type = simple('dyn', (_value): _value is Value => true);
export const nothing: Type<null> = simple('null_type', (value): value is null => value === null);
export const bool: Type<boolean> = simple('bool', (value): value is boolean => typeof value === 'boolean');
export const int: Type<bigint> = simple('int', (value): value is bigint => typeof value === 'bigint');
export const uint: Type<Uint> = simple('uint', (value): value is Uint => kindOf(value) === 'uint');
export const double: Type<number> = simple('double', (value): value is number => typeof value === 'number');
export const text: Type<string> = simple('string', (value): value is string => typeof value === 'string');
export const bytes: Type<Uint8Array> = simple('bytes', isBytes);
export const typeType: Type<TypeValue> = simple('type', (value): value is TypeValue => kindOf(value) === 'type');
export const timestamp: Type<Timestamp> = simple(
  'google.protobuf.Timestamp',
  (value): value is Timestamp => kindOf(value) === 'timestamp',
);
export const duration: Type<Duration> = simple(
  'google.protobuf.Duration',
  (value): value is Duration => kindOf(value) === 'duration',
);

export function list(element: Type = dyn): Type<readonly Value[]> {
  return { name: 'list', of: [element], is: isList };
}

export function map(key: Type = dyn, value: Type = dyn): Type<CelMap> {
  return { name: 'map', of: [key, value], is: isMap };
}

export function optional(value: Type = dyn): Type<Optional> {
  return { name: 'optional_type', of: [value], is: (one): one is Optional => kindOf(one) === 'optional' };
}

/** A map whose fields are all known, so that one with a slip in its name is found when the policy is loaded. */
export function record(name: string, fields: Readonly<Record<string, Type>>): Type<CelMap> {
  return { name, of: [], fields: new Map(Object.entries(fields)), is: isMap };
}

/** A type that stands for the same type throughout one signature. */
export function parameter(name: string): Type {
  return { name, of: [], isParameter: true, is: (_value): _value is Value => true };
}

/** The type of values that only one library looks into. */
export interface OpaqueType<T> extends Type<Opaque> {
  readonly wrap: (content: T) => Opaque;
  readonly unwrap: (value: Opaque) => T;
}

export function opaque<T>(name: string, same: (one: T, other: T) => boolean): OpaqueType<T> {
  // Values with this name are made here alone, so that what is in them has the type.
  const unwrap = (value: Opaque): T => value.content as T;
  return {
    name,
    of: [],
    is: (value): value is Opaque => kindOf(value) === 'opaque' && (value as Opaque).type === name,
    wrap: (content) => ({ kind: 'opaque', type: name, content, same: (other) => same(content, other as T) }),
    unwrap,
  };
}

/** A type as it is written. */
export function nameOf({ name, of }: Type): string {
  return of.length === 0 ? name : `${name}(${of.map(nameOf).join(', ')})`;
}

/** What parameters of a signature have been found to be. */
export type Found = Map<string, Type>;

/** Whether a value of the second type may be given where the first is asked for; notes what parameters then are. */
export function accepts(asked: Type, given: Type, found: Found): boolean {
  if (asked.isParameter === true) return acceptsAs(asked, given, found);
  if (asked.name === 'dyn' || given.name === 'dyn') return true;
  if (asked.name === 'map' && given.fields !== undefined) return true;
  if (given.name === 'null_type' && isNullable(asked)) return true;
  return asked.name === given.name && asked.of.every((inner, at) => accepts(inner, given.of[at] ?? dyn, found));
}

/** What a parameter is: the less is known of one of the values, the less of all. */
function acceptsAs(asked: Type, given: Type, found: Found): boolean {
  const before = found.get(asked.name);
  if (before?.name === 'null_type' && isNullable(given)) {
    found.set(asked.name, given);
    return true;
  }
  if (before !== undefined && !accepts(before, given, found)) return false;
  found.set(asked.name, before === undefined || given.name === 'null_type' ? (before ?? given) : joined(before, given));
  return true;
}

/** Objects can be null, plain values cannot. */
function isNullable({ name, fields }: Type): boolean {
  return name === 'null_type' || fields !== undefined || name.includes('.') || name === 'optional_type';
}

/** A type with what its parameters have been found to be. */
export function filledIn(type: Type, found: Found): Type {
  if (type.isParameter === true) return found.get(type.name) ?? dyn;
  return type.of.length === 0 ? type : { ...type, of: type.of.map((inner) => filledIn(inner, found)) };
}

/** The type that covers both. */
export function joined(one: Type, other: Type): Type {
  if (one.name === 'dyn' || other.name === 'dyn' || one.name !== other.name) return dyn;
  return one.of.length === 0 ? one : { ...one, of: one.of.map((inner, at) => joined(inner, other.of[at] ?? dyn)) };
}
