import { digestOf, parseDigest, type Digest } from '#kit/digest.ts';
import { BullaError } from '#kit/error.ts';
import { imageError } from '#image/errors.ts';
import type { Descriptor } from '#image/manifest.ts';
import { bodyOf } from './body.ts';
import { registryLimits } from './limits.ts';
import { fetchManifest, rehash } from './manifests.ts';
import { printable } from './printable.ts';
import type { Transport } from './transport.ts';

/** A manifest or an index to be written: these very bytes, under this very type. */
export interface OutgoingManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** A manifest that is in a repository now. */
interface Pushed {
  readonly descriptor: Descriptor;
  /** The subject whose referrers the registry now counts it to; nothing if it does not do that. */
  readonly subject?: Digest;
}

/**
 * Puts a manifest into a repository, under its digest or a tag (OCI distribution specification, "Pushing Manifests"), and
 * reads it back: only what is there under that name has been pushed. What it refers to must be there before.
 *
 * @throws `digest-mismatch` if the registry stored something else; `registry-write-lost` if it says that it stored it, but
 * does not have it; `registry-write-denied` and what else {@link Transport.request} throws; `manifest-invalid` and
 * `reference-invalid` for a type and a tag that cannot be sent
 */
export async function pushManifest(
  transport: Transport,
  repository: string,
  manifest: OutgoingManifest,
  tag?: string,
): Promise<Pushed> {
  const digest = digestOf(manifest.bytes);
  const name = tag ?? digest;
  const { subject } = await putManifest(transport, repository, manifest, { tag });
  for (let attempt = 1; ; attempt++) {
    const found = await fetchManifest(transport, repository, name);
    if (found?.descriptor.digest === digest) break;
    if (attempt >= registryLimits.readBacks) throw lost(transport, `${repository}@${digest}`, tag, found?.descriptor);
    await transport.rest(attempt);
  }
  return {
    descriptor: { mediaType: manifest.mediaType, digest, size: manifest.bytes.length, annotations: {} },
    subject,
  };
}

interface PutOptions {
  /** Instead of the digest. */
  readonly tag?: string;
  /** Write only if the tag is still in this state (RFC 9110, section 13.1.1); not every registry heeds it. */
  readonly ifMatch?: string;
}

/** What a registry says of a manifest that it was given. */
interface Put {
  /** False if the tag was no longer in the state of `ifMatch`. */
  readonly isWritten: boolean;
  /** As in {@link Pushed}. */
  readonly subject?: Digest;
}

/** Puts a manifest under its digest or a tag, without reading it back. @throws as {@link pushManifest} */
export async function putManifest(
  transport: Transport,
  repository: string,
  { mediaType, bytes }: OutgoingManifest,
  { tag, ifMatch }: PutOptions = {},
): Promise<Put> {
  if (!/^[\x21-\x7e][\x20-\x7e]{0,254}$/.test(mediaType)) {
    throw imageError('manifest-invalid', `"${printable(mediaType, 100)}" is not a media type`);
  }
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) {
    throw imageError('reference-invalid', `"${printable(tag, 100)}" is not a tag`, {
      hint: 'a tag is up to 128 letters, digits, "_", "." and "-"',
    });
  }
  const digest = digestOf(bytes);
  const put = () =>
    transport.request({
      method: 'PUT',
      repository,
      actions: 'pull,push',
      path: `manifests/${tag ?? digest}`,
      headers: { 'content-type': mediaType, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) },
      body: bodyOf(bytes),
      expect: ifMatch === undefined ? [201] : [201, 412],
      what: tag === undefined ? `the manifest ${digest}` : `the tag ${tag}`,
      isSmall: true,
    });
  const answer = await settled(transport, put);
  answer.discard();
  if (answer.status === 412) return { isWritten: false };
  const said = parseDigest(answer.headers['docker-content-digest']);
  if (said !== undefined && said !== rehash(bytes, said)) {
    throw imageError('digest-mismatch', `${transport.host} stored the manifest ${digest} as ${said}`, {
      hint: 'push it again; if it stays so, the registry changes what it is given',
    });
  }
  return { isWritten: true, subject: parseDigest(answer.headers['oci-subject']) };
}

/** Where several push the same blob at once, it may be announced to one before it is there for all. */
async function settled<T>(transport: Transport, put: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await put();
    } catch (error) {
      const mayPass = error instanceof BullaError && error.code === 'registry-write-lost';
      if (!mayPass || attempt >= registryLimits.readBacks) throw error;
      await transport.rest(attempt);
    }
  }
}

function lost({ host }: Transport, name: string, tag: string | undefined, found: Descriptor | undefined) {
  const instead = found === undefined ? 'does not have it' : `has ${found.digest} in its place`;
  const under = tag === undefined ? '' : ` under the tag ${tag}`;
  return imageError('registry-write-lost', `${host} took ${name}${under}, but ${instead}`, {
    hint: 'somebody else may be writing the same tag; try again',
  });
}
