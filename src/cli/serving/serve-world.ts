import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listSnapshots, readSnapshotFacts } from '#advisories/store/database.ts';
import { firstSeen } from '#cli/checking/first-sights.ts';
import { findKey } from '#cli/checking/surroundings.ts';
import type { CliProcess } from '#cli/context.ts';
import { scanImage } from '#cli/scanning/scan-source.ts';
import type { Settings } from '#cli/settings.ts';
import { loadTrust, type TrustFlags } from '#cli/trust.ts';
import { openImage } from '#image/image.ts';
import { formatReference, type Reference } from '#image/reference.ts';
import type { RegistryOptions } from '#image/registry/options.ts';
import { registryStore } from '#image/registry/store.ts';
import { createTransport, type Transport } from '#image/registry/transport.ts';
import type { Store } from '#image/store.ts';
import { digestOf } from '#kit/digest.ts';
import { policyError } from '#policy/errors.ts';
import type { Resources } from '#policy/surroundings.ts';
import type { Clock } from '#server/clock.ts';
import type { World } from '#server/judge/world.ts';
import { pullCredentialsFor, type PullCredentials } from '#server/kubernetes/pull-secrets.ts';
import { keptStore } from '#server/memory/kept-store.ts';
import type { Memory } from '#server/memory/memory.ts';
import { signatureError } from '#signatures/errors.ts';
import type { VerificationKey } from '#signatures/keys/verification-key.ts';
import type { TrustRoot } from '#signatures/trust/trust-root.ts';

/** What the world of a server is made of. */
export interface ServeWorldOptions {
  readonly settings: Settings;
  readonly trust: TrustFlags;
  readonly keys?: string;
  /** Registries that may lie in a private network. */
  readonly internal: readonly string[];
  /** Objects of the cluster; none where there is no cluster to ask. */
  readonly resources?: Resources;
  /** Whether the pull secrets of pods are used. */
  readonly pullSecrets: boolean;
  readonly memory: Memory;
  readonly clock: Clock;
}

/** The world, and what keeps it up to date. */
export interface ServeWorld extends World {
  /** Looks whether anything has changed that verdicts rest on. */
  refresh(): Promise<void>;
}

/** `--trusted-root none`: only keys are believed. */
export const nobody = 'none';
/** How long a connection to a registry is used with the same credentials, and whom to believe is taken as known. */
const transportFor = 10 * 60_000;
const trustFor = 6 * 3_600_000;
const keyFor = 5 * 60_000;

/** The world of `bulla serve`: as for other verbs, but with a memory, and registries that others name are kept at a distance. */
export function createServeWorld(options: ServeWorldOptions, io: CliProcess): ServeWorld {
  const { settings, keys, memory, clock, resources = noCluster } = options;
  const silent = new Map<string, number>();
  const transports = expiring<Transport>(transportFor, clock.now, (transport) => transport.close());
  const known = expiring<Promise<VerificationKey>>(keyFor, clock.now);
  const trust = trustOf(options, io);
  let facts = '';
  let sights: Promise<unknown> = Promise.resolve();

  function open(reference: Reference, { scope, texts }: PullCredentials): Store {
    const { host } = reference;
    const transport = transports.get(`${scope} ${host}`, () =>
      createTransport(host, registryOptionsFor(host, options, io, texts)),
    );
    // Other questions use the same connections.
    const store: Store = { ...registryStore(transport, reference), close: () => Promise.resolve() };
    return keptStore(store, reference, { memory, silent, now: clock.now, after: clock.after });
  }

  return {
    resources,
    trustRoot: () => trust.current(),
    key: (written) => known.get(written, () => findKey(written, keys, settings.offline, io)),
    async firstSeen(things, now) {
      // One after the other, because each reads and writes the whole file.
      const seen = sights.then(() => firstSeen(settings.cache, things, now));
      sights = seen.catch(() => undefined);
      return seen;
    },
    watermark: () => `${trust.name()} ${facts}`,
    async accessFor(question) {
      const credentials: PullCredentials = options.pullSecrets
        ? // Where they may not be read there are none: what a registry then refuses is unknown, and said.
          await pullCredentialsFor(question, resources).catch(() => noCredentials)
        : noCredentials;
      return {
        scope: credentials.scope,
        platform: settings.platform,
        open: (reference) => open(reference, credentials),
        scan: async (reference) => {
          const store = open(reference, credentials);
          return scanImage(await openImage(formatReference(reference), store, settings.platform), settings, io.stderr);
        },
      };
    },
    async refresh() {
      const [advisories, named] = await Promise.all([factsOf(settings.database), keysIn(keys)]);
      const now = digestOf(JSON.stringify([advisories, named]));
      if (now !== facts) known.clear();
      facts = now;
      await trust.refresh();
    },
  };
}

function registryOptionsFor(
  host: string,
  { settings, internal }: ServeWorldOptions,
  io: CliProcess,
  credentials: readonly string[],
): RegistryOptions {
  const isInternal = internal.includes(host);
  return { ...settings.registry, environment: io.env, credentials, reach: isInternal ? 'loopback' : 'public' };
}

/** Whom to believe, loaded when it is asked for and again now and then; where that fails, the one before is believed further. */
function trustOf({ settings, trust, clock }: ServeWorldOptions, io: CliProcess) {
  let current: Promise<TrustRoot> | undefined;
  let name = '';
  let loadedAt = 0;

  async function load(): Promise<TrustRoot> {
    if (trust.trustedRoot === nobody) {
      throw signatureError('trust-root-invalid', 'nobody is believed about certificates: --trusted-root none', {
        hint: 'let the policy name keys, or name a trusted root',
      });
    }
    const root = await loadTrust(trust, settings, io);
    name = nameOf(root);
    loadedAt = clock.now();
    return root;
  }

  return {
    name: () => name,
    current(): Promise<TrustRoot> {
      current ??= load().catch((error: unknown) => {
        // It is asked for again by whoever comes next.
        current = undefined;
        throw error;
      });
      return current;
    },
    async refresh(): Promise<void> {
      if (current === undefined || loadedAt === 0 || clock.now() - loadedAt < trustFor) return;
      const next = await load().catch(() => undefined);
      if (next !== undefined) current = Promise.resolve(next);
    },
  };
}

/** Roots that trust the same have the same name. */
function nameOf(root: TrustRoot): string {
  const authorities = [...root.certificateAuthorities, ...root.timestampAuthorities].map(({ chain, validFor }) => [
    validFor,
    chain.map(({ tbsCertificate }) => digestOf(tbsCertificate.toDER())),
  ]);
  const logs = [...root.logs, ...root.certificateLogs].map(({ id, name, validFor }) => [
    id.toString('hex'),
    name,
    validFor,
  ]);
  return digestOf(JSON.stringify([authorities, logs]));
}

/** What is known about flaws: the snapshots of the database. That a publisher had no news is none. */
async function factsOf(database: string): Promise<readonly unknown[]> {
  const snapshots = await listSnapshots(database).catch(() => []);
  return snapshots.map((location) => {
    const { source, etag, newest, records } = readSnapshotFacts(location) ?? {};
    return [location.feed, location.part, source, etag, newest, records];
  });
}

async function keysIn(folder: string | undefined): Promise<readonly unknown[]> {
  const names = folder === undefined ? [] : await readdir(folder).catch(() => []);
  return Promise.all(
    names.toSorted().map(async (name) => [
      name,
      await readFile(join(folder ?? '', name)).then(
        (bytes) => digestOf(bytes),
        () => undefined,
      ),
    ]),
  );
}

/** Things by their names, made when they are asked for, and again when they are too old. */
function expiring<T>(lifetime: number, now: () => number, end: (one: T) => void = () => undefined) {
  const known = new Map<string, { readonly one: T; readonly until: number }>();
  const most = 200;
  return {
    get(name: string, make: () => T): T {
      const found = known.get(name);
      if (found !== undefined && found.until > now()) return found.one;
      const one = make();
      known.delete(name);
      known.set(name, { one, until: now() + lifetime });
      const [oldest] = known;
      // What is under way with it ends by itself: it is closed some time after nobody gets it any more.
      const old = found ?? (known.size > most ? oldest?.[1] : undefined);
      if (known.size > most && oldest !== undefined) known.delete(oldest[0]);
      if (old !== undefined) setTimeout(() => end(old.one), lifetime).unref();
      return one;
    },
    clear: () => known.clear(),
  };
}

const noCredentials: PullCredentials = { texts: [], scope: '' };

const noCluster: Resources = {
  get: ({ kind }) => Promise.reject(unavailable(kind)),
  list: ({ kind }) => Promise.reject(unavailable(kind)),
};

function unavailable(kind: string) {
  return policyError('resource-unavailable', `objects of kind ${kind} cannot be read: no cluster is known`, {
    hint: 'run the gate in the cluster, or name its API: --cluster-api URL',
  });
}
