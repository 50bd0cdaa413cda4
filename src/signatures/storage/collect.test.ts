import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf, type Digest } from '#kit/digest.ts';
import type { Descriptor } from '#image/manifest.ts';
import { mediaTypes } from '#image/manifest.ts';
import type { Store } from '#image/store.ts';
import { imageError } from '#image/errors.ts';
import { collectStored } from './collect.ts';
import { isRefusal } from '#signatures/refusal.ts';
import { findLost } from './find-lost.ts';
import type { StoredContent } from './stored.ts';

const image = digestOf('the image');
const tag = image.replace(':', '-');
const simpleSigning = 'application/vnd.dev.cosign.simplesigning.v1+json';
const bundle = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** A place with blobs, tags and referrers; what is broken throws what it is broken with. */
interface Place {
  readonly blobs: Map<Digest, Buffer | Error>;
  readonly tags: Map<string, Descriptor>;
  readonly referrers: Descriptor[];
}

function newPlace(): Place {
  return { blobs: new Map(), tags: new Map(), referrers: [] };
}

function put(place: Place, mediaType: string, content: string | object, annotations = {}): Descriptor {
  const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  const digest = digestOf(bytes);
  place.blobs.set(digest, bytes);
  return { mediaType, digest, size: bytes.length, annotations };
}

function putManifest(place: Place, layers: readonly Descriptor[], rest: object = {}): Descriptor {
  const config = put(place, 'application/vnd.oci.empty.v1+json', '{}');
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers, ...rest };
  return put(place, mediaTypes.ociManifest, manifest);
}

function storeOf(place: Place): Store {
  return {
    root: () => Promise.reject(new Error('not asked')),
    async *open({ digest }) {
      const found = place.blobs.get(digest) ?? imageError('registry-not-found', 'it is gone');
      if (found instanceof Error) throw found;
      yield found;
    },
    referrers: () => Promise.resolve(place.referrers),
    tagged: (name) => Promise.resolve(place.tags.get(name)),
    close: () => Promise.resolve(),
  };
}

async function collect(place: Place): Promise<readonly string[]> {
  const found = await collectStored(storeOf(place), image);
  return found.map(({ format, content }) => `${format}: ${describe(content)}`);
}

function describe(content: StoredContent): string {
  return content.kind === 'unreadable' ? content.refusal.refused : content.kind;
}

const provenance = {
  _type: 'https://in-toto.io/Statement/v0.1',
  predicateType: 'https://slsa.dev/provenance/v1',
  subject: [{ name: 'image', digest: { sha256: image.slice('sha256:'.length) } }],
  predicate: {},
};

const signature = { 'dev.cosignproject.cosign/signature': 'c2ln' };
const keyBundle = {
  mediaType: bundle,
  verificationMaterial: { publicKey: { hint: '' } },
  messageSignature: { signature: 'c2ln' },
};

test('all formats are found at once, below tags and as referrers', async () => {
  const place = newPlace();
  const sig = putManifest(place, [put(place, simpleSigning, '{}', signature)]);
  const envelope = { payload: '', payloadType: 'x', signatures: [{ sig: 'c2ln' }] };
  const att = putManifest(place, [put(place, 'application/vnd.dsse.envelope.v1+json', envelope)]);
  const sbom = putManifest(place, [put(place, 'application/vnd.cyclonedx+json', '{}')]);
  place.tags.set(`${tag}.sig`, sig).set(`${tag}.att`, att).set(`${tag}.sbom`, sbom);
  const builder = { 'in-toto.io/predicate-type': 'https://slsa.dev/provenance/v1' };
  place.referrers.push(
    putManifest(place, [put(place, bundle, keyBundle)]),
    putManifest(place, [put(place, 'application/vnd.in-toto+json', provenance, builder)]),
  );
  assert.deepEqual(await collect(place), [
    'cosign-signature: signed',
    'cosign-attestation: signed',
    'cosign-sbom: claim',
    'sigstore-bundle: signed',
    'buildkit-attestation: claim',
  ]);
});

test('what a descriptor says that it is does not count, only what its manifest is', async () => {
  const place = newPlace();
  const manifest = putManifest(place, [put(place, bundle, keyBundle)]);
  place.referrers.push({ ...manifest, artifactType: 'application/vnd.oci.empty.v1+json' });
  assert.deepEqual(await collect(place), ['sigstore-bundle: signed']);
});

test('one that is broken or gone hides no other', async () => {
  const place = newPlace();
  const layers = [
    put(place, simpleSigning, 'one', signature),
    put(place, simpleSigning, 'two'),
    { ...put(place, simpleSigning, 'three', signature), digest: digestOf('gone') },
  ];
  place.tags.set(`${tag}.sig`, putManifest(place, layers));
  place.referrers.push(
    { mediaType: mediaTypes.ociManifest, digest: digestOf('nowhere'), size: 5, annotations: {} },
    put(place, mediaTypes.ociManifest, 'no manifest'),
    putManifest(place, [put(place, bundle, 'no bundle')]),
    putManifest(place, [put(place, bundle, keyBundle)]),
  );
  assert.deepEqual(await collect(place), [
    'cosign-signature: signed',
    'cosign-signature: format-invalid',
    'cosign-signature: evidence-missing',
    'unknown: evidence-missing',
    'unknown: format-invalid',
    'sigstore-bundle: format-invalid',
    'sigstore-bundle: signed',
  ]);
});

test('a registry that cannot be asked is an error, because then nothing is known', async () => {
  const place = newPlace();
  const manifest = putManifest(place, []);
  place.blobs.set(manifest.digest, imageError('registry-failed', 'answered 500'));
  place.referrers.push(manifest);
  await assert.rejects(collect(place), { code: 'registry-failed' });
});

test('what is found both ways is one', async () => {
  const place = newPlace();
  const sig = putManifest(place, [put(place, simpleSigning, '{}', signature)]);
  place.tags.set(`${tag}.sig`, sig);
  place.referrers.push(sig);
  assert.deepEqual(await collect(place), ['cosign-signature: signed']);
});

test('beyond any honest number of referrers the rest is named, and not fetched', async () => {
  const place = newPlace();
  const manifest = putManifest(place, [put(place, bundle, keyBundle)]);
  for (let number = 0; number < 510; number++) {
    const bytes = place.blobs.get(manifest.digest);
    const digest = digestOf(String(number));
    if (number < 500 && bytes !== undefined)
      place.referrers.push(putManifest(place, [], { annotations: { number: String(number) } }));
    else place.referrers.push({ ...manifest, digest });
  }
  assert.deepEqual(
    await collect(place),
    Array.from({ length: 10 }, () => 'unknown: format-too-large'),
  );
});

test('tags that are listed, and lead nowhere, are evidence that is gone', async () => {
  const place = newPlace();
  const sig = putManifest(place, []);
  place.tags.set(`${tag}.sig`, sig);
  const listed = [tag, `${tag}.sig`, `${tag}.att`, `${tag}.sig.old`];
  const store = { ...storeOf(place), tags: () => Promise.resolve(listed) };
  const lost = await findLost(store, image);
  assert.deepEqual(
    lost.map(({ stored, outcome }) => [stored.tag, isRefusal(outcome) && outcome.refused]),
    [
      [tag, 'evidence-missing'],
      [`${tag}.att`, 'evidence-missing'],
    ],
  );
  assert.deepEqual(await findLost(storeOf(place), image), []);
  const failing = { ...store, tags: () => Promise.reject(imageError('registry-denied', 'no')) };
  assert.deepEqual(await findLost(failing, image), []);
});

test('what a builder put among the images of an index is a claim', async () => {
  const place = newPlace();
  const type = (name: string) => ({ 'in-toto.io/predicate-type': name });
  const claim = putManifest(place, [
    put(place, 'application/vnd.in-toto+json', provenance, type(provenance.predicateType)),
    // It is large, and nobody looks at it.
    {
      ...put(place, 'application/vnd.in-toto+json', 'gone', type('https://spdx.dev/Document')),
      digest: digestOf('gone'),
    },
    put(place, 'application/vnd.in-toto+json', 'no statement', type(provenance.predicateType)),
  ]);
  const annotations = { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': image };
  const manifests = [putManifest(place, [], { annotations: { an: 'image' } }), { ...claim, annotations }];
  const index = put(place, mediaTypes.ociIndex, { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
  const found = await collectStored({ ...storeOf(place), find: () => Promise.resolve(index) }, index.digest);
  assert.deepEqual(
    found.map(({ content }) => describe(content)),
    ['claim', 'claim', 'claim-invalid'],
  );
  const [first] = found.map(({ content }) => content);
  assert.ok(first?.kind === 'claim');
  assert.deepEqual([first.about, first.statement?.predicateType], [image, provenance.predicateType]);
});
