import type { Digest } from '#kit/digest.ts';
import { mapConcurrently } from '#kit/concurrency.ts';
import { BullaError } from '#kit/error.ts';
import { asObject, asText, asTextMap, parseJson } from '#kit/narrow.ts';
import { imageError } from '#image/errors.ts';
import { descriptor, type Descriptor } from '#image/manifest.ts';
import { registryLimits } from './limits.ts';
import { pushManifest, type OutgoingManifest } from './push-manifest.ts';
import { fetchManifest } from './manifests.ts';
import { listReferrers, listReferrersByApi, referrersTag } from './referrers.ts';
import { addingTo } from './referrers-index.ts';
import type { Transport } from './transport.ts';
import { updateTag } from './update-tag.ts';

/** A manifest that now refers to its subject. */
export interface Attached {
  /** As it stands in lists of referrers. */
  readonly descriptor: Descriptor;
  /** Whether the registry lists it by itself, or a tag had to be maintained. */
  readonly by: 'api' | 'tag';
}

/**
 * Puts a manifest that has a `subject` into a repository, and sees to it that it is found among the referrers of that (OCI
 * distribution specification, "Pushing Manifests with Subject"): by the API if the registry has it, else by the tag that
 * clients maintain in its place. Others who attach at the same moment lose nothing, and to attach the same again changes
 * nothing. What the manifest refers to must be there before; its subject need not.
 *
 * @throws `manifest-invalid` if it has no subject; `registry-write-lost` if the registry took it, but does not list it, or
 * others do not stop writing the tag; `registry-failed` if something else has that tag; and as {@link pushManifest}
 *
 * @example
 * await pushBlob(transport, 'app', bundle.descriptor, bundle.bytes);
 * await attachReferrer(transport, 'app', { mediaType: mediaTypes.ociManifest, bytes });
 */
export async function attachReferrer(
  transport: Transport,
  repository: string,
  manifest: OutgoingManifest,
): Promise<Attached> {
  const { subject, artifactType, annotations } = readReferrer(manifest);
  const pushed = await pushManifest(transport, repository, manifest);
  const listed: Descriptor = { ...pushed.descriptor, artifactType, annotations };
  const isCounted = pushed.subject === subject;
  if (await isListed(transport, repository, subject, listed, isCounted)) return { descriptor: listed, by: 'api' };
  await addBelowTag(transport, repository, subject, listed);
  return { descriptor: listed, by: 'tag' };
}

/**
 * Adds a referrer to the index below the tag. Garbage collection that knows no referrers removes what only that index names, and
 * then registries refuse the index, because of entries that lead nowhere: those are left out.
 */
async function addBelowTag(
  transport: Transport,
  repository: string,
  subject: Digest,
  listed: Descriptor,
): Promise<void> {
  const tag = referrersTag(subject);
  try {
    await updateTag(transport, repository, tag, addingTo(transport, subject, listed));
  } catch (error) {
    if (!(error instanceof BullaError) || error.code !== 'registry-write-lost') throw error;
    const gone = await findGone(transport, repository, await listReferrers(transport, repository, subject));
    if (gone.size === 0) throw error;
    await updateTag(transport, repository, tag, addingTo(transport, subject, listed, gone));
  }
}

/** So many are asked about at once. */
const atOnce = 8;

/** Those of a list that the registry does not have. */
async function findGone(
  transport: Transport,
  repository: string,
  listed: readonly Descriptor[],
): Promise<ReadonlySet<Digest>> {
  const found = await mapConcurrently(listed, atOnce, async ({ digest }) =>
    (await fetchManifest(transport, repository, digest)) === undefined ? [digest] : [],
  );
  return new Set(found.flat());
}

/** What of a manifest stands in lists of referrers, after "Listing Referrers". */
function readReferrer({ mediaType, bytes }: OutgoingManifest) {
  const body = asObject(parseJson(bytes));
  if (body?.['subject'] === undefined) {
    throw imageError('manifest-invalid', `the manifest of type ${mediaType} has no subject to be attached to`);
  }
  const own = asText(body['artifactType']) ?? '';
  return {
    subject: descriptor(body['subject'], 'subject').digest,
    artifactType: own === '' ? asText(asObject(body['config'])?.['mediaType']) : own,
    annotations: asTextMap(body['annotations']),
  };
}

/**
 * Whether the registry itself lists a referrer. Some do so without the header that announces it; one that did announce it is
 * given time, but a gateway before it may still hide the API.
 */
async function isListed(
  transport: Transport,
  repository: string,
  subject: Digest,
  { digest }: Descriptor,
  isCounted: boolean,
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const found = await listReferrersByApi(transport, repository, subject);
    if (found?.some((entry) => entry.digest === digest) === true) return true;
    if (found === undefined || !isCounted) return false;
    if (attempt >= registryLimits.readBacks) {
      throw imageError(
        'registry-write-lost',
        `${transport.host} took ${digest}, but does not list it with ${subject}`,
        {
          hint: 'its list may be late; try again',
        },
      );
    }
    await transport.rest(attempt);
  }
}
