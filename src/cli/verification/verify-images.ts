import type { CliProcess } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import type { Settings } from '#cli/settings.ts';
import { isIndexType, type Index } from '#image/manifest.ts';
import { formatReference, parseReference, type Reference } from '#image/reference.ts';
import { isInRegistry, openSource } from '#image/sources/index.ts';
import { openRepository } from '#image/sources/registry.ts';
import { readManifest, type Store } from '#image/store.ts';
import { mapConcurrently } from '#kit/concurrency.ts';
import type { Digest } from '#kit/digest.ts';
import { within } from '#kit/error.ts';
import { judgeStored, type Demand } from '#signatures/judge.ts';
import { refuse } from '#signatures/refusal.ts';
import { collectStored } from '#signatures/storage/collect.ts';
import { findLost } from '#signatures/storage/find-lost.ts';
import { verificationOf, type VerifiedEntry, type Verification } from '#signatures/verification.ts';

export interface VerifyOptions {
  /** How many different signers there must be. */
  readonly signers: number;
  /** Whether every image of an index must be signed too. */
  readonly recursive: boolean;
  /** Whether the image of one platform is meant, and not the index that it is chosen from. */
  readonly onePlatform: boolean;
  /** Does work once for all who ask with the same key; by default each does it for themselves. */
  readonly share?: Share;
}

type Share = (key: string, work: () => Promise<Verification>) => Promise<Verification>;

/**
 * Verifies an image where it is. What is verified is what its name means: the index if it is one, because that is what is run by
 * name; its images are covered by it, and verified by themselves if that is asked for. Whoever names a platform means that image.
 */
export async function verifyImage(
  source: string,
  demand: Demand,
  options: VerifyOptions,
  { platform, registry, offline }: Settings,
  environment: CliProcess['env'],
): Promise<Verification> {
  // What is in a registry is verified as what it is, also where it has nothing for this machine, or is no image.
  if (isInRegistry(source) && !options.onePlatform) {
    const name = source.replace(/^registry:(?!\d)/, '');
    return verifyNamed(openRepository(name, { registry, offline, environment }), demand, options);
  }
  const image = await openSource(source, { platform, registry, offline, environment });
  try {
    const { store, digest } = image;
    if (store === undefined || digest === undefined) {
      throw cliError('usage', `${source} has no signatures beside it`, {
        hint: 'name the image in its registry, or an OCI layout that was saved with its signatures',
      });
    }
    const indexDigest = options.onePlatform ? undefined : image.indexDigest;
    const root = { digest: indexDigest ?? digest, isIndex: indexDigest !== undefined };
    return await verifyRoot(image.reference, store, root, demand, options);
  } finally {
    await image.store?.close();
  }
}

async function verifyNamed(
  { reference, store }: { readonly reference: Reference; readonly store: Store },
  demand: Demand,
  options: VerifyOptions,
): Promise<Verification> {
  const name = formatReference(reference);
  try {
    const { digest, mediaType } = await within(name, () => store.root());
    return await verifyRoot(name, store, { digest, isIndex: isIndexType(mediaType) }, demand, options);
  } finally {
    await store.close();
  }
}

/** What a name means, once for all names that mean it: signatures are beside it in its repository, whatever its tags. */
async function verifyRoot(
  reference: string,
  store: Store,
  { digest, isIndex }: { readonly digest: Digest; readonly isIndex: boolean },
  demand: Demand,
  options: VerifyOptions,
): Promise<Verification> {
  const repository = repositoryOf(reference);
  const verify = async () => {
    const children = options.recursive && isIndex ? await verifyChildren(reference, store, demand, options) : [];
    return verifyDigest(reference, store, digest, demand, options, { isIndex, children });
  };
  if (options.share === undefined || repository === undefined) return verify();
  return { ...(await options.share(`${repository}@${digest}`, verify)), reference };
}

async function verifyDigest(
  reference: string,
  store: Store,
  digest: Digest,
  demand: Demand,
  { signers }: VerifyOptions,
  rest: { readonly isIndex: boolean; readonly children: readonly Verification[] },
): Promise<Verification> {
  const stored = await collectStored(store, digest);
  const judged = stored.map((one) => judgeStored(one, digest, demand, repositoryOf(reference)));
  const verification = verificationOf(reference, digest, judged, signers, rest);
  if (verification.isVerified) return verification;
  const lost = await findLost(store, digest);
  return lost.length === 0 ? verification : verificationOf(reference, digest, [...judged, ...lost], signers, rest);
}

/** The repository with its registry; none for what is in no registry. */
export function repositoryOf(reference: string): string | undefined {
  if (!isInRegistry(reference)) return undefined;
  const { host, repository } = parseReference(reference);
  return `${host}/${repository}`;
}

/** BuildKit puts its attestations among the images of an index; they are no images, and nobody signs them. */
const attestationType = 'vnd.docker.reference.type';

async function verifyChildren(
  reference: string,
  store: Store,
  demand: Demand,
  options: VerifyOptions,
): Promise<Verification[]> {
  const root = await readManifest(store, await store.root());
  const images = root.kind === 'index' ? imagesOf(root) : [];
  const name = repositoryOf(reference) ?? reference;
  return mapConcurrently(images, 4, async ({ digest }) => {
    const child = `${name}@${digest}`;
    const isGone = store.find !== undefined && (await store.find(digest)) === undefined;
    if (isGone) return verificationOf(child, digest, [goneFrom(digest)], options.signers);
    return verifyDigest(child, store, digest, demand, options, { isIndex: false, children: [] });
  });
}

/** Signatures of an image that is not there may have been left behind. */
function goneFrom(manifest: Digest): VerifiedEntry {
  const outcome = refuse('evidence-missing', 'the index lists the image, and it is not there');
  return { stored: { format: 'unknown', manifest }, outcome };
}

function imagesOf({ manifests }: Index) {
  return manifests.filter(({ annotations }) => annotations[attestationType] === undefined);
}
