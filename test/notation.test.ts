import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, beforeEach, describe, test } from 'node:test';
import { attachReferrer } from '#image/registry/attach-referrer.ts';
import { createTransport } from '#image/registry/transport.ts';
import { mediaTypes } from '#image/manifest.ts';
import { openSource } from '#image/sources/index.ts';
import { packTar, writeLayout } from '#image/testing.ts';
import { newFolder } from '#kit/testing.ts';
import { pemOf } from '#signatures/box/certificate.ts';
import { stampRequested } from '#signatures/box/http/tsa.ts';
import { createTimestampAuthority } from '#signatures/box/timestamp.ts';
import { judgeStored, type Vouched } from '#signatures/judge.ts';
import {
  createEnvelope,
  kinds,
  mediaTypeOf,
  payloadOf,
  type EnvelopeKind,
} from '#signatures/notation/envelope/testing.ts';
import { createSigner, keys, policyOf } from '#signatures/notation/testing.ts';
import { readNotationTrust } from '#signatures/notation/trust/notation-trust.ts';
import { isRefusal, type Refusal } from '#signatures/refusal.ts';
import { collectStored } from '#signatures/storage/collect.ts';
import { pushBytes } from '#signatures/storage/repository.ts';
import { missingPrograms, succeed, command, type Run } from './bulla.ts';
import { missingPeers, peer } from './peers.ts';
import { startRegistry } from './registry.ts';

const skip = missingPeers('notation') ?? (await missingPrograms('docker-registry', 'skopeo')) ?? false;

describe('signatures of notation', { skip, concurrency: false }, () => {
  const home = skip === false ? newFolder('notation') : '';
  const config = join(home, '.config/notation');
  const signers = { 'RSA 2048': keys.rsa2048, 'RSA 3072': keys.rsa3072, 'P-256': keys.p256, 'P-384': keys.p384 };
  const clock = createTimestampAuthority({
    from: new Date('2025-01-01'),
    until: new Date('2035-01-01'),
    uri: 'http://tsa',
  });
  let stop: (() => void) | undefined;
  let server: Server | undefined;
  let host = '';
  let authority = '';
  let count = 0;

  const run = (args: readonly string[]): Promise<Run> =>
    command(peer('notation'), args, { cwd: home, env: { HOME: home } });
  const notation = (...args: readonly string[]): Promise<Run> =>
    succeed(peer('notation'), args, { cwd: home, env: { HOME: home } });

  before(async () => {
    ({ host, stop } = await startRegistry());
    authority = await startAuthority();
    write('truststore/x509/tsa/box/root.pem', pem(clock.chain.at(-1)?.der));
    for (const [name, key] of Object.entries(signers)) {
      const { certificates } = createSigner({ key });
      write(`truststore/x509/ca/box/root.pem`, pem(certificates.at(-1)?.der));
      write(`${name}.key`, key.export({ type: 'pkcs8', format: 'pem' }));
      write(`${name}.crt`, certificates.map(({ der }) => pem(der)).join(''));
    }
    const written = Object.keys(signers).map((name) => {
      return { name, keyPath: join(config, `${name}.key`), certPath: join(config, `${name}.crt`) };
    });
    write('signingkeys.json', JSON.stringify({ default: 'P-256', keys: written }));
  });
  beforeEach(() => trust({}));
  after(() => {
    stop?.();
    server?.close();
  });

  /** A timestamp authority; the answers of Sigstore's own have a status that notation does not take. */
  async function startAuthority(): Promise<string> {
    server = createServer((request, response) => {
      void buffer(request).then((body) => {
        const answer = stampRequested(clock, body, 'application/timestamp-query', new Date(), false);
        response.writeHead(200, { 'content-type': 'application/timestamp-reply' });
        response.end('bytes' in answer ? answer.bytes : '');
      });
    });
    const started = server;
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
    // A server that listens on TCP has an address of this kind.
    return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  }

  function write(path: string, content: string): void {
    mkdirSync(join(config, path, '..'), { recursive: true });
    writeFileSync(join(config, path), content);
  }

  function pem(der: Buffer | undefined): string {
    return pemOf('CERTIFICATE', der ?? Buffer.alloc(0));
  }

  function trust(policy: object): void {
    write('trustpolicy.json', JSON.stringify(policyOf(policy)));
  }

  async function newImage(): Promise<string> {
    const layout = newFolder('image');
    writeLayout(layout, [{ tag: '1', layers: [packTar([{ path: 'content', content: `notation ${++count}` }])] }]);
    const image = `${host}/team/app${count}`;
    await succeed('skopeo', ['copy', '-q', '--dest-tls-verify=false', `oci:${layout}:1`, `docker://${image}:1`]);
    const { stdout } = await succeed('skopeo', [
      'inspect',
      '--tls-verify=false',
      '--format',
      '{{.Digest}}',
      `docker://${image}:1`,
    ]);
    return `${image}@${stdout.trim()}`;
  }

  /** What we make of the signatures beside an image. */
  async function judge(image: string): Promise<readonly (Vouched | Refusal)[]> {
    const options = { platform: { os: 'linux', architecture: 'amd64' }, registry: {}, environment: {} };
    const { store, digest } = await openSource(image, options);
    assert.ok(store !== undefined && digest !== undefined);
    const verifier = { keys: [], now: new Date() };
    const demand = {
      verifier,
      identities: [],
      wanted: { kind: 'signature' },
      notation: await readNotationTrust(config),
    } as const;
    const stored = await collectStored(store, digest);
    const repository = image.slice(0, image.indexOf('@'));
    const judged = stored.map((one) => judgeStored(one, digest, demand, repository).outcome);
    await store.close();
    return judged;
  }

  const said = (outcomes: readonly (Vouched | Refusal)[]) =>
    outcomes.map((outcome) =>
      isRefusal(outcome) ? `${outcome.refused}: ${outcome.message}` : outcome.identity?.names[0]?.value,
    );
  const builder = 'CN=builder,O=example.org,ST=Berlin,C=DE';

  for (const format of kinds) {
    for (const name of Object.keys(signers)) {
      test(`${format}, ${name}: what it signs is verified here`, async () => {
        const image = await newImage();
        await notation('sign', '--key', name, '--signature-format', format, '--expiry', '1h', image);
        assert.deepEqual(said(await judge(image)), [builder]);
      });
    }

    test(`${format}: what our builders make is verified by it`, async () => {
      const image = await newImage();
      await attach(image, format, createSigner());
      assert.deepEqual(said(await judge(image)), [builder]);
      await notation('verify', image);
    });

    test(`${format}: its timestamps are verified here, and where they are missing they are missed`, async () => {
      trust({ trustStores: ['ca:box', 'tsa:box'] });
      const image = await newImage();
      const stamping = [
        '--timestamp-url',
        authority,
        '--timestamp-root-cert',
        join(config, 'truststore/x509/tsa/box/root.pem'),
      ];
      await notation('sign', '--signature-format', format, ...stamping, image);
      const [outcome] = await judge(image);
      assert.ok(outcome !== undefined && !isRefusal(outcome), JSON.stringify(outcome));
      assert.equal(outcome.verified.times[0]?.by, 'timestamp-authority');
      await notation('verify', image);
      const other = await newImage();
      await notation('sign', '--signature-format', format, other);
      assert.match(said(await judge(other)).join(), /^time-missing/);
      assert.notEqual((await run(['verify', other])).code, 0);
    });
  }

  test('the older way to name the type is read, too, and a policy for another is none', async () => {
    const image = await newImage();
    await notation('sign', '--force-referrers-tag=true', image);
    trust({ registryScopes: [`${host}/team/other`] });
    assert.match(said(await judge(image)).join(), /^trust-policy-missing/);
    trust({ registryScopes: [image.slice(0, image.indexOf('@'))] });
    assert.deepEqual(said(await judge(image)), [builder]);
    trust({ trustedIdentities: ['x509.subject: C=DE, ST=Berlin, O=example.com'] });
    assert.match(said(await judge(image)).join(), /^identity-mismatch/);
    assert.notEqual((await run(['verify', image])).code, 0);
  });

  test('a certificate that it makes for tests is trusted if it is in the store', async () => {
    await notation('cert', 'generate-test', 'test.example');
    trust({ trustStores: ['ca:test.example'], trustedIdentities: ['*'] });
    const image = await newImage();
    await notation('sign', '--key', 'test.example', image);
    assert.deepEqual(said(await judge(image)), ['CN=test.example,O=Notary,L=Seattle,ST=WA,C=US']);
    trust({});
    assert.match(said(await judge(image)).join(), /^certificate-authority-untrusted/);
  });

  /** Puts an envelope of our own beside an image. */
  async function attach(image: string, format: EnvelopeKind, signer: ReturnType<typeof createSigner>): Promise<void> {
    const [name = '', digest = ''] = image.slice(host.length + 1).split('@');
    const { stdout } = await succeed('skopeo', ['inspect', '--tls-verify=false', '--raw', `docker://${image}`]);
    const subject = { mediaType: mediaTypes.ociManifest, digest, size: Buffer.byteLength(stdout) };
    const payload = { targetArtifact: { ...payloadOf(digest), ...subject } };
    const transport = createTransport(host);
    const put = async (type: string, bytes: Buffer) => {
      const { mediaType, digest: pushed, size } = await pushBytes({ transport, name }, type, bytes);
      return { mediaType, digest: pushed, size };
    };
    const envelope = createEnvelope(format, { signer, at: new Date(), payload: Buffer.from(JSON.stringify(payload)) });
    const manifest = {
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      artifactType: 'application/vnd.cncf.notary.signature',
      config: await put('application/vnd.oci.empty.v1+json', Buffer.from('{}')),
      layers: [await put(mediaTypeOf[format], envelope)],
      subject,
    };
    await attachReferrer(transport, name, {
      mediaType: mediaTypes.ociManifest,
      bytes: Buffer.from(JSON.stringify(manifest)),
    });
  }
});
