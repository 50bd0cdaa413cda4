import type { RandomAccess } from '#kit/bytes.ts';
import { inventoryLimits } from './limits.ts';

/** The whole of a text file; bytes that are not UTF-8 become replacement characters. Nothing if it is too large to be text. */
export function readText(content: RandomAccess): string | undefined {
  return content.size > inventoryLimits.textBytes ? undefined : content.read(0, content.size).toString('utf8');
}
