import { createHash } from 'node:crypto';
import { asCount, asObject, asText } from '#kit/narrow.ts';
import { signatureError } from '#signatures/errors.ts';

/** What metadata says of the bytes of another file (TUF §4.4, METAPATH and TARGETS). */
export interface Fingerprint {
  /** In bytes. */
  readonly length: number | undefined;
  /** Hexadecimal, in lower case; empty where a version alone is to tell. */
  readonly hashes: ReadonlyMap<HashName, string>;
}

type HashName = 'sha256' | 'sha512';
const hexLength: Readonly<Record<HashName, number>> = { sha256: 64, sha512: 128 };

/** Reads `length` and `hashes`. @returns nothing if they are there but cannot be used, because then nothing would be checked */
export function readFingerprint(written: unknown): Fingerprint | undefined {
  const { length: said, hashes: listed } = asObject(written) ?? {};
  const length = asCount(said);
  const hashes = new Map<HashName, string>();
  for (const name of ['sha256', 'sha512'] as const) {
    const hex = asText(asObject(listed)?.[name])?.toLowerCase();
    if (hex?.length === hexLength[name] && /^[0-9a-f]+$/.test(hex)) hashes.set(name, hex);
    else if (hex !== undefined) return undefined;
  }
  if ((said !== undefined && length === undefined) || (listed !== undefined && hashes.size === 0)) return undefined;
  return { length, hashes };
}

/** Whether bytes have a length and all hashes that are known of them. */
export function hasFingerprint(bytes: Uint8Array | string, { length, hashes }: Fingerprint): boolean {
  if (length !== undefined && Buffer.byteLength(bytes) !== length) return false;
  return [...hashes].every(([name, hex]) => createHash(name).update(bytes).digest('hex') === hex);
}

/** @throws `tuf-file-mismatch` */
export function requireFingerprint(name: string, text: string, fingerprint: Fingerprint): void {
  if (hasFingerprint(text, fingerprint)) return;
  throw signatureError('tuf-file-mismatch', `${name} of the mirror has not the length and hashes that are signed`, {
    hint: 'try again; if it stays so, the mirror is damaged or has been tampered with',
  });
}
