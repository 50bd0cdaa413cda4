import { X509Certificate, type KeyObject } from 'node:crypto';
import { publishInRekorTiles } from '#signatures/services/rekor-tiles.ts';
import { publishInRekor } from '#signatures/services/rekor.ts';
import type { Patience } from '#signatures/services/request.ts';
import type { LogEntry, Signed, SignerMaterial } from '#signatures/signed.ts';
import type { Unpublished } from './unpublished.ts';

/** A transparency log, by its address and the version that it speaks. */
export type Log = Pick<Unpublished, 'log' | 'version'>;

/** What publishes in a log what this signer signs. */
export function publisher(
  { log, version }: Log,
  { publicKey, material }: { readonly publicKey: KeyObject; readonly material: SignerMaterial },
  patience?: Patience,
): (signed: Signed, bytes: Buffer) => Promise<LogEntry> {
  if (version === 'v2') return (signed, bytes) => publishInRekorTiles(log, signed, bytes, publicKey, patience);
  const verifier =
    material.kind === 'certificate'
      ? new X509Certificate(material.leaf).toString()
      : publicKey.export({ format: 'pem', type: 'spki' });
  return (signed, bytes) => publishInRekor(log, signed, bytes, verifier, patience);
}
