import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#kit/digest.ts';
import type { Descriptor, Manifest } from '#image/manifest.ts';
import { createEnvelope, mediaTypeOf } from '#signatures/notation/envelope/testing.ts';
import { createSigner } from '#signatures/notation/testing.ts';
import { refuse } from '#signatures/refusal.ts';
import { notation } from './notation.ts';

const type = 'application/vnd.cncf.notary.signature';
const envelope = createEnvelope('jws', { signer: createSigner() });

function descriptorOf(mediaType: string, bytes = envelope): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length, annotations: {} };
}

function manifestOf(fields: Partial<Manifest>): Manifest {
  const config = descriptorOf('application/vnd.oci.empty.v1+json');
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  return { kind: 'manifest', mediaType, config, layers: [], annotations: {}, ...fields };
}

test('both ways to name the type are known, and no other', () => {
  assert.ok(notation.holds(manifestOf({ artifactType: type })));
  assert.ok(notation.holds(manifestOf({ config: descriptorOf(type) })));
  assert.ok(!notation.holds(manifestOf({ layers: [descriptorOf(mediaTypeOf.jws)] })));
});

async function read(...layers: readonly Descriptor[]): Promise<readonly string[]> {
  const fetch = ({ digest }: Descriptor) =>
    Promise.resolve(digest === digestOf(envelope) ? envelope : refuse('format-invalid', 'it is gone'));
  const found = await notation.read(manifestOf({ artifactType: type, layers }), fetch);
  return found.map((content) => (content.kind === 'unreadable' ? content.refusal.refused : content.kind));
}

test('a manifest has one envelope', async () => {
  const layer = descriptorOf(mediaTypeOf.jws);
  assert.deepEqual(await read(layer), ['notation']);
  assert.deepEqual(await read(), ['format-invalid']);
  assert.deepEqual(await read(layer, layer), ['format-invalid']);
  assert.deepEqual(await read({ ...layer, digest: digestOf('gone') }), ['format-invalid']);
  assert.deepEqual(await read(descriptorOf('application/pgp')), ['format-unsupported']);
  assert.deepEqual(await read(descriptorOf(mediaTypeOf.cose)), ['format-invalid']);
  assert.deepEqual(await read({ ...layer, size: 2 << 20 }), ['format-too-large']);
});
