import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { mediaTypes, type Descriptor } from '#image/manifest.ts';
import { pushManifest } from '#image/registry/push-manifest.ts';
import { createTransport } from '#image/registry/transport.ts';
import { packTar, writeLayout } from '#image/testing.ts';
import { newFolder } from '#kit/testing.ts';
import { pushBytes } from '#signatures/storage/repository.ts';
import { bulla, succeed } from './bulla.ts';
import { problemsOf } from './schemas.ts';

/** A pair of keys in files. */
export interface KeyFiles {
  readonly key: string;
  readonly publicKey: string;
}

export function newKeys(): KeyFiles {
  const folder = newFolder('keys');
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = join(folder, 'key.pem');
  const publicKey = join(folder, 'key.pub');
  writeFileSync(key, pair.privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  writeFileSync(publicKey, pair.publicKey.export({ format: 'pem', type: 'spki' }));
  return { key, publicKey };
}

export interface Answer {
  readonly verified: boolean;
  readonly codes: readonly string[];
  readonly accepted: readonly string[];
}

/** Asks who vouches for something, and gives the codes of what was refused and the formats of what was accepted. */
export async function ask(...args: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await bulla(['verify', '--json', ...args]);
  assert.ok(code === 0 || code === 1, stderr);
  assert.deepEqual(problemsOf(stdout, 'verification'), []);
  const answer = asObject(parseJson(stdout));
  const entries = asList(answer?.['entries']).map((entry) => asObject(entry));
  const problem = asText(asObject(answer?.['problem'])?.['code']);
  const refused = entries.flatMap((entry) => asText(asObject(entry?.['refusal'])?.['code']) ?? []);
  assert.equal(answer?.['verified'], code === 0);
  return {
    verified: code === 0,
    codes: [...refused, ...(problem === undefined ? [] : [problem])],
    accepted: entries
      .filter((entry) => entry?.['accepted'] === true)
      .flatMap((entry) => asText(entry?.['format']) ?? []),
  };
}

/** Runs a verb that must succeed. @returns what it wrote */
export async function done(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await bulla(args);
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

/** The names of an image in a registry. */
export interface PushedImage {
  readonly name: string;
  readonly descriptor: Descriptor;
  readonly tagged: string;
  readonly pinned: string;
  /** Of cosign's tags, without what comes after the dot. */
  readonly digestTag: string;
}

let count = 0;

/** Pushes a new image under a new name. @param config more of its configuration */
export async function pushNewImage(host: string, config: JsonObject = {}): Promise<PushedImage> {
  const layout = newFolder('image');
  const layers = [packTar([{ path: 'content', content: `image ${++count}` }])];
  const [written] = writeLayout(layout, [{ tag: '1', layers, config }]);
  assert.ok(written !== undefined);
  const { digest, size } = written;
  const name = `${host}/team/app${count}`;
  const options = ['-q', '--preserve-digests', '--dest-tls-verify=false'];
  await succeed('skopeo', ['copy', ...options, `oci:${layout}:1`, `docker://${name}:1`]);
  const descriptor = { mediaType: mediaTypes.ociManifest, digest, size, annotations: {} };
  return { name, descriptor, tagged: `${name}:1`, pinned: `${name}@${digest}`, digestTag: digest.replace(':', '-') };
}

/** Pushes an index of two images. @param name with the registry @returns its reference */
export async function pushIndex(name: string): Promise<string> {
  const [host = ''] = name.split('/', 1);
  const repository = name.slice(host.length + 1);
  const transport = createTransport(host, { environment: {} });
  try {
    const manifests = [];
    // None is for this machine, wherever that is: what is verified need not run here.
    for (const architecture of ['mips64le', 's390x']) {
      const content = Buffer.from(
        JSON.stringify({ architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }),
      );
      const config = await pushBytes({ transport, name: repository }, mediaTypes.ociConfig, content);
      const manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [] };
      const bytes = Buffer.from(JSON.stringify(manifest));
      const pushed = await pushManifest(transport, repository, {
        mediaType: mediaTypes.ociManifest,
        bytes,
      });
      manifests.push({ ...pushed.descriptor, platform: { architecture, os: 'linux' } });
    }
    const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
    const bytes = Buffer.from(JSON.stringify(index));
    await pushManifest(transport, repository, { mediaType: mediaTypes.ociIndex, bytes }, '1');
    return `${name}:1`;
  } finally {
    transport.close();
  }
}

/** Copies what a name means, and nothing that is beside it. */
export async function copyAlone(from: string, to: string): Promise<void> {
  const insecure = ['--src-tls-verify=false', '--dest-tls-verify=false'];
  await succeed('skopeo', ['copy', '-q', ...insecure, `docker://${from}`, `docker://${to}`]);
}
