import { KeyObject, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { asObject, type JsonObject } from '#kit/narrow.ts';
import { box, signedAt } from '#policy/testing.ts';

const domain = 'cosign.sigstore.dev';

/** Who signs a message: with a key alone, with a key in a log, or with a certificate in a log. */
export type Signer =
  | KeyObject
  | { readonly logged: KeyObject }
  | { readonly identity: string; readonly issuer: string };

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
  if (signer instanceof KeyObject) return { signature: sign('sha256', bytes, signer).toString('base64') };
  const rest = { artifact: bytes, at: signedAt, log: 'v1' } as const;
  const { annotations } =
    'logged' in signer
      ? box.sign({ ...rest, key: signer.logged })
      : box.sign({ ...rest, identity: { kind: 'uri', value: signer.identity }, issuer: signer.issuer });
  const written = new Map(Object.entries(annotations));
  const certificate = written.get('dev.sigstore.cosign/certificate');
  return {
    signature: written.get('dev.cosignproject.cosign/signature') ?? '',
    ...(certificate === undefined ? {} : { certificate: pack(Buffer.from(certificate)) }),
    bundle: pack(Buffer.from(written.get('dev.sigstore.cosign/bundle') ?? '')),
  };
}

function pack(bytes: Buffer): string {
  return gzipSync(bytes).toString('base64');
}
