import { corrupt } from './errors.ts';
import { readText } from './header.ts';

/** What the extended headers before an entry say of it. */
export interface Extension {
  path?: string;
  target?: string;
  size?: number;
  /** The `GNU.sparse.*` records. */
  readonly sparse: Map<string, string>;
  /** The offsets and lengths of sparse format 0.0, which repeats two keys and so depends on their order. */
  readonly sparsePairs: number[];
}

export function noExtension(): Extension {
  return { sparse: new Map(), sparsePairs: [] };
}

/**
 * Reads PAX records, `LENGTH KEY=VALUE\n` with a length that counts the whole record, into `extension`.
 * POSIX.1-2001, "pax Extended Header".
 */
export function readPax(bytes: Buffer, extension: Extension): void {
  let position = 0;
  while (position < bytes.length && bytes[position] !== 0) {
    const space = bytes.indexOf(0x20, position);
    const equals = bytes.indexOf(0x3d, space);
    const end = position + decimal(bytes.toString('latin1', position, Math.max(position, space)));
    if (space < 0 || equals < 0 || equals >= end || end > bytes.length || bytes[end - 1] !== 0x0a) {
      throw corrupt('an extended header is damaged');
    }
    keep(extension, bytes.toString('utf8', space + 1, equals), bytes.subarray(equals + 1, end - 1));
    position = end;
  }
}

/** A decimal number as PAX writes it. */
export function decimal(text: string): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || !Number.isSafeInteger(value)) throw corrupt('an extended header has a damaged number');
  return value;
}

function keep(extension: Extension, key: string, value: Buffer): void {
  if (key === 'path') extension.path = readText(value);
  else if (key === 'linkpath') extension.target = readText(value);
  else if (key === 'size') extension.size = decimal(value.toString('latin1'));
  else if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') {
    extension.sparsePairs.push(decimal(value.toString('latin1')));
  } else if (key.startsWith('GNU.sparse.')) extension.sparse.set(key, value.toString());
}
