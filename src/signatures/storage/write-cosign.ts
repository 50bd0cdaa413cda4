import { algorithmOf, hexOf, type Digest } from '#kit/digest.ts';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { imageError } from '#image/errors.ts';
import { mediaTypes, type Descriptor } from '#image/manifest.ts';
import { updateTag } from '#image/registry/update-tag.ts';
import { envelopeOf } from '#signatures/bundle/write-bundle.ts';
import type { LogEntry, Signed } from '#signatures/signed.ts';
import { pushBytes, type Repository } from './repository.ts';

const layerTypes = {
  payload: 'application/vnd.dev.cosign.simplesigning.v1+json',
  dsse: 'application/vnd.dsse.envelope.v1+json',
} as const;

/**
 * Puts a signature or an attestation beside an image as cosign up to version 2 does: one more layer of the manifest below the tag
 * `sha256-….sig` or `.att` (cosign, specs/SIGNATURE_SPEC.md). What others put there meanwhile stays.
 *
 * @param predicateType what an attestation states; none for a signature
 * @returns the manifest that holds it
 * @throws `registry-failed` if something else has the tag, and what pushing throws
 */
export async function writeCosign(
  repository: Repository,
  subject: Digest,
  signed: Signed,
  predicateType?: string,
): Promise<Descriptor> {
  const { content, signature } = signed;
  if (content.kind === 'artifact') throw new Error('the signature of a file has no place beside an image');
  const bytes =
    content.kind === 'payload' ? content.bytes : Buffer.from(JSON.stringify(envelopeOf(content, signature)));
  const layer = await pushBytes(repository, layerTypes[content.kind], bytes);
  const annotations = annotationsOf(signed, predicateType);
  const own = { mediaType: layer.mediaType, digest: layer.digest, size: layer.size, annotations };
  const suffix = content.kind === 'payload' ? 'sig' : 'att';
  const tag = `${algorithmOf(subject)}-${hexOf(subject)}.${suffix}`;
  // What was seen there once is put back if a slower writer, who had not seen it, drops it.
  const seen = new Map<string, unknown>([[idOf(own), own]]);
  return updateTag(repository.transport, repository.name, tag, async (current) => {
    const there = current === undefined ? [] : layersOf(current.bytes, tag);
    // The same signature with more to prove it takes the place of the one with less.
    const layers = there.map((one) => (idOf(one) === idOf(own) && isLess(one, own) ? own : one));
    const missing = new Map(seen);
    for (const written of layers) {
      seen.set(idOf(written), written);
      missing.delete(idOf(written));
    }
    if (missing.size === 0 && layers.every((one, index) => one === there[index])) return undefined;
    return manifestOf(repository, [...layers, ...missing.values()]);
  });
}

/** Layers are the same if they say the same and are signed the same. */
function idOf(layer: unknown): string {
  const written = asObject(layer);
  const annotations = asObject(written?.['annotations']);
  return `${asText(written?.['digest'])} ${asText(annotations?.['dev.cosignproject.cosign/signature'])}`;
}

/** Whether a layer lacks something that another one says about the same signature. */
function isLess(layer: unknown, than: { readonly annotations: JsonObject }): boolean {
  const annotations = asObject(asObject(layer)?.['annotations']) ?? {};
  return Object.keys(than.annotations).some((name) => annotations[name] === undefined);
}

function layersOf(bytes: Buffer, tag: string): readonly unknown[] {
  const manifest = asObject(parseJson(bytes));
  if (manifest === undefined || !Array.isArray(manifest['layers'])) {
    throw imageError('registry-failed', `the tag ${tag} has no list of signatures, but something else`, {
      hint: 'remove that tag, which is kept for signatures',
    });
  }
  return asList(manifest['layers']);
}

/** The manifest, with the configuration that cosign writes: nobody reads it, but registries want one of an image. */
async function manifestOf(repository: Repository, layers: readonly unknown[]) {
  const configuration = {
    architecture: '',
    created: '0001-01-01T00:00:00Z',
    history: layers.map(() => ({ created: '0001-01-01T00:00:00Z' })),
    os: '',
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => asText(asObject(layer)?.['digest'])) },
    config: {},
  };
  const { digest, size } = await pushBytes(
    repository,
    mediaTypes.ociConfig,
    Buffer.from(JSON.stringify(configuration)),
  );
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, size, digest },
    layers,
  };
  return { mediaType: mediaTypes.ociManifest, bytes: Buffer.from(JSON.stringify(manifest)) };
}

function annotationsOf(
  { content, signature, signer, log, timestamps }: Signed,
  predicateType: string | undefined,
): JsonObject {
  const [entry] = log;
  const [timestamp] = timestamps;
  return {
    // An attestation has its signature in the envelope.
    'dev.cosignproject.cosign/signature': content.kind === 'dsse' ? '' : signature.toString('base64'),
    ...(predicateType === undefined ? {} : { predicateType }),
    ...(signer.kind === 'key'
      ? {}
      : {
          'dev.sigstore.cosign/certificate': pem(signer.leaf),
          'dev.sigstore.cosign/chain': signer.intermediates.map(pem).join(''),
        }),
    ...(entry?.promise === undefined
      ? {}
      : { 'dev.sigstore.cosign/bundle': JSON.stringify(rekorBundle(entry, entry.promise)) }),
    ...(timestamp === undefined
      ? {}
      : {
          'dev.sigstore.cosign/rfc3161timestamp': JSON.stringify({
            SignedRFC3161Timestamp: timestamp.der.toString('base64'),
          }),
        }),
  };
}

function rekorBundle({ body, integratedTime, index, logId }: LogEntry, promise: Buffer): object {
  return {
    SignedEntryTimestamp: promise.toString('base64'),
    Payload: {
      body: body.toString('base64'),
      integratedTime,
      logIndex: Number(index),
      logID: logId.toString('hex'),
    },
  };
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
