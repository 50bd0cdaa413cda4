import { charactersOf } from '#policy/cel/characters.ts';
import { fn, method, type CelFunction } from '#policy/cel/function.ts';
import { bytes, int, list, map, text } from '#policy/cel/type.ts';
import { isMap, type CelMap, type Value } from '#policy/cel/value.ts';
import type { Run } from '#policy/cel/run.ts';

const types = [text, bytes, list(), map()] as const;

/** `size(x)` and `x.size()`; of a text the number of its characters. */
export const sizes: readonly CelFunction[] = types.flatMap((type) => [
  fn('size', [type], int, sizeOf),
  method('size', [type], int, sizeOf),
]);

function sizeOf(value: string | Uint8Array | readonly Value[] | CelMap, run: Run): bigint {
  if (typeof value !== 'string') return BigInt(isMap(value) ? value.size : value.length);
  run.spend(value.length / 10);
  return BigInt(charactersOf(value).length);
}
