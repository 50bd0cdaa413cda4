import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { missingPrograms } from './bulla.ts';
import { differences, verdictsOfCheck, verdictsOfKyverno } from './kyverno-cli.ts';
import { missingPeers } from './peers.ts';
import { startRegistry, type Registry } from './registry.ts';
import { done, newKeys, pushNewImage } from './vouching.ts';

/** Rules of `verifyImages` of images in a real registry: the command line of Kyverno, and `bulla check`. */

const missing = missingPeers('kyverno') ?? (await missingPrograms('docker-registry', 'skopeo'));
const scan = 'https://example.org/scan/v1';

describe('the command line of Kyverno verifies the same images', { skip: missing ?? false }, () => {
  let registry: Registry;
  const keys = { anna: newKeys(), ben: newKeys() };
  const pem = (who: keyof typeof keys) => readFileSync(keys[who].publicKey, 'utf8');
  const pods: JsonObject[] = [];

  before(async () => {
    registry = await startRegistry();
    const folder = newFolder('predicates');
    const predicate = (critical: number) => {
      const file = join(folder, `${critical}.json`);
      writeFileSync(file, JSON.stringify({ critical, tool: 'x' }));
      return file;
    };
    const images: Record<string, readonly (readonly string[])[]> = {
      unsigned: [],
      'by-anna': [['sign', '--key', keys.anna.key]],
      'by-ben': [['sign', '--key', keys.ben.key]],
      'by-both': [
        ['sign', '--key', keys.anna.key],
        ['sign', '--key', keys.ben.key],
      ],
      'with-a-label': [['sign', '--key', keys.anna.key, '--annotation', 'stage=prod']],
      'scanned-well': [['attest', '--key', keys.anna.key, '--type', scan, '--predicate', predicate(0)]],
      'scanned-badly': [['attest', '--key', keys.anna.key, '--type', scan, '--predicate', predicate(3)]],
      'scanned-by-ben': [['attest', '--key', keys.ben.key, '--type', scan, '--predicate', predicate(0)]],
      'signed-and-scanned': [
        ['sign', '--key', keys.anna.key],
        ['attest', '--key', keys.anna.key, '--type', scan, '--predicate', predicate(0)],
      ],
    };
    for (const [name, commands] of Object.entries(images)) {
      const { tagged, pinned } = await pushNewImage(registry.host);
      for (const [verb = '', ...args] of commands) await done(verb, pinned, ...args);
      pods.push(podOf(name, [tagged]), podOf(`${name}-pinned`, [pinned]));
    }
    const some = pods.slice(0, 6).map(imageOf);
    pods.push(podOf('two-good', some.slice(2, 4)), podOf('one-bad', [some[2] ?? '', some[0] ?? '']));
    pods.push(podOf('elsewhere', ['registry.example/app:1']));
  });
  after(() => registry?.stop());

  /** Rules, each of a policy. */
  const rules: Readonly<Record<string, () => JsonObject>> = {
    'one key': () => ({ attestors: [setOf(pem('anna'))] }),
    'one of two keys': () => ({ attestors: [setOf(1, pem('anna'), pem('ben'))] }),
    'both keys': () => ({ attestors: [setOf(2, pem('anna'), pem('ben'))] }),
    'all entries': () => ({ attestors: [setOf(undefined, pem('anna'), pem('ben'))] }),
    'two sets': () => ({ attestors: [setOf(pem('anna')), setOf(pem('ben'))] }),
    'keys in one text': () => ({ attestors: [setOf(1, `${pem('anna')}\n${pem('ben')}`)] }),
    'keys in one text, all': () => ({ attestors: [setOf(undefined, `${pem('anna')}\n${pem('ben')}`)] }),
    'a set within a set': () => ({ attestors: [{ entries: [{ attestor: setOf(1, pem('anna'), pem('ben')) }] }] }),
    'an annotation': () => ({
      attestors: [{ entries: [{ ...entryOf(pem('anna')), annotations: { stage: 'prod' } }] }],
    }),
    'tags alone': () => ({ imageReferences: [`${registry.host}/*:1`], attestors: [setOf(pem('anna'))] }),
    'all but some': () => ({
      skipImageReferences: [`${registry.host}/team/app?:*`],
      attestors: [setOf(pem('anna'))],
    }),
    'no image': () => ({ imageReferences: ['ghcr.io/*'], attestors: [setOf(pem('anna'))] }),
    'a digest': () => ({ verifyDigest: true, attestors: [setOf(pem('anna'))] }),
    'a statement': () => ({ attestations: [{ type: scan, attestors: [setOf(pem('anna'))] }] }),
    'a statement with a condition': () => ({
      attestations: [{ type: scan, attestors: [setOf(pem('anna'))], conditions }],
    }),
    'a statement by its old name': () => ({
      attestations: [{ predicateType: scan, attestors: [setOf(pem('anna'))], conditions }],
    }),
    'a signature and a statement': () => ({
      attestors: [setOf(pem('anna'))],
      attestations: [{ type: scan, attestors: [setOf(pem('anna'))], conditions }],
    }),
    'another statement': () => ({
      attestations: [{ type: 'https://example.org/other', attestors: [setOf(pem('anna'))] }],
    }),
    'a bundle': () => ({ type: 'SigstoreBundle', attestors: [setOf(pem('anna'))] }),
    'a bundle with a statement': () => ({
      type: 'SigstoreBundle',
      attestations: [{ type: scan, attestors: [setOf(pem('anna'))], conditions }],
    }),
  };

  for (const [what, rule] of Object.entries(rules)) {
    test(`with ${what}`, async () => {
      const policies = [policyOf({ imageReferences: [`${registry.host}/*`], ...rule() })];
      const [theirs, ours] = [
        await verdictsOfKyverno(policies, pods, ['--registry']),
        await verdictsOfCheck(policies, pods),
      ];
      assert.ok(theirs.size > 0 || what === 'no image');
      const stricter = statements.get(what) ?? [];
      assert.deepEqual(
        differences(theirs, ours).toSorted(),
        stricter.map((pod) => `p r Pod default ${pod}: passed there, refused here`).toSorted(),
      );
    });
  }
});

/** A bundle with any statement is no signature here; see docs/kyverno.md. */
const statements = new Map([
  ['a bundle', ['scanned-badly', 'scanned-badly-pinned', 'scanned-well', 'scanned-well-pinned']],
]);

const conditions = [{ all: [{ key: '{{ critical }}', operator: 'Equals', value: 0 }] }];

function setOf(...given: readonly (string | number | undefined)[]): JsonObject {
  const count = given.find((one) => typeof one === 'number');
  const entries = given.filter((one) => typeof one === 'string').map(entryOf);
  return count === undefined ? { entries } : { count, entries };
}

function entryOf(publicKeys: string): JsonObject {
  return { keys: { publicKeys, rekor: { ignoreTlog: true }, ctlog: { ignoreSCT: true } } };
}

function policyOf(verification: JsonObject): JsonObject {
  const match = { any: [{ resources: { kinds: ['Pod'] } }] };
  const usual = {
    mutateDigest: false,
    verifyDigest: false,
    imageRegistryCredentials: { allowInsecureRegistry: true },
  };
  return {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    metadata: { name: 'p' },
    spec: {
      validationFailureAction: 'Enforce',
      background: false,
      rules: [{ name: 'r', match, verifyImages: [{ ...usual, ...verification }] }],
    },
  };
}

function podOf(name: string, images: readonly string[]): JsonObject {
  const containers = images.map((image, at) => ({ name: `c${at}`, image }));
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec: { containers } };
}

function imageOf(pod: JsonObject): string {
  return /"image":"([^"]+)"/.exec(JSON.stringify(pod))?.[1] ?? '';
}
