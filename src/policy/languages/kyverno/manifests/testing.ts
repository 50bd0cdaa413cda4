import { sign, type KeyObject } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { asObject, type JsonObject } from '#kit/narrow.ts';
import { box, signedAt } from '#policy/testing.ts';

const domain = 'cosign.sigstore.dev';

/** Who signs a message: with a key alone, or with a certificate that is logged. */
export type Signer = KeyObject | { readonly identity: string; readonly issuer: string };

/** What the annotations of a signed manifest are, as k8s-manifest-sigstore writes them. @param message bytes, or documents of YAML */
export function annotationsOf(
  message: Buffer | readonly object[],
  signers: readonly Signer[],
  of = domain,
): Readonly<Record<string, string>> {
  const bytes = Buffer.isBuffer(message) ? message : yamlOf(message);
  const signatures = signers.flatMap((signer, index) => {
    const behind = index === 0 ? '' : `_${index}`;
    return Object.entries(signatureOf(bytes, signer)).map(([name, value]) => [`${of}/${name}${behind}`, value]);
  });
  return Object.fromEntries([[`${of}/message`, pack(bytes)], ...signatures]);
}

/** An object with annotations beside its own. */
export function withAnnotations(object: JsonObject, annotations: Readonly<Record<string, string>>): JsonObject {
  const metadata = asObject(object['metadata']) ?? {};
  const all = { ...asObject(metadata['annotations']), ...annotations };
  return { ...object, metadata: { ...metadata, annotations: all } };
}

/** YAML is a superset of JSON. */
function yamlOf(documents: readonly object[]): Buffer {
  return Buffer.from(documents.map((document) => JSON.stringify(document)).join('\n---\n'));
}

function signatureOf(bytes: Buffer, signer: Signer): Readonly<Record<string, string>> {
  if (!('identity' in signer)) return { signature: sign('sha256', bytes, signer).toString('base64') };
  const { identity, issuer } = signer;
  const { annotations } = box.sign({
    artifact: bytes,
    identity: { kind: 'uri', value: identity },
    issuer,
    at: signedAt,
    log: 'v1',
  });
  const written = new Map(Object.entries(annotations));
  return {
    signature: written.get('dev.cosignproject.cosign/signature') ?? '',
    certificate: pack(Buffer.from(written.get('dev.sigstore.cosign/certificate') ?? '')),
    bundle: pack(Buffer.from(written.get('dev.sigstore.cosign/bundle') ?? '')),
  };
}

function pack(bytes: Buffer): string {
  return gzipSync(bytes).toString('base64');
}
