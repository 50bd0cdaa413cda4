import type { NotationAlgorithm } from '#signatures/notation/algorithm.ts';

/** A signature of Notation as it was read from its envelope. All of it is understood, and none of it is verified. */
export interface NotationSignature extends SignedAttributes {
  readonly algorithm: NotationAlgorithm;
  readonly payload: Buffer;
  /** What the signature is over: protected headers and payload, as the envelope puts them together. */
  readonly signedBytes: Buffer;
  readonly signature: Buffer;
  /** X.509, DER: the signer's certificate, and its issuers up to the root. */
  readonly certificates: readonly Buffer[];
  /** A token of a timestamp authority over the signature (RFC 3161, 2.4.2), DER. */
  readonly timestamp?: Buffer;
}

/** What is signed beside the payload. */
export interface SignedAttributes {
  readonly contentType: string;
  readonly scheme: SigningScheme;
  /** When it was signed: the signer says so, and is believed only if it is an authority that is trusted for it. */
  readonly signingTime: Date;
  /** From when on the signer does not want it to be used. */
  readonly expiry?: Date;
}

/** Signed by whoever has a certificate, or by an authority on behalf of others (signing scheme specification). */
export type SigningScheme = 'notary.x509' | 'notary.x509.signingAuthority';
