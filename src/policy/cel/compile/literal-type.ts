import { bool, bytes, double, dyn, int, nothing, text, uint, type Type } from '#policy/cel/type.ts';
import type { Value } from '#policy/cel/value.ts';

/** The type of a literal. */
export function literalType(value: Value): Type {
  return [nothing, bool, int, uint, double, text, bytes].find((type) => type.is(value)) ?? dyn;
}
