import { fn, type Library } from '#policy/cel/function.ts';
import { timestampOf } from '#policy/cel/standard/instants.ts';
import { duration, text, timestamp } from '#policy/cel/type.ts';

/** Years begin to be counted here, and so do the spans that times are cut to. */
const year1 = -62_135_596_800n * 1_000_000_000n;

/** `time.now()`, which is the same throughout one decision, `time.truncate()` and `time.toCron()`. */
export const time: Library = {
  name: 'time',
  functions: [
    fn('time.now', [], timestamp, (run) => timestampOf(BigInt(run.surroundings.now.getTime()) * 1_000_000n)),
    fn('time.truncate', [timestamp, duration], timestamp, ({ nanos }, { nanos: span }) =>
      timestampOf(span <= 0n ? nanos : nanos - ((nanos - year1) % span)),
    ),
    fn('time.toCron', [timestamp], text, ({ nanos }) => {
      const at = new Date(Number(nanos / 1_000_000n));
      return `${at.getUTCMinutes()} ${at.getUTCHours()} ${at.getUTCDate()} ${at.getUTCMonth() + 1} ${at.getUTCDay()}`;
    }),
  ],
};
