import { isAbsolute } from 'node:path';
import type { KeyPair } from '#signatures/keys/write-key-pair.ts';

/** What a new pair of keys is, and what to do with it. */
export function writePair({ algorithm, keyId, privateKeyFile, publicKeyFile, isProtected }: KeyPair): string {
  const width = Math.max(privateKeyFile.length, publicKeyFile.length);
  return [
    `${privateKeyFile.padEnd(width)}  private key, ${algorithm}, ${isProtected ? 'encrypted' : 'NOT PROTECTED: its password is empty'}`,
    `${publicKeyFile.padEnd(width)}  public key, ${keyId}`,
    '',
    `  sign    bulla sign --key ${quoted(privateKeyFile)} IMAGE`,
    `  verify  bulla verify --key ${quoted(publicKeyFile)} IMAGE`,
    '',
  ].join('\n');
}

/** The same for programs. */
export function pairToJson({ algorithm, keyId, privateKeyFile, publicKeyFile, isProtected }: KeyPair): object {
  return { schemaVersion: 1, algorithm, keyId, privateKeyFile, publicKeyFile, protected: isProtected };
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  const safe = isAbsolute(word) || !word.startsWith('-') ? word : `./${word}`;
  return /^[\w./:=@%+,-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}
