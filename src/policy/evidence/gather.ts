import { asObject, parseJson, type JsonObject } from '#kit/narrow.ts';
import { parseConfig } from '#image/config.ts';
import { imageError } from '#image/errors.ts';
import { imageLimits } from '#image/limits.ts';
import { isIndexType, manifestLimit, parseManifest, type Descriptor } from '#image/manifest.ts';
import { chooseManifest } from '#image/image.ts';
import type { Platform } from '#image/platform.ts';
import type { Reference } from '#image/reference.ts';
import { readChecked, type Store } from '#image/store.ts';
import type { Report } from '#documents/report.ts';
import { collectStored } from '#signatures/storage/collect.ts';
import type { Stored } from '#signatures/storage/stored.ts';
import type { Described, Evidence, Resolved } from './evidence.ts';

/** How the places are reached in which evidence is. */
export interface Access {
  readonly platform: Platform;
  /** Opens the repository of an image, to be asked for what the reference means. It is closed when the answer is there. */
  open(reference: Reference): Store | Promise<Store>;
  /** Looks at an image by its digest. */
  scan(reference: Reference): Promise<Report>;
}

/** Gathers the evidence of an image, each part when it is asked for, and once. */
export function gatherEvidence(reference: Reference, access: Access): Evidence {
  const resolve = once(() => withStore(access, reference, resolveIn));
  const pinned = async () => ({ ...reference, digest: (await resolve()).digest });
  const elsewhere = new Map<string, Promise<readonly Stored[]>>();
  return {
    reference,
    resolve,
    describe: once(async () => withStore(access, await pinned(), (store) => describe(store, access.platform))),
    stored: (repository = `${reference.host}/${reference.repository}`) => {
      const known = elsewhere.get(repository);
      if (known !== undefined) return known;
      const found = pinned().then((wanted) => storedAt(wanted, repository, access));
      elsewhere.set(repository, found);
      return found;
    },
    scan: once(async () => access.scan(await pinned())),
  };
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}

async function withStore<T>(access: Access, reference: Reference, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await access.open(reference);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function resolveIn(store: Store): Promise<Resolved> {
  const { digest, mediaType } = await store.root();
  return { digest, isIndex: isIndexType(mediaType) };
}

function storedAt(reference: Reference, repository: string, access: Access): Promise<readonly Stored[]> {
  const [host = '', ...path] = repository.split('/');
  const { digest } = reference;
  if (digest === undefined) return Promise.resolve([]);
  return withStore(access, { host, repository: path.join('/'), digest }, (store) => collectStored(store, digest));
}

async function describe(store: Store, platform: Platform): Promise<Described> {
  const root = await store.root();
  const { descriptor } = await chooseManifest(store, root, platform);
  const index = descriptor.digest === root.digest ? undefined : await readRaw(store, root);
  const { raw, parsed } = await readRaw(store, descriptor);
  if (parsed.kind === 'index') throw imageError('manifest-invalid', `${descriptor.digest} is an index within an index`);
  const config = await readChecked(store, parsed.config, imageLimits.manifestBytes, 'the configuration');
  return {
    manifest: parsed,
    config: parseConfig(config),
    index: index?.parsed.kind === 'index' ? index.parsed : undefined,
    raw: { manifest: raw, config: asObject(parseJson(config)) ?? {}, index: index?.raw },
  };
}

async function readRaw(
  store: Store,
  descriptor: Descriptor,
): Promise<{ readonly raw: JsonObject; readonly parsed: ReturnType<typeof parseManifest> }> {
  const bytes = await readChecked(store, descriptor, manifestLimit(descriptor.mediaType), 'the manifest');
  return { raw: asObject(parseJson(bytes)) ?? {}, parsed: parseManifest(bytes, descriptor.mediaType) };
}
