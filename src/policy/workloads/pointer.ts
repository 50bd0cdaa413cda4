import { asObject } from '#kit/narrow.ts';

/** JSON pointers (RFC 6901), by which a place in an object is named. The empty pointer is the whole object. */
export function pointerOf(steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The steps of a pointer, or nothing if it is none. */
export function stepsOf(pointer: string): string[] | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What stands in a value under a key or an index; nothing if it has none of its own. */
export function stepInto(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return /^(?:0|[1-9]\d{0,8})$/.test(step) ? (value[Number(step)] as unknown) : undefined;
  const object = asObject(value);
  // Names come from outside: what an object inherits is nothing that somebody wrote.
  return object !== undefined && Object.hasOwn(object, step) ? object[step] : undefined;
}
