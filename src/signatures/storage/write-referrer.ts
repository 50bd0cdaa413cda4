import type { Descriptor } from '#image/manifest.ts';
import { mediaTypes } from '#image/manifest.ts';
import { attachReferrer } from '#image/registry/attach-referrer.ts';
import { bundleType, writeBundle } from '#signatures/bundle/write-bundle.ts';
import type { Signed } from '#signatures/signed.ts';
import { pushBytes, type Repository } from './repository.ts';

const emptyType = 'application/vnd.oci.empty.v1+json';

/** Puts a bundle beside an image, as a referrer (cosign, specs/BUNDLE_SPEC.md). @returns the manifest that holds it */
export async function writeReferrer(
  repository: Repository,
  subject: Descriptor,
  signed: Signed,
  predicateType: string,
  created: Date,
): Promise<Descriptor> {
  const layer = await pushBytes(repository, bundleType, Buffer.from(writeBundle(signed)));
  const config = await pushBytes(repository, emptyType, Buffer.from('{}'));
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType: bundleType,
    config: written(config),
    layers: [written(layer)],
    subject: written(subject),
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': predicateType,
      'org.opencontainers.image.created': `${created.toISOString().slice(0, 19)}Z`,
    },
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const { descriptor } = await attachReferrer(repository.transport, repository.name, {
    mediaType: mediaTypes.ociManifest,
    bytes,
  });
  return descriptor;
}

function written({ mediaType, digest, size }: Descriptor): object {
  return { mediaType, digest, size };
}
