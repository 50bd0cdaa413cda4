import { asObject, asTexts, parseJson } from '#kit/narrow.ts';
import { registryLimits } from './limits.ts';
import { readBounded } from './manifests.ts';
import type { Transport } from './transport.ts';

/**
 * Tags of a repository that begin with a text (OCI distribution specification, "Listing Tags"). One small page is asked for, which
 * begins where such tags are; registries that know no pages give them all.
 *
 * @throws `registry-not-found`, `manifest-too-large` where there are too many, and what {@link Transport.request} throws
 */
export async function listTags(transport: Transport, repository: string, prefix: string): Promise<readonly string[]> {
  // The last tag of the page before is the latest text that is not yet one of them.
  const query = new URLSearchParams({ n: String(registryLimits.tags), last: prefix.slice(0, -1) });
  const answer = await transport.request({
    method: 'GET',
    repository,
    path: `tags/list?${query.toString()}`,
    expect: [200],
    what: 'the list of tags',
    isSmall: true,
  });
  const list = asObject(parseJson(await readBounded(answer, registryLimits.tagBytes)));
  return asTexts(list?.['tags']).filter((tag) => tag.startsWith(prefix));
}
