/**
 * Which symbols of a Go package a program has, in a form small enough to be kept for every program: a Bloom filter with 20 bits
 * and 14 probes a symbol, written as `1.` and base64. Once in 15,000 questions it says "yes" to a symbol that is not there.
 *
 * A "no" says that the program has no instruction of that function, called or inlined. It lowers the confidence of a finding;
 * it is no reason to hide one, because whoever built the program could have renamed its functions.
 */
export type Presence = 'yes' | 'no' | 'unknown';

/**
 * Whether the program has a symbol: a function, or a method as `Type.Method`, as the Go vulnerability database writes them.
 * Without a symbol: whether it has anything of the package.
 *
 * @param packed what {@link packSymbols} made of the symbols of the package's module; nothing if the program has no table
 * @returns `unknown` where there is no table, or one that a later version of this program wrote
 *
 * @example
 * hasSymbol(found.symbols, 'golang.org/x/net/http2', 'Server.ServeConn')
 */
export function hasSymbol(packed: string | undefined, importPath: string, symbol?: string): Presence {
  if (packed === undefined || !packed.startsWith(prefix)) return 'unknown';
  const bits = (packed.length - prefix.length) * bitsPerCharacter;
  if (bits === 0) return 'no';
  const hash = symbol === undefined ? hashPath(importPath) : hashText(startSymbol(hashPath(importPath)), symbol);
  for (let probe = 0; probe < probesPerSymbol; probe++) {
    const position = positionOf(hash, probe, bits);
    const character = alphabet.indexOf(packed.charAt(prefix.length + Math.floor(position / bitsPerCharacter)));
    if (character < 0) return 'unknown';
    if (((character >> (5 - (position % bitsPerCharacter))) & 1) === 0) return 'no';
  }
  return 'yes';
}

/** Packs the hashes of symbols and of the packages that have them. */
export function packSymbols(hashes: ReadonlySet<number>): string {
  // Whole groups of 24 bits, so that base64 needs no padding and each of its characters has 6 bits.
  const bytes = Buffer.alloc(3 * Math.ceil((hashes.size * bitsPerSymbol) / 24));
  const bits = bytes.length * 8;
  for (const hash of hashes) {
    for (let probe = 0; probe < probesPerSymbol; probe++) {
      const position = positionOf(hash, probe, bits);
      const index = position >> 3;
      bytes[index] = (bytes[index] ?? 0) | (0x80 >> (position & 7));
    }
  }
  return prefix + bytes.toString('base64');
}

/** The hash of a package by itself (FNV-1a, 32 bits, of its UTF-8). */
export function hashPath(importPath: string): number {
  return hashText(0x811c9dc5 | 0, importPath);
}

/** The hash of a package, ready to be followed by the bytes of a symbol. */
export function startSymbol(path: number): number {
  return addByte(path, 0);
}

/** One step of the hash: how the hash of a text becomes that of the text and one byte more. */
export function addByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

function hashText(start: number, text: string): number {
  return Buffer.from(text).reduce(addByte, start);
}

const prefix = '1.';
const bitsPerSymbol = 20;
const probesPerSymbol = 14;
const bitsPerCharacter = 6;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Where a hash has its bits, by double hashing (Kirsch and Mitzenmacher, 2006). */
function positionOf(hash: number, probe: number, bits: number): number {
  const step = mix(hash ^ 0x5bd1e995) | 1;
  return ((mix(hash) + Math.imul(probe, step)) >>> 0) % bits;
}

/** FNV's low bits are better than its high ones; this spreads every bit over all (the finaliser of MurmurHash3). */
function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
