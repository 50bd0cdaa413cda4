import { imageError } from '#image/errors.ts';
import type { Descriptor } from '#image/manifest.ts';
import { registryLimits } from './limits.ts';
import { fetchManifest, type FetchedManifest } from './manifests.ts';
import { putManifest, type OutgoingManifest } from './push-manifest.ts';
import type { Transport } from './transport.ts';

/**
 * Adds to what a tag has, beside others who do the same. Registries know no lock, and hardly any heeds `If-Match`; whoever
 * writes last wins. So what was written is read back after a while in which everybody who had read the state before must have
 * written too, and is written again until it stays.
 *
 * @param amend Gets what the tag has now, and gives what it should have; nothing if everything is there. It is called several
 * times. To put back what others lose in the same way, let it add all that it has seen before.
 * @returns what the tag has in the end
 * @throws `registry-write-lost` if others do not stop writing; what `amend` throws; and as `pushManifest`
 */
export async function updateTag(
  transport: Transport,
  repository: string,
  tag: string,
  amend: (current: FetchedManifest | undefined) => OutgoingManifest | undefined | Promise<OutgoingManifest | undefined>,
): Promise<Descriptor> {
  let settling: number = registryLimits.settling;
  let isConditional = true;
  let refused: string | undefined;
  for (let writes = 1; ; writes++) {
    const began = transport.now();
    const current = await fetchManifest(transport, repository, tag);
    const next = await amend(current);
    if (next === undefined && current !== undefined) return current.descriptor;
    if (next === undefined) throw new Error('nothing is to be written where nothing is');
    // Refused, but not because of a change: the condition is not understood.
    if (refused !== undefined && refused === current?.etag) isConditional = false;
    const ifMatch = isConditional ? strong(current?.etag) : undefined;
    if (writes > registryLimits.tagWrites) throw lost(repository, tag);
    const { isWritten } = await putManifest(transport, repository, next, { tag, ifMatch });
    refused = isWritten ? undefined : ifMatch;
    if (!isWritten) {
      await transport.rest(writes);
      continue;
    }
    // Those who are further away need longer; the more there are, the further apart they should come back.
    settling = Math.min(registryLimits.longestBackoff, Math.max(settling, 2 * (transport.now() - began)));
    await transport.pause(settling * Math.min(writes, 4));
  }
}

function lost(repository: string, tag: string) {
  return imageError('registry-write-lost', `what was written to the tag ${tag} of ${repository} does not stay there`, {
    hint: 'many others write the same tag at this moment; try again',
  });
}

/** A weak one never matches (RFC 9110, section 13.1.1). */
function strong(etag: string | undefined): string | undefined {
  return etag !== undefined && /^"[\x21\x23-\x7e]{0,256}"$/.test(etag) ? etag : undefined;
}
