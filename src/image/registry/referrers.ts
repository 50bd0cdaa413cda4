import { algorithmOf, hexOf, type Digest } from '#kit/digest.ts';
import { imageError } from '#image/errors.ts';
import { imageLimits } from '#image/limits.ts';
import { isIndexType, mediaTypes, parseManifest, type Descriptor } from '#image/manifest.ts';
import type { Answer } from './exchange.ts';
import { registryLimits } from './limits.ts';
import { fetchManifest, mediaTypeOf, readBounded } from './manifests.ts';
import type { Transport } from './transport.ts';

/**
 * What refers to a manifest (OCI distribution specification, "Listing Referrers"): by the API where a registry has it, else
 * by the tag that clients maintain in its place. The descriptors are as the registry has them; those below the tag were
 * written by clients, and their artifact types are often wrong or missing.
 *
 * @param artifactType only those of this type
 * @throws `registry-failed` if there are more than can be listed, because a list that is cut off may lack what counts;
 * `manifest-invalid`, and what {@link Transport.request} throws
 */
export async function listReferrers(
  transport: Transport,
  repository: string,
  subject: Digest,
  artifactType?: string,
): Promise<readonly Descriptor[]> {
  const byTag = () => listByTag(transport, repository, subject);
  // What the tag says counts only where there is no API; asked for together, it costs no time.
  const ahead = keepsByTag.has(transport) ? byTag() : undefined;
  ahead?.catch(() => undefined);
  const byApi = await listReferrersByApi(transport, repository, subject, artifactType);
  const found = byApi ?? (await (ahead ?? byTag()));
  if (byApi === undefined && found.length > 0) keepsByTag.add(transport);
  // Registries need not filter, and the tag cannot.
  return artifactType === undefined ? found : found.filter((entry) => entry.artifactType === artifactType);
}

/** Registries in which lists were found below tags. */
const keepsByTag = new WeakSet<Transport>();

/** The same by the API alone: nothing if the registry does not know it; not knowing the subject is an empty list. */
export async function listReferrersByApi(
  transport: Transport,
  repository: string,
  subject: Digest,
  artifactType?: string,
): Promise<Descriptor[] | undefined> {
  const found: Descriptor[] = [];
  const filter = artifactType === undefined ? '' : `?${new URLSearchParams({ artifactType }).toString()}`;
  let path: string | undefined = `referrers/${subject}${filter}`;
  for (let page = 0; path !== undefined; page++) {
    const answer: Answer = await transport.request({
      method: 'GET',
      repository,
      path,
      headers: { accept: mediaTypes.ociIndex },
      expect: page === 0 ? [200, ...unknownApi] : [200],
      what: `the referrers of ${subject}`,
      isSmall: true,
      redirects: false,
    });
    const isList = answer.status === 200 && mediaTypeOf(answer) === mediaTypes.ociIndex;
    if (!isList && page === 0) {
      answer.discard();
      return undefined;
    }
    const list = parseManifest(await readBounded(answer, imageLimits.indexBytes), mediaTypes.ociIndex);
    if (list.kind === 'index') found.push(...list.manifests);
    path = nextPage(answer, repository, subject);
    const goesOnTooLong = path !== undefined && page + 1 >= registryLimits.referrerPages;
    if (goesOnTooLong || found.length > registryLimits.referrers) throw tooMany(transport, subject);
  }
  return found;
}

/** How registries without the API answer; a redirect leads away from the API, at GitHub's to a page for people. */
const unknownApi = [301, 302, 303, 307, 308, 400, 404, 405, 406, 501];

/** The tag that clients maintain where there is no API (OCI distribution specification, "Referrers Tag Schema"). */
export function referrersTag(subject: Digest): string {
  return `${algorithmOf(subject)}-${hexOf(subject).slice(0, 64)}`;
}

async function listByTag(transport: Transport, repository: string, subject: Digest): Promise<readonly Descriptor[]> {
  const found = await fetchManifest(transport, repository, referrersTag(subject));
  // Some registries take the tag for the digest and give the subject itself, whose parts do not refer to it.
  if (found === undefined || found.descriptor.digest === subject || !isIndexType(found.descriptor.mediaType)) return [];
  const list = parseManifest(found.bytes, found.descriptor.mediaType);
  if (list.kind !== 'index') return [];
  if (list.manifests.length > registryLimits.referrers) throw tooMany(transport, subject);
  return list.manifests;
}

/** The next page as the `Link` header names it (RFC 8288); only its query is taken, so that it leads nowhere else. */
function nextPage({ headers, url }: Answer, repository: string, subject: Digest): string | undefined {
  // Node gives a header that it does not know as text, and repeated ones joined.
  const link = String(headers['link'] ?? '').slice(0, 8192);
  const links = [...link.matchAll(/<([^<>]*)>([^<>]*)/g)];
  const named = links.find(([, , parameters = '']) => /;\s*rel\s*=\s*"?next\b/i.test(parameters))?.[1];
  if (named === undefined) return undefined;
  const next = URL.parse(named, url.href);
  if (next?.origin !== url.origin || next.pathname !== `/v2/${repository}/referrers/${subject}`) {
    throw imageError('registry-failed', `${url.host} continues its list of referrers somewhere else`, {
      hint: 'the registry, or a gateway before it, is set up wrongly or hostile',
    });
  }
  return `referrers/${subject}${next.search}`;
}

export function tooMany({ host }: Transport, subject: Digest) {
  return imageError('registry-failed', `${host} lists more than ${registryLimits.referrers} referrers of ${subject}`, {
    hint: 'remove old signatures and attestations; a list that is cut off could hide the one that counts',
  });
}
