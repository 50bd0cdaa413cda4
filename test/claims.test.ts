import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { digestOf, hexOf, type Digest } from '#kit/digest.ts';
import { asList, asNumber, asObject, parseJson } from '#kit/narrow.ts';
import { mediaTypes, type Descriptor } from '#image/manifest.ts';
import { pushManifest } from '#image/registry/push-manifest.ts';
import { createTransport, type Transport } from '#image/registry/transport.ts';
import { pushBytes } from '#signatures/storage/repository.ts';
import { bulla, missingPrograms } from './bulla.ts';
import { startRegistry } from './registry.ts';
import { problemsOf } from './schemas.ts';
import { newKeys } from './vouching.ts';

const skip = (await missingPrograms('docker-registry')) ?? false;

/** What BuildKit says of a build from a repository, in the words of its version 1. */
function provenanceOf(image: Digest): object {
  return {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: 'https://slsa.dev/provenance/v1',
    subject: [{ name: 'pkg:docker/app@1?platform=linux%2Fs390x', digest: { sha256: hexOf(image) } }],
    predicate: {
      buildDefinition: {
        buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
        externalParameters: {
          configSource: { uri: 'https://github.com/org/app.git#refs/heads/main', digest: { sha1: 'a'.repeat(40) } },
        },
      },
      runDetails: { builder: { id: 'https://github.com/org/app/actions/runs/1/attempts/1' } },
    },
  };
}

describe('what a builder states without a signature', { skip }, () => {
  const { publicKey } = newKeys();
  let host = '';
  let stop: (() => void) | undefined;
  let transport: Transport;

  before(async () => {
    ({ host, stop } = await startRegistry());
    transport = createTransport(host, { environment: {} });
  });
  after(() => {
    transport.close();
    stop?.();
  });

  async function push(name: string, manifest: object, tag?: string): Promise<Descriptor> {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...manifest }));
    const mediaType = 'manifests' in manifest ? mediaTypes.ociIndex : mediaTypes.ociManifest;
    return (await pushManifest(transport, name, { mediaType, bytes }, tag)).descriptor;
  }

  /** An index with one image, and with what BuildKit puts beside it. */
  async function pushBuilt(name: string, about?: Digest): Promise<string> {
    const repository = { transport, name };
    const content = { architecture: 's390x', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } };
    const config = await pushBytes(repository, mediaTypes.ociConfig, Buffer.from(JSON.stringify(content)));
    const image = await push(name, { config, layers: [] });
    const statement = Buffer.from(JSON.stringify(provenanceOf(about ?? image.digest)));
    const layer = await pushBytes(repository, 'application/vnd.in-toto+json', statement);
    const annotations = { 'in-toto.io/predicate-type': 'https://slsa.dev/provenance/v1' };
    const claim = await push(name, { config, layers: [{ ...layer, annotations }] });
    const beside = {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': image.digest,
    };
    const manifests = [
      { ...image, platform: { os: 'linux', architecture: 's390x' } },
      { ...claim, annotations: beside, platform: { os: 'unknown', architecture: 'unknown' } },
    ];
    await push(name, { manifests }, '1');
    return `${host}/${name}:1`;
  }

  async function ask(image: string, ...flags: readonly string[]) {
    const { code, stdout } = await bulla(['verify', image, '--key', publicKey, '--json', ...flags]);
    assert.deepEqual(problemsOf(stdout, 'verification'), []);
    const [entry] = asList(asObject(parseJson(stdout))?.['entries']).map((one) => asObject(one));
    return { code, refused: asObject(entry?.['refusal'])?.['code'], provenance: asObject(entry?.['provenance']) };
  }

  test('is shown as what it would be worth, at most level 1, and counts for nothing', async () => {
    const image = await pushBuilt('app');
    for (const level of ['0', '1', '2']) {
      const { code, refused, provenance } = await ask(image, '--provenance', '--slsa-level', level);
      assert.deepEqual([code, refused, asNumber(provenance?.['level'])], [1, 'claim-unsigned', 1]);
    }
    const { stdout } = await bulla(['verify', image, '--key', publicKey, '--provenance']);
    assert.match(stdout, /nobody has signed it.*SLSA build level 1, by .*github\.com\/org\/app at a{40}/s);
    assert.match(stdout, /no {2}L2/);
  });

  test('is worth nothing if it is about another image', async () => {
    const { refused, provenance } = await ask(await pushBuilt('other', digestOf('another')), '--provenance');
    assert.deepEqual([refused, asNumber(provenance?.['level'])], ['claim-unsigned', 0]);
  });

  test('is only named where nobody asks for provenance', async () => {
    const { code, refused, provenance } = await ask(await pushBuilt('plain'));
    assert.deepEqual([code, refused, provenance], [1, 'claim-unsigned', undefined]);
  });
});
