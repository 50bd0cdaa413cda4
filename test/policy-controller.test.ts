import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { policyWith } from '#policy/languages/cluster-image-policy/testing.ts';
import { createBox } from '#signatures/box/box.ts';
import { listen, type ListeningBox } from '#signatures/box/http/listen.ts';
import { createBoxServer } from '#signatures/box/http/server.ts';
import { createToken } from '#signatures/box/http/token.ts';
import { bulla, command, missingPrograms } from './bulla.ts';
import { optionsOf } from './cluster.ts';
import { missingPeers, peer } from './peers.ts';
import { startRegistry, type Registry } from './registry.ts';
import { done, newKeys, pushNewImage } from './vouching.ts';

/** ClusterImagePolicies of images in a real registry: the tester of policy-controller, and `bulla check`. */

const tester = 'policy-controller-tester';
const missing = missingPeers(tester) ?? (await missingPrograms('docker-registry', 'skopeo'));
const scan = 'https://example.org/scan/v1';
const issuer = 'https://accounts.example.org';

describe('policy-controller believes the same images', { skip: missing ?? false }, () => {
  let registry: Registry;
  let sigstore: ListeningBox;
  const box = createBox();
  const keys = { anna: newKeys(), ben: newKeys() };
  const folder = newFolder('policy-controller');
  const trustRoot = join(folder, 'trust-root.yaml');
  const images = new Map<string, string>();

  before(async () => {
    registry = await startRegistry();
    sigstore = await listen(createBoxServer(box, () => new Date()));
    writeFileSync(trustRoot, JSON.stringify(trustRootOf(parseJson(JSON.stringify(box.trustedRoot)))));
    const predicate = join(folder, 'predicate.json');
    writeFileSync(predicate, JSON.stringify({ critical: 0 }));
    const { origin } = sigstore;
    const services = optionsOf({ fulcio: origin, rekor: origin, timestamp: `${origin}/api/v1/timestamp` });
    const as = (email: string) => ['--identity-token', tokenOf(email), ...services];
    const statement = ['--type', scan, '--predicate', predicate];
    const made: Readonly<Record<string, readonly (readonly string[])[]>> = {
      unsigned: [],
      'by-anna': [['sign', '--key', keys.anna.key]],
      'by-ben': [['sign', '--key', keys.ben.key]],
      'by-both': [
        ['sign', '--key', keys.anna.key],
        ['sign', '--key', keys.ben.key],
      ],
      scanned: [['attest', '--key', keys.anna.key, ...statement]],
      'scanned-by-ben': [['attest', '--key', keys.ben.key, ...statement]],
      'as-anna': [['sign', ...as('anna@example.org')]],
      'as-mallory': [['sign', ...as('mallory@example.org')]],
      'scanned-as-anna': [['attest', ...statement, ...as('anna@example.org')]],
    };
    for (const [name, commands] of Object.entries(made)) {
      const { pinned } = await pushNewImage(registry.host);
      for (const [verb = '', ...args] of commands) await done(verb, pinned, ...args);
      images.set(name, pinned);
    }
  });
  after(async () => {
    await sigstore?.close();
    registry?.stop();
  });

  const key = (who: keyof typeof keys, more: object = {}) => ({
    key: { data: readFileSync(keys[who].publicKey, 'utf8') },
    ...more,
  });
  const keyless = (identity: object, more: object = {}) => ({
    keyless: { url: 'https://fulcio.example', identities: [identity], trustRootRef: 'box' },
    ctlog: { url: 'https://rekor.sigstore.box', trustRootRef: 'box' },
    ...more,
  });
  const anna = { issuer, subject: 'anna@example.org' };
  const attestations = [{ name: 'scan', predicateType: scan }];

  const policies: Readonly<Record<string, object>> = {
    'a key': { authorities: [key('anna')] },
    'one of two keys': { authorities: [key('anna'), key('ben')] },
    'a statement of a key': { authorities: [key('anna', { attestations })] },
    'another statement': {
      authorities: [key('anna', { attestations: [{ name: 'other', predicateType: 'https://example.org/other' }] })],
    },
    'a key that must be in a log': {
      authorities: [key('anna', { ctlog: { url: 'https://rekor.example', trustRootRef: 'box' } })],
    },
    'an identity': { authorities: [keyless(anna)] },
    'an identity by expressions': {
      authorities: [
        keyless({ issuerRegExp: '^https://accounts\\.example\\.org$', subjectRegExp: '^[a-z]+@example\\.org$' }),
      ],
    },
    'another issuer': { authorities: [keyless({ issuer: 'https://other.example', subject: 'anna@example.org' })] },
    'a statement of an identity': { authorities: [keyless(anna, { attestations })] },
    'an identity or a key': { authorities: [keyless(anna), key('ben')] },
    'an expression of a part': { authorities: [keyless({ issuer, subjectRegExp: 'anna@example' })] },
    'a place': { images: [{ glob: `${'*'.repeat(2)}/team/*` }], authorities: [key('anna')] },
    'a place above': { images: [{ glob: '*/team' }], authorities: [key('anna')] },
    pass: { authorities: [{ static: { action: 'pass' } }] },
    fail: { authorities: [{ static: { action: 'fail' } }] },
    'other images': { images: [{ glob: 'registry.example/**' }], authorities: [key('anna')] },
  };

  for (const [what, spec] of Object.entries(policies)) {
    test(`by ${what}`, async () => {
      const file = join(folder, `${what.replaceAll(' ', '-')}.yaml`);
      writeFileSync(file, JSON.stringify(policyWith(spec)));
      const theirs = new Map<string, boolean>();
      for (const [name, image] of images) theirs.set(name, await isBelieved(file, image));
      const run = await bulla([
        'check',
        ...images.values(),
        '--policy',
        file,
        '--policy',
        trustRoot,
        '--gate',
        'admission',
        '--json',
      ]);
      const checks = asList(asObject(parseJson(run.stdout))?.['checks']).map((one) => asObject(one) ?? {});
      assert.equal(checks.length, images.size, run.stderr);
      const ours = new Map([...images.keys()].map((name, at) => [name, checks[at]?.['verdict'] === 'allow']));
      const stricter = anchored.get(what) ?? [];
      assert.deepEqual(ours, new Map([...theirs, ...stricter.map((name) => [name, false] as const)]));
      assert.ok(stricter.every((name) => theirs.get(name) === true));
    });
  }

  async function isBelieved(policy: string, image: string): Promise<boolean> {
    const args = ['-policy', policy, '-image', image, '-trustroot', trustRoot, '-log-level', 'error'];
    const { code, stdout, stderr } = await command(peer(tester), args, { env: { HOME: folder } });
    // What ends otherwise was no verdict.
    assert.ok(code === 0 || asObject(parseJson(stdout))?.['errors'] !== undefined, stderr);
    return code === 0;
  }
});

/** Expressions match the whole text here; see docs/cluster-image-policy.md. */
const anchored = new Map([['an expression of a part', ['as-anna']]]);

function tokenOf(email: string): string {
  const exp = Math.floor(Date.now() / 1000) + 600;
  return createToken({ iss: issuer, sub: email, aud: 'sigstore', email, email_verified: true, exp });
}

/** The trusted root of a Sigstore as a TrustRoot has it: PEM, in base64. */
function trustRootOf(root: unknown): JsonObject {
  const list = (name: string) => asList(asObject(root)?.[name]).map((one) => asObject(one) ?? {});
  const subject = { organization: 'box', commonName: 'box' };
  const logs = (name: string) =>
    list(name).map((one) => ({
      baseURL: one['baseUrl'],
      hashAlgorithm: 'sha-256',
      publicKey: pem('PUBLIC KEY', [asText(asObject(one['publicKey'])?.['rawBytes']) ?? '']),
    }));
  const authorities = (name: string) =>
    list(name).map((one) => ({
      subject,
      uri: one['uri'],
      certChain: pem(
        'CERTIFICATE',
        asList(asObject(one['certChain'])?.['certificates']).map((cert) => asText(asObject(cert)?.['rawBytes']) ?? ''),
      ),
    }));
  return {
    apiVersion: 'policy.sigstore.dev/v1alpha1',
    kind: 'TrustRoot',
    metadata: { name: 'box' },
    spec: {
      sigstoreKeys: {
        certificateAuthorities: authorities('certificateAuthorities'),
        timestampAuthorities: authorities('timestampAuthorities'),
        // It knows no other keys than ECDSA: those of the first generation of logs.
        tLogs: logs('tlogs').slice(0, 1),
        ctLogs: logs('ctlogs'),
      },
    },
  };
}

function pem(label: string, blocks: readonly string[]): string {
  const texts = blocks.map(
    (one) => `-----BEGIN ${label}-----\n${one.replaceAll(/(.{64})/g, '$1\n').trimEnd()}\n-----END ${label}-----\n`,
  );
  return Buffer.from(texts.join('')).toString('base64');
}
