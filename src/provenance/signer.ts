import { readIdentity, type CertificateIdentity } from '#signatures/identity/certificate-identity.ts';
import { keyIdOf } from '#signatures/keys/verification-key.ts';
import type { Verified } from '#signatures/verify.ts';

/** Who has signed what is judged here, as far as that was verified. */
export type ProvenanceSigner =
  | { readonly kind: 'certificate'; readonly identity: CertificateIdentity }
  /** The id is base64 of the SHA-256 of the key, as Sigstore writes it; the name is what the user calls it. */
  | { readonly kind: 'key'; readonly id: string; readonly name: string };

/** The signer of a signature that was verified. */
export function signerOf({ signer }: Pick<Verified, 'signer'>): ProvenanceSigner {
  if (signer.kind === 'key') return { kind: 'key', id: keyIdOf(signer.key.key), name: signer.key.name };
  return { kind: 'certificate', identity: readIdentity(signer.certificate) };
}

/** The signer in a sentence. */
export function describeSigner(signer: ProvenanceSigner): string {
  if (signer.kind === 'key') return `the key ${signer.name}`;
  const { names, claims } = signer.identity;
  return `${names.map(({ value }) => value).join(', ') || 'nobody'}, certified by ${claims.issuer ?? 'nobody'}`;
}
