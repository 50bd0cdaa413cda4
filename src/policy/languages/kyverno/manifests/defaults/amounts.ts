import { asObject, type JsonObject } from '#kit/narrow.ts';
import { formatQuantity, parseQuantity } from '#policy/languages/kyverno/values/quantity.ts';
import { withChange } from './default.ts';

/**
 * An object with amounts in one way of writing, because `0.5` and `500m` are the same, and the API server writes its own.
 * @param paths of amounts, or of fields that are amounts; `*` is each item of a list
 */
export function withAmounts(object: JsonObject, paths: readonly string[]): JsonObject {
  return paths.reduce((so, path) => withChange(so, path, inOneWay), object);
}

function inOneWay(amount: unknown): unknown {
  const fields = asObject(amount);
  if (fields !== undefined) {
    return Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, asObject(one) ?? inOneWay(one)]));
  }
  const quantity = typeof amount === 'string' || typeof amount === 'number' ? parseQuantity(String(amount)) : undefined;
  return quantity === undefined ? amount : formatQuantity({ ...quantity, format: 'decimal' });
}
