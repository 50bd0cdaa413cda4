import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { digestOf } from '#kit/digest.ts';
import { startServer } from '#image/registry/testing.ts';
import { newFolder } from '#kit/testing.ts';
import { readManifest } from '#policy/manifests/read-manifest.ts';
import { applyEdits } from '#policy/pinning/edit.ts';
import { planPins, type Resolver } from '#policy/pinning/plan-pins.ts';
import { undo, undoRecord } from '#policy/pinning/undo-record.ts';
import { bulla, command, missingPrograms } from './bulla.ts';
import { missingManifests, realManifests, writeRealManifests } from './manifests.ts';
import { startRegistry } from './registry.ts';
import { problemsOf } from './schemas.ts';
import { copyAlone, done, newKeys, pushNewImage } from './vouching.ts';

const missing = await missingPrograms('docker-registry', 'skopeo');
const noGit = await missingPrograms('git');

describe('images in files are pinned to what their registry has', { skip: missing ?? false }, () => {
  let host = '';
  let stop: (() => void) | undefined;
  before(async () => {
    ({ host, stop } = await startRegistry());
  });
  after(() => stop?.());

  const pod = (image: string) =>
    `# a pod\r\napiVersion: v1\r\nkind: Pod\r\nspec:\r\n  containers:\r\n  - image: "${image}" # why\r\n`;

  /** Writes a file of its own. */
  function write(name: string, text: string): string {
    const file = join(newFolder('pin'), name);
    writeFileSync(file, text);
    return file;
  }

  test('pinned, checked, updated and taken back, with its rights and behind a link', async () => {
    const image = await pushNewImage(host);
    const text = pod(image.tagged);
    const file = write('pod.yaml', text);
    chmodSync(file, 0o640);
    const link = join(newFolder('link'), 'pod.yaml');
    symlinkSync(file, link);

    assert.equal((await bulla(['pin', '--check', file])).code, 1);
    const [, digest = ''] = image.pinned.split('@');
    const preview = await bulla(['pin', '--dry-run', file]);
    assert.match(preview.stdout, new RegExp(`^\\+  - image: "${image.tagged}@${digest}" # why\r$`, 'm'));
    assert.equal(readFileSync(file, 'utf8'), text);

    assert.equal((await bulla(['pin', link])).code, 0);
    const pinned = pod(`${image.tagged}@${digest}`);
    assert.equal(readFileSync(file, 'utf8'), pinned);
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.equal((await bulla(['pin', '--check', file])).code, 0);

    const other = await pushNewImage(host);
    await copyAlone(other.tagged, image.tagged);
    assert.equal((await bulla(['pin', file])).code, 0);
    assert.equal(readFileSync(file, 'utf8'), pinned);
    assert.equal((await bulla(['pin', '--update', file])).code, 0);
    assert.equal(readFileSync(file, 'utf8'), pod(`${image.tagged}@${other.pinned.split('@')[1]}`));

    await done('pin', '--undo', file);
    assert.equal(readFileSync(file, 'utf8'), pinned);
    await done('pin', '--undo', link);
    assert.equal(readFileSync(file, 'utf8'), text);
    const again = await bulla(['pin', '--undo', file]);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /error\[undo-refused\]/);
  });

  test('a diff is one that git applies', { skip: noGit ?? false }, async () => {
    const image = await pushNewImage(host);
    const file = write('Dockerfile', `FROM ${image.tagged}\nRUN true`);
    const { stdout } = await bulla(['pin', '--dry-run', 'Dockerfile'], { cwd: join(file, '..') });
    const applied = await command('git', ['apply', '-'], { cwd: join(file, '..'), input: stdout });
    assert.equal(applied.code, 0, applied.stderr);
    assert.match(readFileSync(file, 'utf8'), /^FROM \S+:1@sha256:[0-9a-f]{64}\nRUN true$/);
  });

  test('only what is signed is pinned, if that is asked for', async () => {
    const keys = newKeys();
    const [signed, unsigned] = [await pushNewImage(host), await pushNewImage(host)];
    await done('sign', signed.tagged, '--key', keys.key);
    const text = `services:\n  a: {image: '${signed.tagged}'}\n  b: {image: '${unsigned.tagged}'}\n`;
    const file = write('compose.yaml', text);
    const run = await bulla(['pin', '--verify', '--key', keys.publicKey, file]);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.stdout, /left mutable/);
    const digest = signed.pinned.split('@')[1] ?? '';
    assert.equal(readFileSync(file, 'utf8'), text.replace(signed.tagged, `${signed.tagged}@${digest}`));
    assert.equal((await bulla(['pin', '--key', keys.publicKey, file])).code, 2);
  });

  test('one that is not there keeps no other from being pinned', async () => {
    const image = await pushNewImage(host);
    const file = write('Dockerfile', `FROM ${host}/team/absent:1\nFROM ${image.tagged}\nFROM \${X}\n`);
    const { code, stdout } = await bulla(['pin', '--json', file]);
    assert.equal(code, 2);
    assert.deepEqual(problemsOf(stdout, 'pin'), []);
    assert.ok(readFileSync(file, 'utf8').includes(`FROM ${image.tagged}@sha256:`));
  });

  test('standard input is pinned to standard output', async () => {
    const image = await pushNewImage(host);
    const { code, stdout } = await bulla(['pin', '-'], { input: pod(image.tagged) });
    assert.deepEqual([code, stdout], [0, pod(`${image.tagged}@${image.pinned.split('@')[1]}`)]);
  });
});

test('actions are pinned to the commits of their tags', async (t) => {
  const commit = 'a'.repeat(40);
  const packet = (line: string) => `${(line.length + 4).toString(16).padStart(4, '0')}${line}`;
  const body = `${packet('# service=git-upload-pack\n')}0000${packet(`${commit} refs/tags/v4\n`)}0000`;
  const { origin, seen } = await startServer(t, ({ url }) =>
    url === '/org/name.git/info/refs?service=git-upload-pack' ? { body } : { status: 404 },
  );
  const file = join(newFolder('actions'), 'ci.yml');
  const workflow = (one: string) =>
    `on: push\njobs: \n  a:\n    steps:\n      - uses: ${one}\n      - uses: org/name/sub@v4\n`;
  writeFileSync(file, workflow('org/absent@v1'));
  const run = await bulla(['pin', file], { env: { GITHUB_SERVER_URL: origin } });
  assert.equal(run.code, 2);
  assert.match(run.stdout, /org\/absent@v1: .*no public repository/);
  assert.equal(
    readFileSync(file, 'utf8'),
    workflow('org/absent@v1').replace('org/name/sub@v4', `org/name/sub@${commit} # v4`),
  );
  assert.equal(seen.length, 2);
  const offline = await bulla(['pin', '--offline', file], { env: { GITHUB_SERVER_URL: origin } });
  assert.equal(offline.code, 2);
  assert.equal(seen.length, 2);
});

test('an action that is not surely meant is left alone', async (t) => {
  const [one, two] = ['a'.repeat(40), 'b'.repeat(40)];
  const packet = (line: string) => `${(line.length + 4).toString(16).padStart(4, '0')}${line}`;
  const refs = [`${one} refs/heads/v1\n`, `${two} refs/heads/main\n`, `${two} refs/tags/v1\n`].map(packet).join('');
  const body = `${packet('# service=git-upload-pack\n')}0000${refs}0000`;
  const { origin } = await startServer(t, ({ url }) => {
    if (url.startsWith('/org/both.git')) return { body };
    return url.startsWith('/org/moved.git')
      ? { status: 301, headers: { location: '/org/both.git' } }
      : { body: 'something else' };
  });
  const cases = [
    ['org/both@v1', 1, /a tag and a branch "v1", which differ/],
    ['org/both@v9', 2, /no tag or branch "v9"/],
    ['org/moved@v1', 2, /has moved away/],
    ['org/other@v1', 2, /gives no list of the tags/],
  ] as const;
  for (const [uses, code, message] of cases) {
    const file = join(newFolder('actions'), 'ci.yml');
    const workflow = `on: push\njobs: {a: {steps: [{uses: ${uses}}]}}\n`;
    writeFileSync(file, workflow);
    const run = await bulla(['pin', file], { env: { GITHUB_SERVER_URL: origin } });
    assert.equal(run.code, code, uses);
    assert.match(run.stdout, message);
    assert.equal(readFileSync(file, 'utf8'), workflow);
  }
});

describe('real manifests', { skip: missingManifests ?? false }, () => {
  const resolve: Resolver = (target, version) =>
    Promise.resolve({ kind: 'digest', digest: digestOf(`${target.kind} ${version}`) });

  test('pinned, they say the same but for the digests, and are taken back byte for byte', async () => {
    let count = 0;
    for (const [path, bytes] of realManifests()) {
      const text = bytes.toString('utf8');
      const planned = await planPins(readManifest(path, text), resolve, false);
      const edits = planned.flatMap(({ outcome }) => ('edits' in outcome ? outcome.edits : []));
      const pinned = applyEdits(text, edits);
      assert.deepEqual(Buffer.from(undo(pinned, undoRecord(text, edits)) ?? ''), bytes, path);
      if (edits.length === 0) continue;
      count += edits.length;
      assert.equal(bare(valuesOf(pinned)), bare(valuesOf(text)), path);
      assert.equal(pinned.includes('\r\n'), text.includes('\r\n'));
      const again = await planPins(readManifest(path, pinned), () => assert.fail('nothing is asked'), false);
      assert.ok(
        again.every(({ outcome: { kind } }) => kind === 'kept' || kind === 'refused' || kind === 'failed'),
        path,
      );
    }
    assert.ok(count > 150, `${count} were pinned`);
  });

  test('what is mutable in a folder is listed, and what cannot be read', async () => {
    const { code, stdout } = await bulla(['pin', '--check', '--json', writeRealManifests()]);
    assert.equal(code, 1);
    assert.deepEqual(problemsOf(stdout, 'pin'), []);
    assert.match(stdout, /"outcome": "mutable"/);
    assert.match(stdout, /"code": "template"/);
  });

  /** The same without digests, and the fields and tags that may have come with them. */
  function bare(json: string): string {
    return json
      .replaceAll(/@?(?:sha256:)?[0-9a-f]{64}/g, '')
      .replaceAll(/,?"digest":""/g, '')
      .replaceAll(':latest"', '"');
  }

  /** What a file says, by another reader. */
  function valuesOf(text: string): string {
    const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent' });
    return JSON.stringify(Array.isArray(documents) ? documents.map((document) => document.toJS() as unknown) : []);
  }
});
