import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { signatureErrors } from '#signatures/errors.ts';
import { loadTrustedRoot } from './load-trusted-root.ts';
import { createTestKey, createTufRepository, tufMirror, type TestKey, type TestRepository } from './testing.ts';

type Code = (typeof signatureErrors)[number];

const now = new Date('2026-02-01T12:00:00Z');
const stranger = createTestKey();
const late = '2026-02-01T12:00:00Z';

/** Signs as somebody else. */
const posingAs = (key: TestKey | undefined): TestKey => ({ ...stranger, id: key?.id ?? '' });
/** What a repository in a test says, which the test knows to be there. */
const field = (signed: Record<string, unknown>, ...path: string[]) =>
  path.reduce((at, name) => at[name] as Record<string, unknown>, signed);

type Attack = (repository: TestRepository) => void;

/** Publishes a file of which the mirror gives something else. */
const publishedAs =
  (content: string): Attack =>
  (r) => {
    r.targets.set('trusted_root.json', 'the second');
    r.publish();
    for (const [path, text] of r.files) if (text === 'the second') r.files.set(path, content);
  };

/** What is tried, by the code that names it. */
const attacks: Readonly<Partial<Record<Code, Readonly<Record<string, Attack>>>>> = {
  'tuf-threshold-unmet': {
    'a root that the old keys have not signed': (r) => {
      const own = [createTestKey(), createTestKey()];
      r.rotate(() => (r.keys.root = own), { signers: own });
    },
    'a root that only one of the old keys has signed': (r) => {
      const own = [createTestKey(), createTestKey()];
      const [first = stranger] = r.keys.root;
      r.rotate(() => (r.keys.root = own), { signers: [first, ...own] });
    },
    'a root that its own keys have not signed': (r) => {
      const old = r.keys.root;
      r.rotate(() => (r.keys.root = [createTestKey(), createTestKey()]), { signers: old });
    },
    'targets signed by keys that were withdrawn': (r) => {
      const old = r.keys.targets;
      r.rotate(() => (r.keys.targets = [createTestKey(), createTestKey()]));
      r.publish({ targets: { signers: old } });
    },
    'a timestamp of a stranger': (r) => r.publish({ timestamp: { signers: [stranger] } }),
    'a timestamp of a stranger who says that he is not': (r) =>
      r.publish({ timestamp: { signers: [posingAs(r.keys.timestamp[0])] } }),
    'a timestamp that nobody has signed': (r) => r.publish({ timestamp: { signers: [] } }),
    'a timestamp that was changed': (r) => {
      r.publish();
      r.files.set('timestamp.json', String(r.files.get('timestamp.json')).replace('2026-02-08', '2026-02-09'));
    },
    'a snapshot of a stranger': (r) => r.publish({ snapshot: { signers: [posingAs(r.keys.snapshot[0])] } }),
    'targets that one has signed where two must': (r) => r.publish({ targets: { signers: r.keys.targets.slice(1) } }),
    'targets that one key has signed twice': (r) => {
      const [first = stranger] = r.keys.targets;
      r.publish({ targets: { signers: [first, first] } });
    },
    'targets that one key has signed under two names': (r) => {
      const twice = r.keys.targets.slice(1).flatMap((key) => [key, { ...key, id: 'another' }]);
      r.rotate(() => (r.keys.targets = twice));
      r.publish({ targets: { signers: twice } });
    },
  },
  'tuf-version-mismatch': {
    'a root that leaves a version out': (r) => {
      r.versions.root++;
      r.files.set('2.root.json', r.rotate());
    },
    'an old root in place of a new one': (r) => {
      r.files.set('2.root.json', r.files.get('1.root.json') ?? '');
    },
    'an older snapshot under the name of a newer one': (r) => {
      r.hasHashes = false;
      r.publish();
      r.files.set(
        `${r.versions.snapshot}.snapshot.json`,
        r.files.get(`${r.versions.snapshot - 1}.snapshot.json`) ?? '',
      );
    },
    'targets of another snapshot': (r) => {
      r.hasHashes = false;
      r.publish();
      r.files.set(`${r.versions.targets}.targets.json`, r.files.get(`${r.versions.targets - 1}.targets.json`) ?? '');
    },
  },
  'tuf-metadata-invalid': {
    'a root without a threshold': (r) => {
      r.rotate(undefined, { change: (signed) => (field(signed, 'roles', 'timestamp')['threshold'] = 0) });
    },
    'another role in place of the root': (r) => {
      r.files.set('2.root.json', r.files.get('timestamp.json') ?? '');
    },
    'a timestamp of a future specification': (r) =>
      r.publish({ timestamp: { change: (signed) => (signed['spec_version'] = '2.0.0') } }),
    'a timestamp with a fraction': (r) => {
      const [text] = [String(r.files.get('timestamp.json'))];
      r.files.set('timestamp.json', text.replace('"spec_version"', '"x":0.5,"spec_version"'));
    },
    'a timestamp with a time that does not exist': (r) =>
      r.publish({ timestamp: { change: (signed) => (signed['expires'] = '2026-02-30T00:00:00Z') } }),
    'a timestamp that is a login page': (r) => void r.files.set('timestamp.json', '<html>'),
    'a timestamp that is no text': (r) => void r.files.set('timestamp.json', Buffer.from([0xff, 0xfe, 0])),
    'a snapshot without targets': (r) =>
      r.publish({ snapshot: { change: (signed) => delete field(signed, 'meta')['targets.json'] } }),
    'a file without hashes': (r) =>
      r.publish({
        targets: { change: (signed) => (field(signed, 'targets', 'trusted_root.json')['hashes'] = { md5: '00' }) },
      }),
  },
  'tuf-expired': {
    'a root that has expired': (r) => {
      r.rotate(() => (r.expires.root = late));
    },
    'a timestamp that has expired': (r) => {
      r.expires.timestamp = late;
      r.publish();
    },
    'a snapshot that has expired': (r) => {
      r.expires.snapshot = late;
      r.publish();
    },
    'targets that have expired': (r) => {
      r.expires.targets = late;
      r.publish();
    },
  },
  'tuf-rollback': {
    'an older timestamp': (r) => {
      r.versions.timestamp = 0;
      r.publish();
    },
    'an older snapshot in a newer timestamp': (r) => {
      r.versions.snapshot = 0;
      r.publish();
    },
    'older targets in a newer snapshot': (r) => {
      r.versions.targets = 0;
      r.publish();
    },
    'a snapshot in which a file is missing': (r) =>
      r.publish({ snapshot: { change: (signed) => delete field(signed, 'meta')['delegated.json'] } }),
  },
  'tuf-file-too-large': {
    'a timestamp without end': (r) => void r.files.set('timestamp.json', ' '.repeat(1 << 20)),
    'a snapshot that is longer than the timestamp says': (r) => {
      r.publish();
      const path = `${r.versions.snapshot}.snapshot.json`;
      r.files.set(path, `${String(r.files.get(path))} `);
    },
    'a file that goes on': publishedAs('the second and more'),
  },
  'tuf-file-mismatch': {
    'a snapshot that is not the one of the timestamp': (r) => {
      r.publish();
      const path = `${r.versions.snapshot}.snapshot.json`;
      r.files.set(path, String(r.files.get(path)).replace('"version":1', '"version":2'));
    },
    'targets that have not the hash of the snapshot': (r) => {
      r.publish();
      const path = `${r.versions.targets}.targets.json`;
      r.files.set(path, String(r.files.get(path)).replace('2027', '2028'));
    },
    'a file of which another length is signed': (r) =>
      r.publish({ targets: { change: (signed) => (field(signed, 'targets', 'trusted_root.json')['length'] = 99) } }),
    'a file that was changed': publishedAs('the Second'),
    'a file that was cut off': publishedAs('the'),
  },
  'tuf-target-missing': {
    'no trusted root': (r) => {
      r.targets.clear();
      r.publish();
    },
  },
  'service-failed': {
    'a file that is not there': (r) => {
      r.targets.set('trusted_root.json', 'the second');
      r.publish();
      for (const [path, text] of r.files) if (text === 'the second') r.files.delete(path);
    },
  },
};

/** What stays of an attack, because enough keys have signed it: the root, or even a root that withdraws the keys of targets. */
const lasting: Readonly<Record<string, 'root' | 'keys'>> = {
  'a root that has expired': 'root',
  'targets signed by keys that were withdrawn': 'keys',
  'targets that one key has signed under two names': 'keys',
};

describe('an attack is named, costs nothing that is known, and can be got over', () => {
  const all = Object.entries(attacks).flatMap(([code, each]) =>
    Object.entries(each).map(([name, attack]) => ({ name, code, attack })),
  );
  for (const { name, code, attack } of all) {
    test(name, async () => {
      const cache = mkdtempSync(join(tmpdir(), 'bulla-tuf-'));
      const repository = createTufRepository();
      const { files, versions, keys, expires, targets, fetch } = repository;
      const root = String(files.get('1.root.json'));
      const options = { mirror: tufMirror, root, cache, now, refreshAfter: 0, fetch };
      const honest = { versions: { ...versions }, keys: { ...keys }, expires: { ...expires } };
      try {
        assert.equal((await loadTrustedRoot(options)).text, 'the first');

        attack(repository);
        await assert.rejects(loadTrustedRoot(options), { code });
        const offline = loadTrustedRoot({ ...options, offline: true });
        if (lasting[name] === 'keys') await assert.rejects(offline, { code: 'tuf-not-cached' });
        else assert.equal((await offline).text, 'the first');

        if (lasting[name] === undefined) {
          versions.root = honest.versions.root;
          files.delete('2.root.json');
          Object.assign(keys, honest.keys);
        }
        repository.rotate(() => Object.assign(keys, honest.keys) && Object.assign(expires, honest.expires));
        // What was signed by those who may has been seen, so that what is honest must be newer.
        for (const role of ['timestamp', 'snapshot', 'targets'] as const) versions[role] = honest.versions[role] + 5;
        targets.set('trusted_root.json', 'the third');
        repository.publish();
        assert.equal((await loadTrustedRoot(options)).text, 'the third');
      } finally {
        rmSync(cache, { recursive: true });
      }
    });
  }
});
