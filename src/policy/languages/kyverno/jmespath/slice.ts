import { policyError } from '#policy/errors.ts';

/** A part of a list, as `[start:stop:step]` (JMESPath, "Slices"). */
export function slice(
  list: readonly unknown[],
  { start, stop, step }: { readonly start: number | null; readonly stop: number | null; readonly step: number | null },
): readonly unknown[] {
  const by = step ?? 1;
  if (by === 0) throw policyError('expression-failed', 'the step of a slice is 0');
  const [lowest, highest] = by > 0 ? [0, list.length] : [-1, list.length - 1];
  const bound = (at: number) => Math.min(Math.max(at < 0 ? at + list.length : at, lowest), highest);
  const first = start === null ? (by > 0 ? 0 : list.length - 1) : bound(start);
  const end = stop === null ? (by > 0 ? list.length : -1) : bound(stop);
  const part: unknown[] = [];
  for (let at = first; by > 0 ? at < end : at > end; at += by) part.push(list[at]);
  return part;
}
