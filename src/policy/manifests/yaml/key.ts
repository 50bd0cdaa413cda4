import { isScalar } from 'yaml';

/** The text of a key as it is written; `on` is "on", whatever YAML 1.1 makes of it. Nothing for a key that is no plain value. */
export function keyOf(key: unknown): string | undefined {
  if (!isScalar(key)) return key === null ? '' : undefined;
  return typeof key.value === 'string' ? key.value : (key.source ?? '');
}

/** Whether a key says that other maps are put in here (`<<`). */
export function isMerge(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && keyOf(key) === '<<';
}
