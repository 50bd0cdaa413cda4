import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asList, asObject, parseJson } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { keyIdOf } from '#signatures/keys/verification-key.ts';
import { bulla, command, missingPrograms, succeed } from './bulla.ts';
import { missingPeers, peer } from './peers.ts';
import { startRegistry } from './registry.ts';
import { problemsOf } from './schemas.ts';
import { ask, copyAlone, done, newKeys, pushNewImage, type PushedImage } from './vouching.ts';

const missing = await missingPrograms('docker-registry', 'skopeo');

const builderId = 'https://builds.example/worker';
const verifier = 'https://gate.example/promotion';
const policy = 'https://gate.example/policy.yaml';
const policyDigest = `sha256:${'ab'.repeat(32)}`;

describe('the summary of a verification', { skip: missing ?? false }, () => {
  const builder = newKeys();
  const gate = newKeys();
  const folder = newFolder('summary');
  const builders = join(folder, 'builders.json');
  const summary = join(folder, 'summary.json');
  let host = '';
  let stop: (() => void) | undefined;
  let image: PushedImage;

  const proof = ['--provenance', '--key', builder.publicKey, '--trusted-builders', builders];
  const plan = ['--write-summary', summary, '--verifier-id', verifier, '--policy-uri', policy];
  const asked = ['--type', 'vsa', '--key', gate.publicKey, '--verifier-id', verifier];

  before(async () => {
    ({ host, stop } = await startRegistry());
    const key = keyIdOf(createPublicKey(readFileSync(builder.publicKey)));
    const trusted = { name: 'builds', key, builder: builderId, level: 3, isolation: 'platform', why: 'it is ours' };
    writeFileSync(builders, JSON.stringify([trusted]));
    image = await newBuilt();
    await done('verify', image.tagged, ...proof, ...plan, '--policy-digest', policyDigest);
    await done('attest', image.tagged, '--type', 'vsa', '--predicate', summary, '--key', gate.key);
  });
  after(() => stop?.());

  /** An image with provenance of level 3. */
  async function newBuilt(): Promise<PushedImage> {
    const built = await pushNewImage(host);
    const provenance = join(folder, 'provenance.json');
    const buildDefinition = { buildType: 'https://builds.example/type', externalParameters: {} };
    writeFileSync(provenance, JSON.stringify({ buildDefinition, runDetails: { builder: { id: builderId } } }));
    await done('attest', built.tagged, '--type', 'slsa', '--predicate', provenance, '--key', builder.key);
    return built;
  }

  test('is written with its level and what it rests on, signed, and believed', async () => {
    const written = asObject(parseJson(readFileSync(summary)));
    assert.deepEqual(written?.['verifiedLevels'], ['SLSA_BUILD_LEVEL_3']);
    assert.equal(written['resourceUri'], image.pinned);
    assert.equal(Array.isArray(written['inputAttestations']) && written['inputAttestations'].length, 2);
    const more = ['--slsa-level', '2', '--policy-uri', policy, '--policy-digest', policyDigest, '--max-age', '1'];
    assert.ok((await ask(image.tagged, ...asked, ...more)).verified);
    const text = await done('verify', image.tagged, ...asked);
    assert.match(text, /summary +passed, says https:\/\/gate\.example\/promotion\n.*SLSA_BUILD_LEVEL_3/s);
    assert.deepEqual(problemsOf(await done('verify', image.tagged, ...asked, '--json'), 'verification'), []);
  });

  test('is believed by slsa-verifier, too', { skip: missingPeers('slsa-verifier') ?? false }, async () => {
    const base = `http://${host}/v2/${image.name.slice(host.length + 1)}`;
    const headers = { accept: 'application/vnd.oci.image.manifest.v1+json' };
    const manifest = asObject(await (await fetch(`${base}/manifests/${image.digestTag}.att`, { headers })).json());
    const layers = asList(manifest?.['layers']).map((one) => asObject(one));
    const layer = layers.find((one) => String(asObject(one?.['annotations'])?.['predicateType']).includes('summary'));
    const envelope = join(folder, 'envelope.json');
    writeFileSync(envelope, await (await fetch(`${base}/blobs/${String(layer?.['digest'])}`)).text());
    const [, digest = ''] = image.pinned.split('@');
    const words = ['verify-vsa', '--attestation-path', envelope, '--public-key-path', gate.publicKey];
    const about = ['--subject-digest', digest, '--verifier-id', verifier, '--resource-uri', image.pinned];
    await succeed(peer('slsa-verifier'), [...words, ...about, '--verified-level', 'SLSA_BUILD_LEVEL_2']);
    const other = [...words, ...about, '--verified-level', 'SLSA_SOURCE_LEVEL_1'];
    assert.notEqual((await command(peer('slsa-verifier'), other)).code, 0);
  });

  const refused: readonly (readonly [code: string, ...flags: string[]])[] = [
    ['summary-verifier-untrusted', '--verifier-id', 'https://gate.example/other'],
    ['summary-level-missing', '--verified-level', 'SLSA_SOURCE_LEVEL_1'],
    ['summary-policy-mismatch', '--policy-uri', 'https://gate.example/other.yaml'],
    ['summary-policy-mismatch', '--policy-digest', `sha256:${'0'.repeat(64)}`],
    ['summary-resource-mismatch', '--resource-uri', 'registry.example/team/shop*'],
    ['summary-too-old', '--max-age', '0.00001'],
  ];

  for (const [code, ...flags] of refused) {
    test(`is refused as ${code} with ${flags[0]} ${flags[1]}`, async () => {
      const base = flags[0] === '--verifier-id' ? asked.slice(0, -2) : asked;
      const { code: exit, stdout } = await bulla(['verify', image.tagged, ...base, ...flags]);
      assert.equal(exit, 1, stdout);
      assert.match(stdout, new RegExp(`\\(${code}\\) \\[predicate-refused\\]`));
    });
  }

  test('is refused in another repository, unless it is said what it was verified as', async () => {
    const copy = `${host}/elsewhere/app`;
    await copyAlone(image.tagged, `${copy}:1`);
    await copyAlone(`${image.name}:${image.digestTag}.att`, `${copy}:${image.digestTag}.att`);
    const { stdout } = await bulla(['verify', `${copy}:1`, ...asked]);
    assert.match(stdout, /\(summary-resource-mismatch\)/);
    assert.ok((await ask(`${copy}:1`, ...asked, '--resource-uri', `${image.name}@*`)).verified);
  });

  test('of a verification that failed says so, and is refused', async () => {
    const built = await newBuilt();
    const { code } = await bulla(['verify', built.tagged, ...proof, ...plan, '--builder', 'https://other.example']);
    assert.equal(code, 1);
    await done('attest', built.tagged, '--type', 'vsa', '--predicate', summary, '--key', gate.key);
    const { stdout } = await bulla(['verify', built.tagged, ...asked]);
    assert.match(stdout, /\(summary-failed\)/);
  });

  test('is attested for what was verified, whatever the tag means by then', async () => {
    const built = await newBuilt();
    await done('verify', built.tagged, ...proof, ...plan);
    const other = await newBuilt();
    await copyAlone(other.tagged, built.tagged);
    await done('attest', built.tagged, '--type', 'vsa', '--predicate', summary, '--key', gate.key);
    assert.ok((await ask(built.pinned, ...asked)).verified);
    assert.equal((await ask(built.tagged, ...asked)).verified, false);
    const moved = await bulla(['attest', other.pinned, '--type', 'vsa', '--predicate', summary, '--key', gate.key]);
    assert.equal(moved.code, 2);
    assert.match(moved.stderr, /error\[predicate-invalid\]: the summary is about/);
  });

  test('is not asked for by halves', async () => {
    for (const words of [
      [...proof, '--write-summary', summary],
      ['--key', builder.publicKey, ...plan],
      ['--key', gate.publicKey, '--type', 'vsa'],
      ['--key', gate.publicKey, '--verifier-id', verifier],
      ['--key', gate.publicKey, '--slsa-level', '3'],
      [...asked, '--max-age', 'a week'],
      [...asked, '--policy-digest', 'sha256:1'],
    ]) {
      const { code, stderr } = await bulla(['verify', image.tagged, ...words]);
      assert.equal(code, 2, words.join(' '));
      assert.match(stderr, /error\[usage\]/);
    }
  });
});
