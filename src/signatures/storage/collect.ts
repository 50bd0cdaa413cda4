import { algorithmOf, hexOf, parseDigest, type Digest } from '#kit/digest.ts';
import { mapConcurrently } from '#kit/concurrency.ts';
import { BullaError, messageOf } from '#kit/error.ts';
import { isManifestType, type Descriptor } from '#image/manifest.ts';
import { readChecked, readManifest, type Store } from '#image/store.ts';
import { bundleLimit } from '#signatures/bundle/read-bundle.ts';
import { refuse } from '#signatures/refusal.ts';
import { storageFormats } from './formats/index.ts';
import type { Stored } from './stored.ts';

/** Tags that cosign keeps signatures, attestations and SBOMs of an image under, in the image's own repository. */
export const tagSuffixes = ['sig', 'att', 'sbom'] as const;

/** Signatures of one image; there are never as many, and each costs two requests. */
const mostManifests = 500;
const atOnce = 8;

/**
 * Everything beside an image that says to vouch for it, in all formats at once: below cosign's tags, and whatever refers to it.
 * What cannot be read is among it, and hides nothing.
 *
 * @throws what the store throws where it cannot be asked: then nothing is known
 */
export async function collectStored(store: Store, subject: Digest): Promise<readonly Stored[]> {
  const [found, within] = await Promise.all([findManifests(store, subject), findInIndex(store, subject)]);
  return [...(await readAll(store, found)), ...(await readAll(store, within))];
}

async function readAll(store: Store, found: readonly FoundManifest[]): Promise<readonly Stored[]> {
  const read = await mapConcurrently(found.slice(0, mostManifests), atOnce, (one) => readStored(store, one));
  return [...read.flat(), ...found.slice(mostManifests).map(tooMany)];
}

/** BuildKit puts what it says of its builds among the images of their index. */
const attestationType = { name: 'vnd.docker.reference.type', value: 'attestation-manifest' } as const;

/** And names the image that it is about. */
const aboutName = 'vnd.docker.reference.digest';

/** Claims among the images of an index, if the subject is one. */
async function findInIndex(store: Store, subject: Digest): Promise<readonly FoundManifest[]> {
  const descriptor = await store.find?.(subject);
  if (descriptor === undefined || isManifestType(descriptor.mediaType)) return [];
  const manifest = await readManifest(store, descriptor).catch(unfetched);
  if ('refused' in manifest || manifest.kind !== 'index') return [];
  return manifest.manifests
    .filter(({ annotations }) => annotations[attestationType.name] === attestationType.value)
    .map((one) => ({ descriptor: one, about: parseDigest(one.annotations[aboutName]) }));
}

interface FoundManifest {
  readonly descriptor: Descriptor;
  readonly tag?: string;
  /** The image that it is about, where the place does not say so. */
  readonly about?: Digest;
}

async function findManifests(store: Store, subject: Digest): Promise<readonly FoundManifest[]> {
  const names = tagSuffixes.map((suffix) => `${algorithmOf(subject)}-${hexOf(subject)}.${suffix}`);
  const [referrers, ...tagged] = await Promise.all([
    store.referrers?.(subject) ?? [],
    ...names.map(async (tag) => {
      const descriptor = await store.tagged?.(tag);
      return descriptor === undefined ? undefined : { descriptor, tag };
    }),
  ]);
  const all = [...tagged.filter((one) => one !== undefined), ...referrers.map((descriptor) => ({ descriptor }))];
  // The same manifest may be found both ways.
  return [...new Map(all.toReversed().map((one) => [one.descriptor.digest, one])).values()].toReversed();
}

async function readStored(store: Store, { descriptor, tag, about }: FoundManifest): Promise<readonly Stored[]> {
  const fetch = async (wanted: Descriptor) => {
    try {
      return await readChecked(store, wanted, bundleLimit, 'the signature');
    } catch (error) {
      return unfetched(error);
    }
  };
  const manifest = await readManifest(store, descriptor).catch(unfetched);
  if ('refused' in manifest) return [unreadable(descriptor, tag, manifest)];
  if (manifest.kind === 'index') return [];
  const format = storageFormats.find((candidate) => candidate.holds(manifest));
  if (format === undefined) return [];
  const contents = await format.read(manifest, fetch);
  return contents.map((content) => ({
    format: format.name,
    manifest: descriptor.digest,
    tag,
    content: content.kind === 'claim' && about !== undefined ? { ...content, about } : content,
  }));
}

/** One that is gone or damaged is reported, each as what it is; a place that cannot be asked at all is an error. */
function unfetched(error: unknown) {
  const isFatal = error instanceof BullaError && fatal.includes(error.code);
  if (isFatal || !(error instanceof BullaError)) throw error;
  if (gone.includes(error.code))
    return refuse('evidence-missing', `it is listed, and is not there: ${messageOf(error)}`);
  return refuse(error.code.endsWith('too-large') ? 'format-too-large' : 'format-invalid', messageOf(error));
}

/** How places say that they do not have what they list: a registry whose garbage collection knows no referrers, a layout with holes. */
const gone: readonly string[] = ['registry-not-found', 'source-unreadable'];

const fatal: readonly string[] = [
  'registry-unreachable',
  'registry-unauthorized',
  'registry-denied',
  'registry-rate-limited',
  'registry-failed',
];

function unreadable(descriptor: Descriptor, tag: string | undefined, refusal: ReturnType<typeof refuse>): Stored {
  return { format: 'unknown', manifest: descriptor.digest, tag, content: { kind: 'unreadable', refusal } };
}

function tooMany({ descriptor, tag }: FoundManifest): Stored {
  const refusal = refuse('format-too-large', `more than ${mostManifests} manifests refer to the image`);
  return unreadable(descriptor, tag, refusal);
}
