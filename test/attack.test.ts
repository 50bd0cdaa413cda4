import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { mediaTypes } from '#image/manifest.ts';
import { freePort } from '#image/registry/real-registry.ts';
import { createTransport } from '#image/registry/transport.ts';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { statementOf } from '#policy/testing.ts';
import { createBox } from '#signatures/box/box.ts';
import type { Identity } from '#signatures/box/extensions.ts';
import { readBundle } from '#signatures/bundle/read-bundle.ts';
import { signaturePredicate } from '#signatures/predicate-types.ts';
import { isRefusal } from '#signatures/refusal.ts';
import { writeReferrer } from '#signatures/storage/write-referrer.ts';
import { bulla, missingPrograms } from './bulla.ts';
import { optionsOf } from './cluster.ts';
import { newGateFolders, startGate, type RunningGate } from './gate.ts';
import { startRegistry, type Registry } from './registry.ts';
import { copyAlone, done, newKeys, pushNewImage, type PushedImage } from './vouching.ts';

/** Runs `bulla policy attack` against real gates, with a real registry and images made for the ways that need them. */

const missing = await missingPrograms('docker-registry', 'skopeo');

interface Tried {
  readonly name: string;
  readonly state: string;
  readonly why: string;
}

describe('bulla policy attack', { skip: missing ?? false }, () => {
  let registry: Registry;

  before(async () => {
    registry = await startRegistry();
  });
  after(() => registry.stop());

  /** Attacks a gate with this policy, with options that may depend on it. */
  async function attack(
    policy: JsonObject,
    trustedRoot: string,
    options: Readonly<Record<string, string>>,
    samples: ReadonlyMap<string, string>,
  ): Promise<{ tried: readonly Tried[]; reasonsFor: (image: string) => readonly string[] }> {
    const folder = newFolder('attack');
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, JSON.stringify(policy));
    const endless = `127.0.0.1:${await freePort()}`;
    const internal = [`--internal-registry=${registry.host}`, `--internal-registry=${endless}`];
    const folders = newGateFolders();
    const gate = await startGate([...optionsOf({ policy: file, 'trusted-root': trustedRoot }), ...internal], folders);
    try {
      const ca = join(folder, 'ca.pem');
      writeFileSync(ca, gate.authorities());
      const named = [...samples].map(([way, image]) => `--sample=${way}=${image}`);
      const run = await bulla([
        'policy',
        'attack',
        gate.url,
        ...optionsOf({ ...options, ca, endless }),
        ...named,
        '--json',
      ]);
      assert.equal(run.code, 0, run.stdout + run.stderr);
      const tried = asList(asObject(parseJson(run.stdout))?.['ways']).map((one) => {
        const { name, state, why } = asObject(one) ?? {};
        return { name: asText(name) ?? '', state: asText(state) ?? '', why: asText(why) ?? '' };
      });
      assert.equal(tried.length, 30);
      return { tried, reasonsFor: (image) => reasonsIn(gate, image) };
    } finally {
      await gate.stop();
    }
  }

  test('finds no way around a gate that asks for the signature of a key', async () => {
    const keys = newKeys();
    const signed = await pushNewImage(registry.host);
    await done('sign', '--key', keys.key, signed.pinned);
    const unsigned = await pushNewImage(registry.host);
    // All in one repository, so that a tag can be moved between them.
    await copyAlone(unsigned.pinned, `${signed.name}:unsigned`);
    const third = await pushNewImage(registry.host);
    await copyAlone(third.pinned, `${signed.name}:third`);
    await copyAlone(`${signed.name}:${signed.digestTag}.sig`, `${signed.name}:${third.digestTag}.sig`);
    const otherSubject = `${signed.name}@${third.descriptor.digest}`;
    const index = await pushIndex(signed, [signed.descriptor.digest, unsigned.descriptor.digest]);
    const { tried, reasonsFor } = await attack(
      policyOf({ signatures: { signedBy: [{ key: readFileSync(keys.publicKey, 'utf8') }] } }),
      'none',
      { good: signed.pinned, bad: `${signed.name}@${unsigned.descriptor.digest}`, movable: `${signed.name}:moved` },
      new Map([
        ['other-subject', otherSubject],
        ['index-or-platform', index],
      ]),
    );
    assert.deepEqual(notClosed(tried), [
      ['certificate-without-name', 'untested'],
      ['attestation-of-anybody', 'untested'],
      ['exception', 'untested'],
      ['old-image', 'untested'],
      ['static-pod', 'untested'],
      ['edited-configuration', 'untested'],
    ]);
    assert.match(tried.find(({ name }) => name === 'oversized-answer')?.why ?? '', /^the longest of [2-9] answers/);
    assert.deepEqual(reasonsFor(otherSubject), ['signature-refused']);
    assert.deepEqual(reasonsFor(index), ['unsigned']);
  });

  test('finds no way around a gate that asks for identities, attestations and young images', async () => {
    const box = createBox();
    const trustedRoot = join(newFolder('trust'), 'trusted_root.json');
    writeFileSync(trustedRoot, JSON.stringify(box.trustedRoot));
    const [anna, mallory] = [person('anna@example.org'), person('mallory@example.org')];
    const issuer = 'https://accounts.example.org';
    const tested = 'https://example.org/tested/v1';
    const now = new Date();

    /** An image with what is stated about it, and by whom. */
    async function vouched(
      by: { readonly signature: readonly Identity[]; readonly attestation: readonly Identity[] },
      created = now,
    ): Promise<string> {
      const image = await pushNewImage(registry.host, { created: created.toISOString() });
      const { descriptor } = image;
      const name = image.name.slice(registry.host.length + 1);
      const transport = createTransport(registry.host, { environment: {} });
      try {
        const said = [
          [signaturePredicate, by.signature],
          [tested, by.attestation],
        ] as const;
        for (const [type, identity] of said) {
          const statement = statementOf(descriptor.digest, type);
          const { bundle } = box.sign({ statement, identity, issuer, log: 'v1', at: now });
          const signed = readBundle(JSON.stringify(bundle));
          assert.ok(!isRefusal(signed));
          await writeReferrer({ transport, name }, descriptor, signed, type, now);
        }
      } finally {
        transport.close();
      }
      return image.pinned;
    }

    const annas = { identity: 'anna@example.org', issuer };
    const good = await vouched({ signature: [anna], attestation: [anna] });
    const samples = new Map([
      ['certificate-without-name', await vouched({ signature: [], attestation: [anna] })],
      ['attestation-of-anybody', await vouched({ signature: [anna], attestation: [mallory] })],
      ['old-image', await vouched({ signature: [anna], attestation: [anna] }, new Date('2020-02-02T00:00:00Z'))],
    ]);
    const { tried, reasonsFor } = await attack(
      policyOf({
        signatures: { signedBy: [annas] },
        attestations: [{ type: tested, signedBy: [annas] }],
        age: { atMost: '180d' },
      }),
      trustedRoot,
      { good, bad: await vouched({ signature: [mallory], attestation: [anna] }) },
      samples,
    );
    assert.deepEqual(
      tried.filter(({ state }) => state === 'open'),
      [],
    );
    // Each for its own reason alone: all else about it is as it should be.
    assert.deepEqual(
      [...samples.values()].map((image) => reasonsFor(image)),
      [['signature-refused'], ['attestation-refused'], ['image-too-old']],
    );
  });
});

function person(value: string): Identity {
  return { kind: 'email', value };
}

function policyOf(rules: JsonObject): JsonObject {
  const metadata = { name: 'attacked' };
  return { apiVersion: 'policy.bulla/v1', kind: 'TrustPolicy', metadata, spec: { mode: 'enforce', rules } };
}

function notClosed(tried: readonly Tried[]): readonly (readonly [string, string])[] {
  return tried.filter(({ state }) => state !== 'closed').map(({ name, state }) => [name, state]);
}

/** Why a gate has not let in an image, by its log. */
function reasonsIn(gate: RunningGate, image: string): readonly string[] {
  const outcomes = gate.log().flatMap(({ outcomes: all }) => asList(all).map((one) => asObject(one) ?? {}));
  return [...new Set(outcomes.filter((one) => one['image'] === image).map(({ reason }) => asText(reason) ?? ''))];
}

/** Pushes an index that nobody has signed, of images that are there. @returns its name by its digest */
async function pushIndex({ name }: PushedImage, digests: readonly string[]): Promise<string> {
  const manifestsAt = `http://${name.replace('/', '/v2/')}/manifests`;
  const mediaType = mediaTypes.ociManifest;
  const manifests = await Promise.all(
    digests.map(async (digest) => {
      const answer = await fetch(`${manifestsAt}/${digest}`, { headers: { accept: mediaType } });
      return { mediaType, digest, size: (await answer.arrayBuffer()).byteLength };
    }),
  );
  const body = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
  const headers = { 'content-type': mediaTypes.ociIndex };
  const answer = await fetch(`${manifestsAt}/index`, { method: 'PUT', body, headers });
  return `${name}@${answer.headers.get('docker-content-digest') ?? ''}`;
}
