import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import { checkpointText, cosignNote, noteKeyId, signNote, type NoteSigner } from './note.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const log: NoteSigner = { name: 'log.example', privateKey, keyId: noteKeyId('ed25519', 'log.example', publicKey) };
const text = checkpointText('log.example', 7, Buffer.alloc(32, 1));

/** The id and the signature of the last line. */
function lastLine(note: string): { readonly name: string; readonly id: Buffer; readonly signature: Buffer } {
  const [dash, name = '', encoded = ''] = (note.trimEnd().split('\n').at(-1) ?? '').split(' ');
  assert.equal(dash, '—');
  const bytes = Buffer.from(encoded, 'base64');
  return { name, id: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

test('note: the key ids are those of the public staging logs', () => {
  const keyOf = (spki: string): ReturnType<typeof createPublicKey> =>
    createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' });
  const second = keyOf('MCowBQYDK2VwAyEAPn+AREHoBaZ7wgS1zBqpxmLSGnyhxXj4lFxSdWVB8o8=');
  assert.equal(
    noteKeyId('ed25519', 'log2025-alpha1.rekor.sigstage.dev', second).toString('base64'),
    '8w1amZ2S5mJIQkQmPxdMuOrL/oJkvFg9MnQXmeOCXck=',
  );
  const first = keyOf(
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEDODRU688UYGuy54mNUlaEBiQdTE9nYLr0lg6RXowI/QV/RE1azBn4Eg5/2uTOMbhB1/gfcHzijzFi9Tk+g1Prg==',
  );
  assert.equal(
    noteKeyId('spki', 'rekor.sigstage.dev', first).toString('base64'),
    '0y8wo8MtY5wrdiIFohx7sHeI5oKDpK5vQhGHI6G+pJY=',
  );
});

test('note: a checkpoint has three lines, a blank one, and a signature over the three', () => {
  const note = signNote(text, [log]);
  assert.ok(note.startsWith(`log.example\n7\n${Buffer.alloc(32, 1).toString('base64')}\n\n— log.example `));
  const { id, signature } = lastLine(note);
  assert.deepEqual(id, log.keyId.subarray(0, 4));
  assert.ok(verify(null, Buffer.from(text), publicKey, signature));
});

test('note: a witness signs the time with the checkpoint', () => {
  const keys = generateKeyPairSync('ed25519');
  const keyId = noteKeyId('cosignature', 'w.example', keys.publicKey);
  const at = new Date('2025-06-01T12:00:00.900Z');
  const note = cosignNote(signNote(text, [log]), { name: 'w.example', privateKey: keys.privateKey, keyId }, at);
  const { name, id, signature } = lastLine(note);
  assert.equal(name, 'w.example');
  assert.deepEqual(id, keyId.subarray(0, 4));
  assert.equal(signature.readBigUInt64BE(), 1748779200n);
  const signed = Buffer.from(`cosignature/v1\ntime 1748779200\n${text}`);
  assert.ok(verify(null, signed, keys.publicKey, signature.subarray(8)));
  assert.notDeepEqual(keyId, noteKeyId('ed25519', 'w.example', keys.publicKey));
});
