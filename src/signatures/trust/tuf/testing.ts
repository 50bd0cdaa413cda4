import { constants, createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { RoleName } from './metadata.ts';

/** A key that signs metadata in a test. */
export interface TestKey {
  readonly id: string;
  /** As root metadata lists it. */
  readonly written: object;
  readonly sign: (bytes: Buffer) => string;
}

/** What of a role is other than it should be. */
interface Spoiled {
  /** Who signs; by default the keys of the role. */
  readonly signers?: readonly TestKey[];
  readonly change?: (signed: Record<string, unknown>) => void;
}

/** A TUF repository in memory. Its fields may be changed between publications. */
export interface TestRepository {
  /** What its mirror gives, by path. */
  readonly files: Map<string, Buffer | string>;
  /** The files that it publishes. */
  readonly targets: Map<string, string>;
  readonly keys: Record<RoleName, readonly TestKey[]>;
  readonly thresholds: Record<RoleName, number>;
  readonly versions: Record<RoleName, number>;
  readonly expires: Record<RoleName, string>;
  isConsistent: boolean;
  hasHashes: boolean;
  /** Publishes new targets, snapshot and timestamp. */
  publish(spoiled?: Partial<Record<RoleName, Spoiled>>): void;
  /** Publishes new root metadata after `change`, signed by the old and the new keys. @returns its text */
  rotate(change?: () => void, spoiled?: Spoiled): string;
  /** The mirror, as `fetch` sees it. */
  readonly fetch: typeof globalThis.fetch;
  /** All paths that were asked for. */
  readonly asked: string[];
}

export const tufMirror = 'https://tuf.example/repository';

/** A repository with one published version, two keys and a threshold of two for root and targets. */
export function createTufRepository(): TestRepository {
  const online = createTestKey();
  const offline = [createTestKey(), createTestKey()];
  const repository: TestRepository = {
    files: new Map(),
    targets: new Map([['trusted_root.json', 'the first']]),
    keys: { root: offline, targets: offline, snapshot: [online], timestamp: [online] },
    thresholds: { root: 2, targets: 2, snapshot: 1, timestamp: 1 },
    // So that there is something older.
    versions: { root: 0, targets: 4, snapshot: 4, timestamp: 4 },
    expires: {
      root: '2027-01-01T00:00:00Z',
      targets: '2027-01-01T00:00:00Z',
      snapshot: '2026-03-01T00:00:00Z',
      timestamp: '2026-02-08T00:00:00Z',
    },
    isConsistent: true,
    hasHashes: true,
    asked: [],
    publish: (spoiled = {}) => publish(repository, spoiled),
    rotate(change, spoiled) {
      const old = repository.keys.root;
      change?.();
      return writeRoot(repository, [...new Set([...old, ...repository.keys.root])], spoiled);
    },
    fetch: (url) => {
      // Only texts are asked for.
      const path = new URL(url as string).pathname.replace('/repository/', '');
      repository.asked.push(path);
      const content = repository.files.get(path);
      const body = typeof content === 'string' ? content : content && new Uint8Array(content);
      return Promise.resolve(new Response(body ?? 'none', { status: body === undefined ? 404 : 200 }));
    },
  };
  writeRoot(repository, offline);
  publish(repository, {});
  return repository;
}

export function createTestKey(kind: keyof typeof kinds = 'ecdsa'): TestKey {
  const { privateKey, publicKey, type, scheme, text } = kinds[kind]();
  const written = { keytype: type, scheme, keyval: { public: text(publicKey) } };
  const options = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const key = kind === 'rsa' ? { key: privateKey, ...options } : privateKey;
  return {
    id: createHash('sha256').update(canonicalJson(written)).digest('hex'),
    written,
    sign: (bytes) => sign(kind === 'ed25519' ? null : 'sha256', bytes, key).toString('hex'),
  };
}

/** Metadata as a repository publishes it, signed. */
function writeMetadata(signed: object, signers: readonly TestKey[]): string {
  const bytes = canonicalJson(signed);
  return JSON.stringify({ signed, signatures: signers.map((key) => ({ keyid: key.id, sig: key.sign(bytes) })) });
}

const pem = (key: KeyObject) => key.export({ format: 'pem', type: 'spki' });

const kinds = {
  ecdsa: () => ({
    ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    type: 'ecdsa',
    scheme: 'ecdsa-sha2-nistp256',
    text: pem,
  }),
  ed25519: () => ({
    ...generateKeyPairSync('ed25519'),
    type: 'ed25519',
    scheme: 'ed25519',
    text: (key: KeyObject) => Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex'),
  }),
  rsa: () => ({
    ...generateKeyPairSync('rsa', { modulusLength: 2048 }),
    type: 'rsa',
    scheme: 'rsassa-pss-sha256',
    text: pem,
  }),
};

function writeRoot(repository: TestRepository, signers: readonly TestKey[], spoiled: Spoiled = {}): string {
  const { keys, thresholds, files } = repository;
  const version = ++repository.versions.root;
  const all = Object.values(keys).flat();
  const roles = Object.entries(keys).map(([role, own]) => [
    role,
    // The roles of keys and of thresholds are the same.
    { keyids: own.map(({ id }) => id), threshold: thresholds[role as RoleName] },
  ]);
  const text = write(
    repository,
    'root',
    {
      consistent_snapshot: repository.isConsistent,
      keys: Object.fromEntries(all.map(({ id, written }) => [id, written])),
      roles: Object.fromEntries(roles),
    },
    { signers, ...spoiled },
  );
  files.set(`${version}.root.json`, text);
  return text;
}

function publish(repository: TestRepository, spoiled: Partial<Record<RoleName, Spoiled>>): void {
  const { files, versions, targets: contents } = repository;
  for (const role of ['targets', 'snapshot', 'timestamp'] as const) versions[role]++;
  const name = (prefix: string | number, path: string) => (repository.isConsistent ? `${prefix}.${path}` : path);
  for (const [path, content] of contents) {
    files.set(`targets/${name(createHash('sha256').update(content).digest('hex'), path)}`, content);
  }
  const listed = [...contents].map(([path, content]) => [path, fingerprint(content)]);
  const targets = write(repository, 'targets', { targets: Object.fromEntries(listed) }, spoiled.targets);
  files.set(name(versions.targets, 'targets.json'), targets);
  const metaOf = (text: string, version: number) =>
    repository.hasHashes ? { version, ...fingerprint(text) } : { version };
  const meta = { 'targets.json': metaOf(targets, versions.targets), 'delegated.json': { version: 1 } };
  const snapshot = write(repository, 'snapshot', { meta }, spoiled.snapshot);
  files.set(name(versions.snapshot, 'snapshot.json'), snapshot);
  const newest = { meta: { 'snapshot.json': metaOf(snapshot, versions.snapshot) } };
  files.set('timestamp.json', write(repository, 'timestamp', newest, spoiled.timestamp));
}

function write(
  { versions, expires, keys }: TestRepository,
  role: RoleName,
  content: object,
  { signers = keys[role], change }: Spoiled = {},
): string {
  const signed = { _type: role, spec_version: '1.0.33', version: versions[role], expires: expires[role], ...content };
  // A copy, so that a change reaches nothing else.
  const changed = structuredClone(signed) as Record<string, unknown>;
  change?.(changed);
  return writeMetadata(changed, signers);
}

function fingerprint(content: string): object {
  const hashes = { sha256: createHash('sha256').update(content).digest('hex') };
  return { length: Buffer.byteLength(content), hashes };
}
