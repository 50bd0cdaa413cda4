/**
 * A value of CEL. JavaScript's own types where they mean the same: an integer is a `bigint`, a `number` is always a double. Keys of
 * maps that are unsigned integers are kept as signed ones, which CEL takes as equal.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | TypeValue
  | Optional
  | Opaque
  | readonly Value[]
  | CelMap;

export type MapKey = string | boolean | bigint;
export type CelMap = ReadonlyMap<MapKey, Value>;

export interface Uint {
  readonly kind: 'uint';
  readonly value: bigint;
}

/** Nanoseconds since 1970. */
export interface Timestamp {
  readonly kind: 'timestamp';
  readonly nanos: bigint;
}

export interface Duration {
  readonly kind: 'duration';
  readonly nanos: bigint;
}

/** A type as a value, which is what `type(x)` gives. */
export interface TypeValue {
  readonly kind: 'type';
  readonly name: string;
}

/** A value that may be absent; `value` is then not there. */
export interface Optional {
  readonly kind: 'optional';
  readonly value?: Value;
}

/** A value that only the functions of its library look into, such as a quantity. */
export interface Opaque {
  readonly kind: 'opaque';
  readonly type: string;
  readonly content: unknown;
  same(other: unknown): boolean;
}

export const none: Optional = { kind: 'optional' };
export const some = (value: Value): Optional => ({ kind: 'optional', value });

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);
export const isMap = (value: Value): value is CelMap => value instanceof Map;
export const isBytes = (value: Value): value is Uint8Array => value instanceof Uint8Array;

/** Which of CEL's own tagged values it is; nothing for those of JavaScript. */
export function kindOf(value: Value): 'uint' | 'timestamp' | 'duration' | 'type' | 'optional' | 'opaque' | undefined {
  return typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
}

/** The name of a value's type, as CEL writes it. */
export function typeNameOf(value: Value): string {
  if (value === null) return 'null_type';
  if (typeof value === 'object') return nameOfObject(value);
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  return typeof value === 'number' ? 'double' : 'string';
}

function nameOfObject(value: Exclude<Value, null | boolean | bigint | number | string>): string {
  if (isList(value)) return 'list';
  if (isMap(value)) return 'map';
  if (isBytes(value)) return 'bytes';
  if (value.kind === 'opaque') return value.type;
  return taggedNames[value.kind];
}

const taggedNames = {
  uint: 'uint',
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
  type: 'type',
  optional: 'optional_type',
} as const;

/** A value as a key of a map, or nothing if it cannot be one. A double that is a whole number finds the integer. */
export function keyOf(value: Value): MapKey | undefined {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return kindOf(value) === 'uint' ? (numberOf(value) as bigint) : undefined;
}

/** The number that a value is, of any of the three types; JavaScript compares the two kinds of numbers exactly. */
export function numberOf(value: Value): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'uint'
    ? value.value
    : undefined;
}
