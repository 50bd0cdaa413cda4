import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { signForAws } from './aws-signature.ts';

const credentials = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

test('the signature of the example in the specification comes out', () => {
  // "post-vanilla" of AWS's test suite for Signature Version 4.
  const { authorization } = signForAws(
    {
      url: new URL('https://example.amazonaws.com/'),
      region: 'us-east-1',
      service: 'service',
      headers: {},
      body: '',
      now: new Date('2015-08-30T12:36:00Z'),
    },
    credentials,
  );
  assert.equal(
    authorization,
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, ' +
      'Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  );
});

const skip = spawnSync('curl', ['--version']).status === 0 ? false : 'curl is not installed';

test('curl signs the same', { skip }, async () => {
  const seen = await signedByCurl();
  const now = new Date(seen.date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.Sign' };
  const url = new URL(`http://${seen.host}/`);
  const { authorization } = signForAws(
    { url, region: 'eu-central-1', service: 'kms', headers, body: '{"a":1}', now },
    credentials,
  );
  assert.equal(signatureOf(authorization), signatureOf(seen.authorization));
});

interface Seen {
  readonly host: string;
  readonly date: string;
  readonly authorization: string;
}

/** Lets curl sign a request, and gives what arrives. */
async function signedByCurl(): Promise<Seen> {
  let seen: Seen | undefined;
  const server = createServer(({ headers: { host = '', 'x-amz-date': date, authorization = '' } }, response) => {
    seen = { host, date: String(date), authorization };
    response.end();
  });
  await new Promise<void>((started) => {
    server.listen(0, '127.0.0.1', started);
  });
  // A server that listens on a port has an address with a port.
  const { port } = server.address() as AddressInfo;
  const { spawn } = await import('node:child_process');
  const words = [
    [
      '-s',
      '--noproxy',
      '*',
      '--aws-sigv4',
      'aws:amz:eu-central-1:kms',
      '--user',
      `${credentials.id}:${credentials.secret}`,
    ],
    ['-H', 'content-type: application/x-amz-json-1.1', '-H', 'x-amz-target: TrentService.Sign', '-d', '{"a":1}'],
    [`http://127.0.0.1:${port}/`],
  ].flat();
  await new Promise((ended) => {
    spawn('curl', words, { stdio: 'ignore' }).on('close', ended);
  });
  server.close();
  if (seen === undefined) throw new Error('curl has not asked');
  return seen;
}

function signatureOf(authorization: string | undefined): string | undefined {
  return /Signature=(\w+)/.exec(authorization ?? '')?.[1];
}
