import type { Place } from '#policy/question.ts';
import type { SpokenLanguage } from '#policy/reasons/explain.ts';

/** For whom a gate asks, and in which language it tells. */
export interface Asking {
  /** What policies call the cluster. */
  readonly cluster?: string;
  /** English by default. */
  readonly language?: SpokenLanguage;
}

/** Where it is asked. */
export function placeOf(gate: Place['gate'], { cluster }: Asking, namespace = ''): Place {
  return { gate, ...(cluster === undefined ? {} : { cluster }), ...(namespace === '' ? {} : { namespace }) };
}
