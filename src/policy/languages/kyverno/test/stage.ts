import { digestOf, parseDigest } from '#kit/digest.ts';
import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { parseConfig } from '#image/config.ts';
import { mediaTypes, parseManifest } from '#image/manifest.ts';
import { formatReference, parseReference } from '#image/reference.ts';
import type { Evidence } from '#policy/evidence/evidence.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import type { WrittenContextImages } from './test-file.ts';

/** The world as a test sets it up: objects of its files, and what it says of images. Whatever else is asked is asked of the real one. */
export function stage(real: Surroundings, objects: readonly JsonObject[], images: WrittenContextImages): Surroundings {
  const known = new Map(images.map((one) => [formatReference(parseReference(one.image)), one]));
  return {
    ...real,
    evidenceOf: (reference) => {
      const said = known.get(formatReference(reference));
      return said === undefined ? real.evidenceOf(reference) : evidenceOfSaid(said, real.evidenceOf(reference));
    },
    resources: {
      get: async (wanted) => objects.find((one) => isNamed(one, wanted)) ?? (await real.resources.get(wanted)),
      list: async (wanted) => {
        const { kind, namespace } = wanted;
        const staged = objects.filter(
          (one) => one['kind'] === kind && (namespace === undefined || namespaceOf(one) === namespace),
        );
        return [...staged, ...(await real.resources.list(wanted))];
      },
    },
  };
}

function isNamed(
  object: JsonObject,
  wanted: { readonly kind: string; readonly namespace?: string; readonly name: string },
) {
  const { kind, namespace, name } = wanted;
  const isPlace = namespace === undefined || namespace === '' || namespaceOf(object) === namespace;
  return object['kind'] === kind && asText(asObject(object['metadata'])?.['name']) === name && isPlace;
}

/** The namespace of an object of a file, where there may be none: then it is put into the default one. */
export function namespaceOf(object: JsonObject): string {
  return asText(asObject(object['metadata'])?.['namespace']) ?? 'default';
}

function evidenceOfSaid(said: WrittenContextImages[number], real: Evidence): Evidence {
  const rawConfig: JsonObject = said.config ?? {};
  const config = { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] }, ...rawConfig };
  const configBytes = Buffer.from(JSON.stringify(config));
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, digest: digestOf(configBytes), size: configBytes.length },
    layers: [],
    ...said.manifest,
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const digest = parseDigest(said.digest) ?? digestOf(bytes);
  return {
    ...real,
    resolve: () => Promise.resolve({ digest, isIndex: said.imageIndex !== undefined }),
    describe: () => {
      const parsed = parseManifest(bytes, mediaTypes.ociManifest);
      if (parsed.kind === 'index') return real.describe();
      const raw = { manifest, config: rawConfig, index: said.imageIndex };
      return Promise.resolve({ manifest: parsed, config: parseConfig(configBytes), raw });
    },
  };
}
