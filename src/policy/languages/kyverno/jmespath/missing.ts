/** What a query finds where an object has no such key. It is not the same as nothing: a policy that names it is wrong. */
export interface Missing {
  readonly [unknownKey]: string;
}

const unknownKey = Symbol('unknown key');

export function missing(key: string): Missing {
  return { [unknownKey]: key };
}

export function isMissing(value: unknown): value is Missing {
  return typeof value === 'object' && value !== null && unknownKey in value;
}

/** The key that is not there. */
export function missingKey(value: Missing): string {
  return value[unknownKey];
}

/** What was found, or nothing. */
export function orNull(value: unknown): unknown {
  return value === undefined || isMissing(value) ? null : value;
}
