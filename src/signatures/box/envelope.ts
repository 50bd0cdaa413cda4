/** A signed envelope (DSSE 1.0) with the one signature that Sigstore allows. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signature: Buffer;
}

/** What is signed of an envelope: its type and payload, each behind its length (DSSE, protocol.md). */
export function preAuthEncoding({ payloadType, payload }: Omit<Envelope, 'signature'>): Buffer {
  const type = Buffer.from(payloadType);
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

/** An envelope as JSON (DSSE, envelope.md). */
export interface EnvelopeJson {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly [{ readonly keyid: string; readonly sig: string }];
}

/** Writes an envelope; the key id stays empty, as cosign leaves it. */
export function envelopeJson({ payload, payloadType, signature }: Envelope): EnvelopeJson {
  return {
    payload: payload.toString('base64'),
    payloadType,
    signatures: [{ keyid: '', sig: signature.toString('base64') }],
  };
}
