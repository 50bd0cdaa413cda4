import { BullaError, messageOf } from '#kit/error.ts';
import { signatureError } from '#signatures/errors.ts';
import type { Patience } from '#signatures/services/request.ts';
import { openCache, type TrustCache } from './cache.ts';
import type { Cached } from './cached.ts';
import { openMirror, type FetchFile } from './mirror.ts';
import { publicGood } from './public-good.ts';
import { trustAnchor, type Trusted } from './trusted.ts';
import { update, type Wanted } from './update.ts';

/** Which instance of Sigstore is to be believed, and how its trusted root may be got. */
export interface TrustedRootOptions {
  /** The address of its TUF repository; by default the public instance's. */
  readonly mirror?: string;
  /** Root metadata to begin with, as its owner gives it out; the public instance's is built in. */
  readonly root?: string | Uint8Array;
  /** The folder in which what was verified is kept, for all instances and processes. */
  readonly cache: string;
  /** Use only what is kept, and no network whatever happens. */
  readonly offline?: boolean;
  readonly now?: Date;
  /** Milliseconds during which the mirror is not asked again; by default a day. What has expired is always renewed. */
  readonly refreshAfter?: number;
  readonly fetch?: typeof globalThis.fetch;
  readonly patience?: Patience;
}

/** What an instance of Sigstore gives out, verified. */
export interface LoadedTrustedRoot {
  /** `trusted_root.json`. */
  readonly text: string;
  /** `signing_config.v0.2.json`, if the instance has one. */
  readonly signingConfig: string | undefined;
  /** When a mirror last confirmed that there was nothing newer. */
  readonly fetchedAt: Date;
  /** Whether its time is over (only offline), so that authorities in it may have been withdrawn since. */
  readonly isStale: boolean;
  /** What did not matter this time: the mirror could not be asked, and what is kept is still good; or it could not be kept. */
  readonly problems: readonly BullaError[];
}

/**
 * Brings the trusted root of an instance of Sigstore, by The Update Framework (specification 1.0.33, §5).
 *
 * Online, nothing is used after its time. If the mirror cannot be asked, what is kept serves until then, as the specification allows
 * for whoever keeps news from us. Offline, what is kept serves without end, and `isStale` says when its time is over: to go online
 * would be worse, and to refuse would make every air-gapped machine fail a week after its last visit.
 *
 * @throws `tuf-anchor-invalid`, `tuf-not-cached`, and all that {@link update} throws
 * @example
 * const { text } = await loadTrustedRoot({ cache: join(homedir(), '.cache/bulla/tuf') });
 * const trust = readTrustRoot(text, 'trusted_root.json of Sigstore');
 */
export async function loadTrustedRoot({
  mirror = publicGood.mirror,
  root,
  cache: folder,
  offline = false,
  now = new Date(),
  refreshAfter = oneDay,
  fetch,
  patience,
}: TrustedRootOptions): Promise<LoadedTrustedRoot> {
  const anchor = anchorOf(mirror, root);
  const begin = trustAnchor(anchor);
  const cache = openCache(folder, mirror);
  const kept = (await cache.load(anchor)) ?? { trusted: begin, fetchedAt: undefined };
  const loaded = toLoaded(kept, now);
  if (offline) return loaded ?? notCached(mirror);
  if (loaded !== undefined && !loaded.isStale && isRecent(loaded.fetchedAt, now, refreshAfter)) return loaded;
  return refresh(kept, openMirror(mirror, fetch, patience), cache, now);
}

const oneDay = 86_400_000;
const trustedRoot = 'trusted_root.json';
const signingConfig = 'signing_config.v0.2.json';
const wanted: Wanted = { required: [trustedRoot], optional: [signingConfig] };

function anchorOf(mirror: string, root: string | Uint8Array | undefined): string {
  if (root !== undefined) return typeof root === 'string' ? root : Buffer.from(root).toString('utf8');
  if (mirror.replace(/\/+$/, '') === publicGood.mirror) return publicGood.root;
  throw signatureError('tuf-anchor-invalid', `nothing says whom to believe for ${mirror}`, {
    hint: 'name the root.json that the owner of the mirror gives out: TUF_ROOT_JSON=FILE',
  });
}

/** Asks the mirror. Keeps each step that was verified, even if one after it fails. */
async function refresh(kept: Cached, fetch: FetchFile, cache: TrustCache, now: Date): Promise<LoadedTrustedRoot> {
  let { trusted } = kept;
  try {
    for await (trusted of update(trusted, fetch, wanted, now));
  } catch (error) {
    const { fetchedAt } = kept;
    const unkept = trusted === kept.trusted ? [] : await keep(cache, { trusted, fetchedAt });
    const served = isOutage(error) ? toLoaded({ trusted, fetchedAt }, now) : undefined;
    if (served === undefined || served.isStale) throw error;
    return { ...served, problems: [...unkept, ...(isOutage(error) ? [error] : [])] };
  }
  const problems = await keep(cache, { trusted, fetchedAt: now });
  const loaded = toLoaded({ trusted, fetchedAt: now }, now);
  if (loaded === undefined) throw new TypeError('an update that has ended has brought what was wanted');
  return { ...loaded, problems };
}

async function keep(cache: TrustCache, cached: Cached): Promise<BullaError[]> {
  try {
    await cache.keep(cached);
    return [];
  } catch (error) {
    const hint =
      'give a folder that may be written; without one, each run asks the mirror, and an old mirror is not noticed';
    const problem = `what was fetched cannot be kept: ${messageOf(error)}`;
    return [signatureError('tuf-cache-unwritable', problem, { hint, cause: error })];
  }
}

function toLoaded({ trusted, fetchedAt }: Cached, now: Date): LoadedTrustedRoot | undefined {
  const text = trusted.files.get(trustedRoot);
  if (text === undefined || fetchedAt === undefined) return undefined;
  const signing = trusted.files.get(signingConfig);
  return { text, signingConfig: signing, fetchedAt, isStale: isStale(trusted, now), problems: [] };
}

/** Whether anything has expired, or newer metadata is announced than is there. */
function isStale({ root, timestamp, snapshot, targets }: Trusted, now: Date): boolean {
  if (timestamp === undefined || snapshot === undefined || targets === undefined) return true;
  if (timestamp.snapshot.version !== snapshot.version || snapshot.targets.version !== targets.version) return true;
  return [root, timestamp, snapshot, targets].some(({ expires }) => expires <= now);
}

/** A time that is yet to come says that a clock was wrong. */
function isRecent(fetchedAt: Date, now: Date, refreshAfter: number): boolean {
  const age = now.getTime() - fetchedAt.getTime();
  return age >= 0 && age < refreshAfter;
}

function isOutage(error: unknown): error is BullaError {
  return error instanceof BullaError && (error.code === 'service-unreachable' || error.code === 'service-failed');
}

function notCached(mirror: string): never {
  throw signatureError('tuf-not-cached', `nothing is kept of ${mirror}, and offline it cannot be asked`, {
    hint: 'run once with a network, copy the cache of a machine that has, or name a file: --trusted-root FILE',
  });
}
