import { policyError } from '#policy/errors.ts';
import { asObject } from '#kit/narrow.ts';
import type { Scope } from './scope.ts';

/**
 * The scope for an element of a list: `element` and `elementIndex`, and the same with the depth of the list.
 * @param isScoped whether patterns are about the element; if not, they are about what they were about outside @throws `expression-failed` if it is no object then
 */
export function elementScope(scope: Scope, value: unknown, index: number, nesting: number, isScoped: boolean): Scope {
  if (isScoped && asObject(value) === undefined) {
    throw policyError('expression-failed', 'elementScope is true, and an element is no object');
  }
  const { given } = scope.world;
  const values = Object.fromEntries([...(given?.forEach ?? [])].map(([name, all]) => [name, all[index] ?? null]));
  return scope.with(
    {
      element: value,
      [`element${nesting}`]: value,
      elementIndex: index,
      [`elementIndex${nesting}`]: index,
      ...values,
    },
    isScoped ? value : scope.element,
  );
}
