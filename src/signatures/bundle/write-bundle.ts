import type { LogEntry, Signed, SignedContent } from '#signatures/signed.ts';

/** The media type of what we write: version 0.3. */
export const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** Something signed as a Sigstore bundle, version 0.3, in its JSON form (protobuf-specs, sigstore_bundle.proto). */
export function writeBundle({ content, signature, signer, log, timestamps }: Signed): string {
  return JSON.stringify({
    mediaType: bundleType,
    verificationMaterial: {
      ...(signer.kind === 'key'
        ? { publicKey: { hint: signer.hint ?? '' } }
        : { certificate: { rawBytes: base64(signer.leaf) } }),
      tlogEntries: log.map(entryOf),
      timestampVerificationData: {
        rfc3161Timestamps: timestamps.map(({ der }) => ({ signedTimestamp: base64(der) })),
      },
    },
    ...contentOf(content, signature),
  });
}

function contentOf(content: SignedContent, signature: Buffer): object {
  if (content.kind === 'dsse') return { dsseEnvelope: envelopeOf(content, signature) };
  if (content.kind === 'payload') throw new Error('a bundle holds a statement or the signature of a file');
  const { stated } = content;
  const messageDigest = stated && {
    algorithm: `SHA2_${stated.algorithm.slice('sha'.length)}`,
    digest: base64(stated.value),
  };
  return { messageSignature: { messageDigest, signature: base64(signature) } };
}

/** A DSSE envelope as JSON, with one signature. */
export function envelopeOf(
  { payload, payloadType }: Extract<SignedContent, { kind: 'dsse' }>,
  signature: Buffer,
): object {
  return { payload: base64(payload), payloadType, signatures: [{ sig: base64(signature) }] };
}

function entryOf({ logId, index, integratedTime, kind, version, body, promise, proof }: LogEntry): object {
  return {
    logIndex: String(index),
    logId: { keyId: base64(logId) },
    kindVersion: { kind, version },
    integratedTime: String(integratedTime),
    inclusionPromise: promise && { signedEntryTimestamp: base64(promise) },
    inclusionProof: proof && {
      logIndex: String(proof.index),
      rootHash: base64(proof.root),
      treeSize: String(proof.size),
      hashes: proof.hashes.map(base64),
      checkpoint: proof.checkpoint === undefined ? undefined : { envelope: proof.checkpoint },
    },
    canonicalizedBody: base64(body),
  };
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64');
}
