import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { newFolder } from '#kit/testing.ts';
import { createBox } from '#signatures/box/box.ts';
import { listen } from '#signatures/box/http/listen.ts';
import { createBoxServer } from '#signatures/box/http/server.ts';
import { createToken } from '#signatures/box/http/token.ts';
import { writePem } from '#signatures/keys/pem.ts';
import { bulla, missingPrograms, succeed, type Run } from './bulla.ts';
import { missingPeers, peer } from './peers.ts';
import { startRegistry } from './registry.ts';
import { pushNewImage } from './vouching.ts';

const issuer = 'https://issuer.example';
const person = 'somebody@example.com';
const skip = missingPeers('cosign-2', 'cosign-3') ?? (await missingPrograms('docker-registry', 'skopeo')) ?? false;

describe('genuine cosign and bulla believe each other without keys, in a Sigstore of their own', { skip }, () => {
  const box = createBox();
  const folder = skip === false ? newFolder('cosign-keyless') : '';
  const path = (name: string) => join(folder, name);
  const stops: (() => unknown)[] = [];
  let origin = '';
  let host = '';

  before(async () => {
    const server = await listen(createBoxServer(box, () => new Date()));
    const registry = await startRegistry();
    ({ origin } = server);
    ({ host } = registry);
    stops.push(() => server.close(), registry.stop);
    const claims = { iss: issuer, sub: person, email: person, email_verified: true, aud: 'sigstore' };
    writeFileSync(path('token'), createToken({ ...claims, exp: Math.floor(Date.now() / 1000) + 600 }));
    writeFileSync(path('root.json'), JSON.stringify(box.trustedRoot));
    for (const version of [1, 2]) writeFileSync(path(`config${version}.json`), signingConfig(version));
    writeParts(asObject(JSON.parse(JSON.stringify(box.trustedRoot))) ?? {});
  });
  after(() => stops.map((stop) => stop()));

  function signingConfig(logVersion: number): string {
    const service = (url: string, majorApiVersion = 1) => {
      return { url, majorApiVersion, validFor: { start: '2025-01-01T00:00:00Z' }, operator: 'box' };
    };
    return JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
      caUrls: [service(origin)],
      oidcUrls: [],
      rekorTlogUrls: [service(origin, logVersion)],
      rekorTlogConfig: { selector: 'ANY' },
      tsaUrls: [service(`${origin}/api/v1/timestamp`)],
      tsaConfig: { selector: 'ANY' },
    });
  }

  /** The trusted root in parts, as the older generation takes it. */
  function writeParts(root: JsonObject): void {
    const first = (list: unknown) => asObject(asList(list)[0]);
    const pemOf = (label: string, holder: unknown) =>
      writePem(label, Buffer.from(asText(asObject(holder)?.['rawBytes']) ?? '', 'base64'));
    const chain = asList(asObject(first(root['certificateAuthorities'])?.['certChain'])?.['certificates']);
    writeFileSync(path('ca.pem'), chain.map((one) => pemOf('CERTIFICATE', one)).join(''));
    writeFileSync(path('ct.pub'), pemOf('PUBLIC KEY', first(root['ctlogs'])?.['publicKey']));
    writeFileSync(path('rekor.pub'), pemOf('PUBLIC KEY', first(root['tlogs'])?.['publicKey']));
  }

  const cosign = (name: string, ...args: readonly string[]): Promise<Run> =>
    succeed(peer(name), args, {
      cwd: folder,
      env: {
        HOME: folder,
        SIGSTORE_ROOT_FILE: 'ca.pem',
        SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: 'ct.pub',
        SIGSTORE_REKOR_PUBLIC_KEY: 'rekor.pub',
      },
    });

  const who = ['--certificate-identity', person, '--certificate-oidc-issuer', issuer];
  const insecure = '--allow-http-registry';

  async function verifiedHere(image: string): Promise<void> {
    const { code, stdout } = await bulla(['verify', image, '--trusted-root', path('root.json'), ...who]);
    assert.equal(code, 0, stdout);
    const stranger = ['--identity', 'other@example.com', '--issuer', issuer];
    assert.equal((await bulla(['verify', image, '--trusted-root', path('root.json'), ...stranger])).code, 1);
  }

  for (const version of [1, 2]) {
    test(`what cosign 3 signs, in a log of version ${version}, is verified here`, async () => {
      const { tagged } = await pushNewImage(host);
      const trust = ['--signing-config', `config${version}.json`, '--trusted-root', 'root.json'];
      await cosign('cosign-3', 'sign', '-y', ...trust, '--identity-token', 'token', insecure, tagged);
      await verifiedHere(tagged);
    });
  }

  test('what cosign 2 signs is verified here', async () => {
    const { tagged } = await pushNewImage(host);
    const services = ['--fulcio-url', origin, '--rekor-url', origin];
    await cosign('cosign-2', 'sign', '-y', ...services, '--identity-token', 'token', insecure, tagged);
    await verifiedHere(tagged);
  });

  test('what is signed here is verified by both, in the formats that they know', async () => {
    const { tagged } = await pushNewImage(host);
    const words = ['--identity-token', path('token'), '--signing-config', path('config1.json')];
    const { code, stderr } = await bulla(['sign', tagged, ...words]);
    assert.equal(code, 0, stderr);
    for (const format of ['--new-bundle-format', '--new-bundle-format=false']) {
      await cosign('cosign-3', 'verify', '--trusted-root', 'root.json', format, ...who, insecure, tagged);
    }
    await cosign('cosign-2', 'verify', ...who, insecure, tagged);
    const stranger = ['--certificate-identity', 'other@example.com', '--certificate-oidc-issuer', issuer];
    await assert.rejects(cosign('cosign-3', 'verify', '--trusted-root', 'root.json', ...stranger, insecure, tagged));
  });

  test('what is signed here in a log of the second version is verified by cosign 3', async () => {
    const { tagged } = await pushNewImage(host);
    const words = ['--identity-token', path('token'), '--signing-config', path('config2.json')];
    const { code, stderr } = await bulla(['sign', tagged, ...words]);
    assert.equal(code, 0, stderr);
    await cosign('cosign-3', 'verify', '--trusted-root', 'root.json', ...who, insecure, tagged);
  });
});
