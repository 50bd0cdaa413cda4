import { asCount, asObject, asText, parseJson } from '#kit/narrow.ts';
import { asBase64 } from '#signatures/bundle/wire.ts';
import { readPemCertificates } from '#signatures/certificate/read-certificate.ts';
import { isRefusal, refuse, type Refusal } from '#signatures/refusal.ts';
import type { LogEntry, Signed, SignedContent, SignerMaterial } from '#signatures/signed.ts';

/** What cosign writes beside each layer of its tags (cosign, pkg/oci/static/signature.go). */
const names = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  chain: 'dev.sigstore.cosign/chain',
  bundle: 'dev.sigstore.cosign/bundle',
  timestamp: 'dev.sigstore.cosign/rfc3161timestamp',
} as const;

type Annotations = Readonly<Record<string, string>>;

/** The signature that the annotations of a simple signing layer hold. */
export function annotatedSignature(annotations: Annotations): Buffer | Refusal {
  const signature = asBase64(annotations[names.signature]);
  return signature === undefined || signature.length === 0
    ? refuse('format-invalid', 'the layer has no readable signature')
    : signature;
}

/**
 * Puts together what was signed and what the annotations prove about it.
 * @param over what a timestamp may be over: writers do not agree
 */
export function withAnnotations(
  content: SignedContent,
  signature: Buffer,
  annotations: Annotations,
  over: readonly Buffer[],
): Signed | Refusal {
  const signer = readSigner(annotations);
  if (isRefusal(signer)) return signer;
  const entry = readEntry(annotations[names.bundle]);
  if (isRefusal(entry)) return entry;
  const der = readTimestamp(annotations[names.timestamp]);
  if (isRefusal(der)) return der;
  return {
    content,
    signature,
    signer,
    log: entry === undefined ? [] : [entry],
    timestamps: der === undefined ? [] : [{ der, over }],
  };
}

function readSigner(annotations: Annotations): SignerMaterial | Refusal {
  const pem = annotations[names.certificate] ?? '';
  if (pem === '') return { kind: 'key' };
  const [leaf] = readPemCertificates(pem) ?? [];
  const chain = readPemCertificates(annotations[names.chain] ?? '');
  if (leaf === undefined || chain === undefined) return refuse('format-invalid', 'a certificate cannot be read');
  return { kind: 'certificate', leaf, intermediates: chain };
}

/** cosign's own "bundle": an entry of Rekor with its signed timestamp. */
function readEntry(text: string | undefined): LogEntry | undefined | Refusal {
  // Without a log it is written as an empty text or as null.
  if (text === undefined || text === '' || text === 'null') return undefined;
  const bundle = asObject(parseJson(text));
  const payload = asObject(bundle?.['Payload']);
  const promise = asBase64(bundle?.['SignedEntryTimestamp']);
  const body = asBase64(payload?.['body']);
  const integratedTime = asCount(payload?.['integratedTime']);
  const index = asCount(payload?.['logIndex']);
  const logId = asText(payload?.['logID']) ?? '';
  const isWhole = promise !== undefined && body !== undefined && /^[0-9a-f]{64}$/.test(logId);
  if (!isWhole || integratedTime === undefined || index === undefined) {
    return refuse('format-invalid', 'the log entry cannot be read');
  }
  const said = asObject(parseJson(body));
  return {
    logId: Buffer.from(logId, 'hex'),
    index: BigInt(index),
    integratedTime,
    kind: asText(said?.['kind']) ?? '',
    version: asText(said?.['apiVersion']) ?? '',
    body,
    promise,
  };
}

function readTimestamp(text: string | undefined): Buffer | undefined | Refusal {
  if (text === undefined || text === '' || text === 'null') return undefined;
  const der = asBase64(asObject(parseJson(text))?.['SignedRFC3161Timestamp']);
  return der ?? refuse('format-invalid', 'the timestamp cannot be read');
}
