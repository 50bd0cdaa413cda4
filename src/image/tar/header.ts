import { imageLimits } from '#image/limits.ts';
import { bomb, corrupt } from './errors.ts';

export const blockSize = 512;

/** The fields of a tar header block that mean something to us. */
export interface Header {
  readonly type: string;
  readonly path: string;
  readonly target: string;
  readonly size: number;
  readonly mode: number;
}

/**
 * Reads a header block: V7, POSIX ustar and GNU.
 * Where writers disagree with POSIX, this reads as Go's archive/tar does, because that is what every container runtime unpacks
 * layers with: a reader that sees other files than the runtime can be deceived.
 *
 * @throws `layer-corrupt`
 */
export function parseHeader(block: Buffer): Header {
  verifyChecksum(block);
  return {
    type: String.fromCharCode(block[156] ?? 0),
    path: headerPath(block),
    target: readText(block.subarray(157, 257)),
    size: readNumber(block, 124, 12),
    mode: readNumber(block, 100, 8) & 0o7777,
  };
}

export function isZeroBlock(block: Buffer): boolean {
  return block[0] === 0 && block.every((byte) => byte === 0);
}

/** Text up to the first NUL. Bytes that are not UTF-8 are kept apart as `\xNN`, so that different names stay different. */
export function readText(bytes: Buffer): string {
  const nul = bytes.indexOf(0);
  const used = nul < 0 ? bytes : bytes.subarray(0, nul);
  if (used.length > imageLimits.pathBytes) throw bomb(`a path of ${used.length} bytes`);
  const text = used.toString('utf8');
  if (!text.includes('\uFFFD') || Buffer.from(text).equals(used)) return text;
  return used.toString('latin1').replaceAll(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}

/** A number in octal digits or, with the top bit set, in base 256 (GNU and star). */
export function readNumber(block: Buffer, start: number, length: number): number {
  const isBase256 = ((block[start] ?? 0) & 0x80) !== 0;
  const value = isBase256 ? readBase256(block, start, length) : readOctal(block, start, length);
  if (value === undefined) throw corrupt('a header has a number that is none, or out of range');
  return value;
}

function readBase256(block: Buffer, start: number, length: number): number | undefined {
  // The second bit is the sign; nothing here can be negative.
  let value = (block[start] ?? 0) & 0x7f;
  if (value >= 0x40) return undefined;
  for (let i = start + 1; i < start + length; i++) value = value * 256 + (block[i] ?? 0);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Digits with spaces and NULs before and after them; none at all is 0. Read byte by byte, because every entry has several. */
function readOctal(block: Buffer, start: number, length: number): number | undefined {
  let at = start;
  const end = start + length;
  while (at < end && isBlank(block[at])) at++;
  let value = 0;
  for (; at < end && !isBlank(block[at]); at++) {
    const digit = (block[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) return undefined;
    value = value * 8 + digit;
  }
  return value;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0 || byte === 0x20;
}

function headerPath(block: Buffer): string {
  const name = readText(block.subarray(0, 100));
  const prefix = hasPrefix(block) ? readText(block.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** GNU tar keeps times where ustar keeps the path's prefix; old Go wrote a prefix there all the same. */
function hasPrefix(block: Buffer): boolean {
  if (block.toString('latin1', 257, 263) === 'ustar\0') return true;
  const isGnu = block.toString('latin1', 257, 265) === 'ustar  \0';
  return isGnu && (!isTime(block, 345) || !isTime(block, 357));
}

function isTime(block: Buffer, start: number): boolean {
  return ((block[start] ?? 0) & 0x80) !== 0 || readOctal(block, start, 12) !== undefined;
}

function verifyChecksum(block: Buffer): void {
  const stated = readNumber(block, 148, 8);
  if (stated === sumOf(block, false)) return;
  // Some old writers summed signed bytes.
  if (stated !== sumOf(block, true)) throw corrupt('a header has a wrong checksum');
}

/** The sum of all bytes, those of the checksum taken for spaces. */
function sumOf(block: Buffer, signed: boolean): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < 148; i++) sum += block[i] ?? 0;
  for (let i = 156; i < blockSize; i++) sum += block[i] ?? 0;
  if (!signed) return sum;
  const negative = block.reduce((count, byte, i) => count + (byte > 127 && (i < 148 || i >= 156) ? 1 : 0), 0);
  return sum - 256 * negative;
}
