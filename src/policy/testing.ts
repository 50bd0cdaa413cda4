import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { digestOf, type Digest } from '#kit/digest.ts';
import type { JsonObject } from '#kit/narrow.ts';
import { imageError } from '#image/errors.ts';
import { mediaTypes, type Descriptor } from '#image/manifest.ts';
import { formatReference, parseReference, type Reference } from '#image/reference.ts';
import type { Store } from '#image/store.ts';
import { createBox } from '#signatures/box/box.ts';
import { readVerificationKey } from '#signatures/keys/verification-key.ts';
import { readTrustRoot } from '#signatures/trust/trust-root.ts';
import { gatherEvidence, type Access } from './evidence/gather.ts';
import type { AdmissionRequest, GateName, Question } from './question.ts';
import { askAbout } from './question.ts';
import type { Surroundings } from './surroundings.ts';

/** A Sigstore for tests, and when it is used. */
export const box = createBox();
const boxTrust = readTrustRoot(JSON.stringify(box.trustedRoot), 'the box');
export const signedAt = new Date('2025-06-01T12:00:00Z');
const now = new Date('2026-01-01T00:00:00Z');

/** A registry in memory: every repository on every host, with what is beside its images. */
export interface ImageWorld extends Access {
  /** Puts an image there. @param name with a tag, which then means this image @returns its digest */
  put(name: string, content?: string): Digest;
  /** Puts a bundle beside an image. @param into the repository, if not that of the image */
  attach(name: string, bundle: object, into?: string): void;
  /** Puts anything beside an image, as one layer of a manifest that refers to it. */
  attachLayer(name: string, layer: Layer): void;
  /** What was asked for, as `host/path`. */
  readonly opened: string[];
}

interface Layer {
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly artifactType?: string;
}

export function newImageWorld(): ImageWorld {
  const blobs = new Map<Digest, Buffer>();
  const tags = new Map<string, Descriptor>();
  const referrers = new Map<string, Descriptor[]>();
  const opened: string[] = [];

  function putBytes(mediaType: string, content: Buffer | object): Descriptor {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length, annotations: {} };
  }

  function putManifest(config: Descriptor, layers: readonly Descriptor[], rest: object = {}): Descriptor {
    const manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers, ...rest };
    return putBytes(mediaTypes.ociManifest, manifest);
  }

  function rootOf(reference: Reference): Descriptor {
    const { digest } = reference;
    const size = digest === undefined ? undefined : blobs.get(digest)?.length;
    const found =
      digest === undefined
        ? tags.get(formatReference(reference))
        : size === undefined
          ? undefined
          : { mediaType: mediaTypes.ociManifest, digest, size, annotations: {} };
    if (found === undefined) throw imageError('registry-not-found', `${formatReference(reference)} is not there`);
    return found;
  }

  function attachLayer(name: string, { mediaType, bytes, artifactType }: Layer, into?: string): void {
    const reference = parseReference(name);
    const subject = rootOf(reference);
    const config = putBytes('application/vnd.oci.empty.v1+json', {});
    const place = `${into ?? repositoryOf(reference)}@${subject.digest}`;
    const manifest = putManifest(config, [putBytes(mediaType, bytes)], { subject, artifactType });
    referrers.set(place, [...(referrers.get(place) ?? []), manifest]);
  }

  return {
    platform: { os: 'linux', architecture: 'amd64' },
    opened,
    put(name, content = name) {
      const rootfs = { type: 'layers', diff_ids: [] };
      const config = putBytes(mediaTypes.ociConfig, {
        os: 'linux',
        architecture: 'amd64',
        rootfs,
        config: { User: content },
      });
      const manifest = putManifest(config, []);
      tags.set(formatReference(parseReference(name)), manifest);
      return manifest.digest;
    },
    attach(name, bundle, into) {
      const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
      attachLayer(name, { mediaType, bytes: Buffer.from(JSON.stringify(bundle)) }, into);
    },
    attachLayer,
    open(reference): Store {
      opened.push(repositoryOf(reference));
      return {
        root: async () => rootOf(reference),
        async *open({ digest }) {
          const bytes = blobs.get(digest);
          if (bytes === undefined) throw imageError('registry-not-found', `${digest} is not there`);
          yield bytes;
        },
        referrers: (subject) => Promise.resolve(referrers.get(`${repositoryOf(reference)}@${subject}`) ?? []),
        close: () => Promise.resolve(),
      };
    },
    scan: () => Promise.reject(imageError('registry-failed', 'nobody looks into layers here')),
  };
}

function repositoryOf({ host, repository }: Reference): string {
  return `${host}/${repository}`;
}

/** A statement about an image; a signature, if no type is named. */
export function statementOf(image: Digest, predicateType = 'https://sigstore.dev/cosign/sign/v1'): object {
  const subject = [{ name: 'app', digest: { sha256: image.slice('sha256:'.length) } }];
  return { _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate: {} };
}

/** A key, and its public part as policies have it. */
export interface PolicyKey {
  readonly key: KeyObject;
  readonly pem: string;
}

export function newPolicyKey(): PolicyKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { key: privateKey, pem: publicKey.export({ format: 'pem', type: 'spki' }) };
}

/** Everything that a policy may ask for; what is not given is not there. */
export function surroundingsOf(
  world: Access,
  given: Partial<Surroundings> & { readonly objects?: readonly JsonObject[] } = {},
): Surroundings {
  const { objects = [], ...rest } = given;
  const known = new Map<string, ReturnType<typeof gatherEvidence>>();
  return {
    now,
    evidenceOf(reference) {
      const name = formatReference(reference);
      const evidence = known.get(name) ?? gatherEvidence(reference, world);
      known.set(name, evidence);
      return evidence;
    },
    trustRoot: () => Promise.resolve(boxTrust),
    key: (written) => Promise.resolve(readVerificationKey(written, 'the key')),
    resources: {
      get: (wanted) => Promise.resolve(objects.find((one) => isNamed(one, wanted))),
      list: ({ kind }) => Promise.resolve(objects.filter((one) => one['kind'] === kind)),
    },
    ...rest,
  };
}

function isNamed(
  object: JsonObject,
  wanted: { readonly kind: string; readonly namespace?: string; readonly name: string },
) {
  // Objects of tests are written by them.
  const metadata = object['metadata'] as { readonly name?: string; readonly namespace?: string };
  return object['kind'] === wanted.kind && metadata.name === wanted.name && metadata.namespace === wanted.namespace;
}

/** The question of a gate about images by themselves. */
export function askForImages(images: readonly string[], gate: GateName = 'check'): Question {
  return { place: { gate }, images: images.map((image) => ({ image })), imagePaths: [] };
}

/** The question of the admission gate about a pod that is to be made. */
export function askForPod(
  images: readonly string[],
  rest: Partial<AdmissionRequest> = {},
  labels: object = {},
): Question {
  const containers = images.map((image, index) => ({ name: `c${index}`, image }));
  const object: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'team', labels },
    spec: { containers },
  };
  const request: AdmissionRequest = {
    uid: '1',
    operation: 'CREATE',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    subResource: '',
    name: 'p',
    namespace: 'team',
    user: { username: 'someone', groups: [] },
    object,
    dryRun: false,
    raw: {},
    ...rest,
  };
  return askAbout(request, { gate: 'admission', namespace: request.namespace });
}
