import { z } from 'zod';

const units = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** A span of time as policies write it: `90m`, `24h`, `30d`, `2w`. */
export const durationSchema = z
  .string()
  .regex(/^[1-9]\d{0,5}[mhdw]$/, 'write a number and m, h, d or w, like 30d')
  .describe('A span of time: a number and m, h, d or w, like 24h or 30d.');

/** Milliseconds of a span that {@link durationSchema} has checked. */
export function millisecondsOf(written: string): number {
  // The schema allows no other unit.
  const unit = units[written.slice(-1) as keyof typeof units];
  return Number(written.slice(0, -1)) * unit;
}
