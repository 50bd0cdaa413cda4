import type { RandomAccess } from '#kit/bytes.ts';
import { parseJson } from '#kit/narrow.ts';

/** Bytes of a JSON file that is parsed; the largest real ones of package managers have some 5 MB. */
const jsonBytes = 32 << 20;

/** A JSON file: its value, of unknown shape, or why there is none. A byte order mark is passed over, as npm and .NET do. */
export function readJsonFile(
  content: RandomAccess,
):
  | { readonly value: unknown; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string } {
  if (content.size === 0) return { problem: 'it is empty' };
  if (content.size > jsonBytes) return { problem: `it has ${content.size} bytes, too many for such a file` };
  const text = content.read(0, content.size).toString('utf8');
  const value = parseJson(text.startsWith('\uFEFF') ? text.slice(1) : text);
  return value === undefined ? { problem: 'it is not JSON' } : { value };
}
