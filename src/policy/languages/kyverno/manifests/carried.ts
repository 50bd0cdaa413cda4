import { gunzipSync } from 'node:zlib';
import { asBase64 } from '#signatures/bundle/wire.ts';
import { isRefusal, refuse, type Refusal } from '#signatures/refusal.ts';
import type { Signed } from '#signatures/signed.ts';
import { withAnnotations } from '#signatures/storage/formats/cosign-annotations.ts';

/** What an object carries of its signed manifest, as it was found; nothing of it is believed yet. */
export interface Carried {
  /** What is said to be signed. */
  readonly message: Buffer;
  readonly signatures: readonly CarriedSignature[];
}

/** A signature over the message, and the annotation that it was in. */
interface CarriedSignature {
  readonly annotation: string;
  readonly signed: Signed | Refusal;
}

/** Kubernetes takes no more of annotations. */
const longestAnnotation = 256 << 10;
/** No set of manifests that fits into an annotation is larger, packed as text is. */
const largestMessage = 8 << 20;
const largestProof = 256 << 10;
const mostSignatures = 20;

/**
 * Reads the annotations in which k8s-manifest-sigstore keeps a message and its signatures: gzip in base64, and the signature in base64.
 * A second signature of the same message has `_1` behind its names.
 * @returns what is wrong where there is nothing to verify
 */
export function readCarried(
  annotations: Readonly<Record<string, string>>,
  domain: string,
): Carried | { readonly problem: string } {
  const read = (name: string) => {
    const key = `${domain}/${name}`;
    return Object.hasOwn(annotations, key) ? annotations[key] : undefined;
  };
  const packed = read('message');
  if (packed === undefined) {
    const isElsewhere = read('resourceBundleRef') !== undefined;
    const why = isElsewhere ? ', and an image that may have its manifest is not looked into' : '';
    return { problem: `it has no annotation ${domain}/message${why}` };
  }
  const message = unpack(packed, largestMessage);
  if (message === undefined) return { problem: `what is in ${domain}/message cannot be unpacked, or is too large` };
  const signatures: CarriedSignature[] = [];
  for (let index = 0; index < mostSignatures; index++) {
    const behind = index === 0 ? '' : `_${index}`;
    const signature = read(`signature${behind}`);
    if (signature === undefined) break;
    const proof = { certificate: read(`certificate${behind}`), bundle: read(`bundle${behind}`) };
    signatures.push({ annotation: `${domain}/signature${behind}`, signed: readSigned(signature, proof) });
  }
  return signatures.length === 0 ? { problem: `it has no annotation ${domain}/signature` } : { message, signatures };
}

/** Whether an annotation is one of those that carry a signed manifest, which cannot be in it themselves. */
export function isCarrier(annotation: string, domain: string): boolean {
  if (!annotation.startsWith(`${domain}/`)) return false;
  return /^(?:message|resourceBundleRef|(?:signature|certificate|bundle)(?:_\d{1,3})?)$/.test(
    annotation.slice(domain.length + 1),
  );
}

interface WrittenProof {
  readonly certificate: string | undefined;
  readonly bundle: string | undefined;
}

function readSigned(written: string, { certificate = '', bundle = '' }: WrittenProof): Signed | Refusal {
  const signature = asBase64(written);
  const proofs = [certificate, bundle].map((text) => (text === '' ? '' : unpack(text, largestProof)?.toString('utf8')));
  const [pem, entry] = proofs;
  if (signature === undefined || signature.length === 0 || pem === undefined || entry === undefined) {
    return refuse('format-invalid', 'the signature, or what came along to prove it, cannot be read');
  }
  const annotations = { 'dev.sigstore.cosign/certificate': pem, 'dev.sigstore.cosign/bundle': entry };
  const signed = withAnnotations({ kind: 'artifact' }, signature, annotations, [signature]);
  // A certificate that is there and empty must not look like a key.
  if (!isRefusal(signed) && certificate !== '' && signed.signer.kind === 'key') {
    return refuse('format-invalid', 'the certificate cannot be read');
  }
  return signed;
}

function unpack(written: string, limit: number): Buffer | undefined {
  const bytes = written.length > longestAnnotation ? undefined : asBase64(written);
  if (bytes === undefined) return undefined;
  try {
    return gunzipSync(bytes, { maxOutputLength: limit });
  } catch {
    return undefined;
  }
}
