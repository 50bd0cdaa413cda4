/** Something signed, with everything that came along to prove it, whichever format it was stored in. */
export interface Signed {
  readonly content: SignedContent;
  /** Over {@link SignedContent}, as the algorithm of the key writes it. */
  readonly signature: Buffer;
  readonly signer: SignerMaterial;
  readonly log: readonly LogEntry[];
  /** Timestamp responses (RFC 3161), DER. */
  readonly timestamps: readonly Timestamp[];
}

/** What was signed. */
export type SignedContent =
  /** A file that is not here; its digest, as the document states it, is a claim until it was compared. */
  | { readonly kind: 'artifact'; readonly stated?: ArtifactDigest }
  /** Bytes that are here, such as cosign's simple signing payload. */
  | { readonly kind: 'payload'; readonly bytes: Buffer }
  /** A DSSE envelope; signed is its pre-authentication encoding. */
  | { readonly kind: 'dsse'; readonly payloadType: string; readonly payload: Buffer };

export interface ArtifactDigest {
  readonly algorithm: 'sha256' | 'sha384' | 'sha512';
  readonly value: Buffer;
}

/** How to find the key. */
export type SignerMaterial =
  /** X.509 certificates, DER: the signer's, and those that may lie between it and a root. */
  | { readonly kind: 'certificate'; readonly leaf: Buffer; readonly intermediates: readonly Buffer[] }
  /** A key that the verifier must have; the hint may say which. */
  | { readonly kind: 'key'; readonly hint?: string };

/** An RFC 3161 timestamp and the bytes that it may be about, because writers do not agree on them. */
export interface Timestamp {
  readonly der: Buffer;
  readonly over: readonly Buffer[];
}

/** An entry of a transparency log, as Rekor gives it. */
export interface LogEntry {
  /** SHA-256 of the log's key, or its checkpoint key id. */
  readonly logId: Buffer;
  readonly index: bigint;
  /** Seconds since 1970; 0 if the log does not tell. */
  readonly integratedTime: number;
  readonly kind: string;
  readonly version: string;
  /** The canonical JSON that was entered. */
  readonly body: Buffer;
  /** The signed entry timestamp: the log's promise to include it. */
  readonly promise?: Buffer;
  readonly proof?: InclusionProof;
}

/** That the entry is in the log's tree (RFC 9162, 2.1.3). */
export interface InclusionProof {
  readonly index: bigint;
  readonly size: bigint;
  readonly root: Buffer;
  readonly hashes: readonly Buffer[];
  /** The log's signed note about its tree. */
  readonly checkpoint?: string;
}

/** The bytes that a DSSE signature is over (DSSE 1.0, "pre-authentication encoding"). */
export function preAuthenticationEncoding(payloadType: string, payload: Buffer): Buffer {
  const type = Buffer.from(payloadType);
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}
