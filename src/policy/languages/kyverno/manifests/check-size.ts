import { policyError } from '#policy/errors.ts';

const deepest = 100;
const mostValues = 200_000;

/** Looks whether a value can be compared in bounded time. @throws `expression-failed` for what no API server takes: too deep, or too much */
export function checkSize(value: unknown): void {
  let values = 0;
  count(value, 0);

  function count(inner: unknown, depth: number): void {
    if (depth > deepest || ++values > mostValues) {
      throw policyError('expression-failed', 'the object, or its signed manifest, is too deep or too large to compare');
    }
    if (typeof inner === 'object' && inner !== null) for (const one of Object.values(inner)) count(one, depth + 1);
  }
}
