import type { Digest } from '#kit/digest.ts';
import { isIndexType, isManifestType, type Descriptor } from '#image/manifest.ts';
import type { Reference } from '#image/reference.ts';
import type { Store } from '#image/store.ts';
import { fetchBlob } from './blobs.ts';
import { fetchManifest, requireManifest, type FetchedManifest } from './manifests.ts';
import { listReferrers } from './referrers.ts';
import { listTags } from './tags.ts';
import type { Transport } from './transport.ts';

/**
 * One repository of a registry as a store, with the image that `reference` means as its root: what the digest names if there
 * is one, else what the tag means at the first question, once for all. Closing the store closes the transport.
 */
export function registryStore(transport: Transport, { repository, tag, digest }: Reference): Store {
  const fetched = new Map<Digest, Buffer>();
  let root: Promise<Descriptor> | undefined;

  /** A manifest that was looked up is usually read next. */
  function keep({ descriptor, bytes }: FetchedManifest): Descriptor {
    fetched.set(descriptor.digest, bytes);
    const [oldest] = fetched.keys();
    if (fetched.size > mostKept && oldest !== undefined) fetched.delete(oldest);
    return descriptor;
  }

  return {
    root() {
      root ??= requireManifest(transport, repository, digest ?? tag ?? 'latest').then(keep);
      return root;
    },
    async *open(descriptor) {
      if (!isManifest(descriptor)) return yield* fetchBlob(transport, repository, descriptor);
      const kept = fetched.get(descriptor.digest);
      yield kept ?? (await requireManifest(transport, repository, descriptor.digest)).bytes;
    },
    referrers: (subject) => listReferrers(transport, repository, subject),
    async find(wanted) {
      const found = await fetchManifest(transport, repository, wanted);
      return found === undefined ? undefined : keep(found);
    },
    async tagged(name) {
      const found = await fetchManifest(transport, repository, name);
      return found === undefined ? undefined : keep(found);
    },
    tags: (prefix) => listTags(transport, repository, prefix),
    close() {
      transport.close();
      return Promise.resolve();
    },
  };
}

/** Each has a few megabytes at most. */
const mostKept = 4;

/** Registries keep manifests and blobs apart. */
function isManifest({ mediaType }: Descriptor): boolean {
  return isManifestType(mediaType) || isIndexType(mediaType) || otherManifests.includes(mediaType);
}

const otherManifests: readonly string[] = [
  'application/vnd.oci.artifact.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
];
