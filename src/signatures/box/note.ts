import { createHash, type KeyObject } from 'node:crypto';
import { signWith } from './algorithm.ts';
import { spkiOf } from './certificate.ts';

/** Who signs a note: a name that stands for a log or a witness, and its key. */
export interface NoteSigner {
  readonly name: string;
  readonly privateKey: KeyObject;
  /** The whole hash, of which signature lines carry the first four bytes. */
  readonly keyId: Buffer;
}

/** Signs a text, which ends with a line break, as a note (C2SP, signed-note). */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  const lines = signers.map(({ name, privateKey, keyId }) =>
    line(name, keyId, signWith(privateKey, Buffer.from(text))),
  );
  return `${text}\n${lines.join('')}`;
}

/** Adds a witness's cosignature (C2SP, tlog-cosignature, Ed25519) to a signed note. */
export function cosignNote(note: string, witness: NoteSigner, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const text = note.slice(0, note.indexOf('\n\n') + 1);
  const signature = signWith(witness.privateKey, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`));
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  return note + line(witness.name, witness.keyId, Buffer.concat([time, signature]));
}

/** The text of a checkpoint: who the log is, how many leaves it has, and their root hash (C2SP, tlog-checkpoint). */
export function checkpointText(origin: string, size: number, root: Buffer): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/**
 * The id of a key in notes, in full. `ed25519` and `cosignature` bind the name of the signer; `spki` is the hash of the
 * public key alone, which C2SP keeps for ECDSA and Rekor v1 uses.
 */
export function noteKeyId(kind: 'ed25519' | 'cosignature' | 'spki', name: string, publicKey: KeyObject): Buffer {
  const spki = spkiOf(publicKey);
  if (kind === 'spki') return createHash('sha256').update(spki).digest();
  const type = Buffer.of(kind === 'ed25519' ? 0x01 : 0x04);
  // The raw key is the last 32 bytes of its SubjectPublicKeyInfo (RFC 8410, 4).
  return createHash('sha256').update(`${name}\n`).update(type).update(spki.subarray(-32)).digest();
}

function line(name: string, keyId: Buffer, signature: Buffer): string {
  return `— ${name} ${Buffer.concat([keyId.subarray(0, 4), signature]).toString('base64')}\n`;
}
