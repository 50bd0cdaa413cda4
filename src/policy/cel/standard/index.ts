import type { Library } from '#policy/cel/function.ts';
import { arithmetic } from './arithmetic.ts';
import { comparisons } from './comparisons.ts';
import { conversions } from './conversions.ts';
import { sizes } from './sizes.ts';
import { texts } from './texts.ts';
import { times } from './times.ts';

/** What every expression may call (CEL language definition, "List of Standard Definitions"). */
export const standard: Library = {
  name: 'standard',
  functions: [...comparisons, ...arithmetic, ...sizes, ...texts, ...conversions, ...times],
};
