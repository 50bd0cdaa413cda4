import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { digestOf } from '#kit/digest.ts';
import { BullaError } from '#kit/error.ts';
import { readManifest } from '#policy/manifests/read-manifest.ts';
import { applyEdits } from './edit.ts';
import { planPins, rememberingResolver, type Outcome, type Resolver } from './plan-pins.ts';
import { readUndoRecord, undo, undoRecord } from './undo-record.ts';

const sha = (text: string) => digestOf(text).slice('sha256:'.length, 'sha256:'.length + 40);

/** Every image has a digest that follows from its tag, every action a commit. */
const resolve: Resolver = (target, version) =>
  Promise.resolve({
    kind: 'digest',
    digest: target.kind === 'image' ? digestOf(`${target.reference.repository}:${version}`) : sha(version),
  });

async function planned(path: string, text: string, resolver: Resolver = resolve, update = false): Promise<Outcome[]> {
  return (await planPins(readManifest(path, text), resolver, update)).map(({ outcome }) => outcome);
}

function editsOf(outcomes: readonly Outcome[]) {
  return outcomes.flatMap((outcome) => ('edits' in outcome ? outcome.edits : []));
}

async function pinned(path: string, text: string, resolver: Resolver = resolve, update = false): Promise<string> {
  return applyEdits(text, editsOf(await planned(path, text, resolver, update)));
}

const nginx = digestOf('library/nginx:1');
const v4 = sha('v4');
const pod = (image: string) => `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: ${image}\n`;
const steps = (uses: string) => `on: push\njobs:\n  a:\n    steps:\n      - uses: ${uses}\n`;

const files: readonly (readonly [path: string, before: string, after: string])[] = [
  ['a.yaml', pod('nginx:1'), pod(`nginx:1@${nginx}`)],
  ['a.yaml', pod('"nginx:1" # why'), pod(`"nginx:1@${nginx}" # why`)],
  ['a.yaml', pod("&x 'nginx:1'"), pod(`&x 'nginx:1@${nginx}'`)],
  ['a.yaml', pod('>-\n        nginx:1'), pod(`>-\n        nginx:1@${nginx}`)],
  ['a.yaml', pod('"nginx:\\u0031"'), pod(`"nginx:\\u0031@${nginx}"`)],
  ['a.yaml', pod('nginx'), pod(`nginx:latest@${digestOf('library/nginx:latest')}`)],
  ['a.yaml', pod('host:5000/x'), pod(`host:5000/x:latest@${digestOf('x:latest')}`)],
  ['values.yaml', 'image: {repository: nginx, tag: 1}', `image: {repository: nginx, tag: 1@${nginx}}`],
  [
    'values.yaml',
    'image: {repository: nginx, tag: "1", digest: ""}',
    `image: {repository: nginx, tag: "1", digest: "${nginx}"}`,
  ],
  [
    'values.yaml',
    'i:\n  repository: nginx\n  tag: 1\n  digest:\n',
    `i:\n  repository: nginx\n  tag: 1\n  digest: ${nginx}\n`,
  ],
  [
    'values.yaml',
    'i: {repository: nginx, tag: "1", sha: ~}',
    `i: {repository: nginx, tag: "1", sha: "${nginx.slice(7)}"}`,
  ],
  ['values.yaml', 'image: nginx:1', `image: nginx:1@${nginx}`],
  [
    'kustomization.yaml',
    'images:\n- name: a\n  newName: nginx\n  newTag: "1" # b',
    `images:\n- name: a\n  newName: nginx\n  newTag: "1" # b\n  digest: ${nginx}`,
  ],
  [
    'kustomization.yaml',
    'images:\r\n- newTag: "1"\r\n  name: nginx\r\n',
    `images:\r\n- newTag: "1"\r\n  digest: ${nginx}\r\n  name: nginx\r\n`,
  ],
  [
    'kustomization.yaml',
    '{"images": [{"name": "nginx", "newTag": "1"}]}',
    `{"images": [{"name": "nginx", "newTag": "1", "digest": "${nginx}"}]}`,
  ],
  [
    'Dockerfile',
    'ARG B="nginx:1"\nFROM $B AS x\nFROM nginx:1\nFROM x\n',
    `ARG B="nginx:1@${nginx}"\nFROM $B AS x\nFROM nginx:1@${nginx}\nFROM x\n`,
  ],
  ['compose.yaml', 'services: {a: {image: nginx:1}}', `services: {a: {image: nginx:1@${nginx}}}`],
  ['.gitlab-ci.yml', 'image: nginx:1\na: {script: [b]}', `image: nginx:1@${nginx}\na: {script: [b]}`],
  [
    'a.nomad',
    'job "a" { group "g" { task "t" { config { image = "docker://nginx:1" } } } }',
    `job "a" { group "g" { task "t" { config { image = "docker://nginx:1@${nginx}" } } } }`,
  ],
  [
    't.json',
    '{"containerDefinitions": [{"image": "nginx:1"}]}',
    `{"containerDefinitions": [{"image": "nginx:1@${nginx}"}]}`,
  ],
  ['ci.yml', steps('a/b@v4'), steps(`a/b@${v4} # v4`)],
  ['ci.yml', steps('"a/b/c@v4"   # v4.1'), steps(`"a/b/c@${v4}"   # v4`)],
  ['ci.yml', steps('a/b@v4 # because of this'), steps(`a/b@${v4} # v4 # because of this`)],
  ['ci.yml', steps('a/b@v4  \r'), steps(`a/b@${v4} # v4  \r`)],
  ['ci.yml', 'on: push\njobs: {a: {steps: [{uses: a/b@v4}]}}', `on: push\njobs: {a: {steps: [{uses: a/b@${v4}}]}}`],
  ['ci.yml', steps('docker://nginx:1'), steps(`docker://nginx:1@${nginx}`)],
];

test('each format has its way to write a digest', async () => {
  for (const [path, before, after] of files) {
    assert.equal(await pinned(path, before), after);
    // What is pinned stays as it is, and is seen as pinned.
    const again = await planned(path, after, () => assert.fail('nothing is asked'));
    assert.ok(again.length > 0 && again.every(({ kind }) => kind === 'kept'), after);
  }
});

test('pins follow their tags when that is asked for, and only then', async () => {
  const moved: Resolver = (target) =>
    Promise.resolve({ kind: 'digest', digest: target.kind === 'image' ? digestOf('new') : sha('new') });
  for (const [path, before, after] of files) {
    assert.equal(await pinned(path, after, moved), after);
    assert.equal(await pinned(path, after, resolve, true), after);
    const update = await pinned(path, after, moved, true);
    // A map on one line has no room for the comment that would say which tag it was.
    const hasVersion = !before.includes('steps: [{');
    assert.equal(
      update,
      hasVersion ? after.replaceAll(/[0-9a-f]{64}/g, digestOf('new').slice(7)).replaceAll(v4, sha('new')) : after,
    );
  }
});

test('what cannot be pinned is said, and keeps nothing else from it', async () => {
  const kinds = async (path: string, text: string, resolver?: Resolver) =>
    (await planned(path, text, resolver)).map((outcome) => ('why' in outcome ? outcome.why : outcome.kind));
  assert.deepEqual(await kinds('Dockerfile', 'ARG V=1\nFROM nginx:$V\nFROM nginx:1'), [
    'it is put together from build arguments, or over several lines',
    'pinned',
  ]);
  assert.match((await kinds('a.yaml', pod('UPPER:1')))[0] ?? '', /not an image reference/);
  const refuse: Resolver = () => Promise.resolve({ kind: 'refused', why: 'nobody has signed it' });
  assert.deepEqual(await kinds('a.yaml', pod('nginx:1'), refuse), ['nobody has signed it']);
  const fail: Resolver = () => Promise.reject(new BullaError('offline', 'no network'));
  assert.deepEqual(await planned('a.yaml', pod('nginx:1'), fail), [
    { kind: 'failed', code: 'offline', why: 'no network' },
  ]);
});

test('each thing is asked about once', async () => {
  let asked = 0;
  const remembering = rememberingResolver((target, version) => {
    asked++;
    return resolve(target, version);
  });
  const text = 'FROM nginx:1\nFROM docker.io/library/nginx:1\nFROM nginx:2\n';
  assert.equal((await planned('Dockerfile', text, remembering)).length, 3);
  assert.equal(asked, 2);
});

test('pinning is taken back byte for byte', async () => {
  const sample = fc.constantFrom(...files);
  const before = fc.constantFrom('', '# 😀\n', '\uFEFF', '\uFEFF# a\r\n', '\n\n');
  const after = fc.constantFrom('', '\n', '\n# end', '\r\n', '  \n');
  await fc.assert(
    fc.asyncProperty(sample, before, after, fc.boolean(), async ([path, body], head, tail, crlf) => {
      const whole = `${head}${body}${tail}`;
      const text = crlf ? whole.replaceAll(/\r?\n/g, '\r\n') : whole;
      const edits = editsOf(await planned(path, text));
      const changed = applyEdits(text, edits);
      const record = readUndoRecord(JSON.stringify(undoRecord(text, edits)));
      assert.ok(record !== undefined);
      assert.equal(undo(changed, record), text);
      assert.equal(undo(`${changed} `, record), undefined);
      const [old, now] = [readManifest(path, text), readManifest(path, changed)];
      assert.deepEqual(now.gaps.length, old.gaps.length);
      // Without what was put in, the file is as it was.
      const bare = changed.replaceAll(/(?::latest)?@?sha256:[0-9a-f]{64}/g, '');
      assert.deepEqual([now.references.length, bare.includes('sha256:')], [old.references.length, false]);
      for (const { text: named } of now.references) assert.match(named, /@(?:sha256:[0-9a-f]{64}|[0-9a-f]{40})$/);
    }),
  );
});

test('a record that was tampered with takes nothing back', () => {
  const record = undoRecord('nginx:1', [{ start: 7, end: 7, text: '@x' }]);
  assert.equal(undo('nginx:1@x', record), 'nginx:1');
  assert.equal(undo('nginx:1@x', { ...record, edits: [{ start: 7, end: 9, text: 'y' }] }), undefined);
  assert.equal(undo('nginx:1@x', { ...record, edits: [{ start: 7, end: 99, text: '' }] }), undefined);
  for (const json of ['', '[]', '{"before": 1}', '{"edits": [{}]}']) assert.equal(readUndoRecord(json), undefined);
});
