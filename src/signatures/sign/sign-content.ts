import {
  preAuthenticationEncoding,
  type LogEntry,
  type Signed,
  type SignedContent,
  type SignerMaterial,
} from '#signatures/signed.ts';

/** Who signs: a key, and how others find it. */
export interface SigningIdentity {
  /** Signs bytes, which it hashes as its kind of key does. */
  sign(bytes: Buffer): Promise<Buffer>;
  readonly material: SignerMaterial;
  /** Whether this key has made a signature; nothing for keys that are new each time. */
  readonly verifies?: (signed: Signed) => boolean;
}

/** Who vouches for the time and for the publication; none of them need be there. */
export interface SigningServices {
  /** Asks a timestamp authority (RFC 3161) about these bytes. @returns its answer, DER */
  readonly timestamp?: (bytes: Buffer) => Promise<Buffer>;
  /** Publishes the signature in a transparency log; nothing if that has to be done later. */
  readonly publish?: (signed: Signed, bytes: Buffer) => Promise<LogEntry | undefined>;
}

/**
 * Signs content and gathers what proves it.
 * @param bytes what the signature is over, for content that is a file elsewhere
 */
export async function signContent(
  content: SignedContent,
  identity: SigningIdentity,
  services: SigningServices,
  bytes: Buffer = bytesOf(content),
): Promise<Signed> {
  const signature = await identity.sign(bytes);
  const bare: Signed = { content, signature, signer: identity.material, log: [], timestamps: [] };
  // The certificate may expire soon, and so both are asked at once.
  const [der, entry] = await Promise.all([services.timestamp?.(signature), services.publish?.(bare, bytes)]);
  return {
    ...bare,
    log: entry === undefined ? [] : [entry],
    timestamps: der === undefined ? [] : [{ der, over: [signature] }],
  };
}

/** What a signature is over, if that is not a file elsewhere. */
export function bytesOf(content: SignedContent): Buffer {
  if (content.kind === 'payload') return content.bytes;
  if (content.kind === 'dsse') return preAuthenticationEncoding(content.payloadType, content.payload);
  throw new Error('the content of a file must be given');
}
