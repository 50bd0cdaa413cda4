import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { missingData, realData } from '#kit/testing.ts';
import type { JsonObject } from '#kit/narrow.ts';
import { readDocuments } from '#policy/documents.ts';
import { askAboutObject } from '#policy/languages/kyverno/test/ask.ts';
import { compile, policyWith } from '#policy/languages/kyverno/testing.ts';
import {
  askForImages,
  askForPod,
  box,
  newImageWorld,
  newPolicyKey,
  signedAt as at,
  statementOf,
  surroundingsOf,
} from '#policy/testing.ts';
import { signatureError } from '#signatures/errors.ts';
import { pemOf } from '#signatures/box/certificate.ts';
import { createEnvelope, mediaTypeOf } from '#signatures/notation/envelope/testing.ts';
import { createSelfSigned, createSigner, pemOfCertificate } from '#signatures/notation/testing.ts';

const one = newPolicyKey();
const two = newPolicyKey();
const issuer = 'https://token.actions.githubusercontent.com';
const subject = 'https://github.com/your-org/app/.github/workflows/build.yml@refs/heads/main';
const world = newImageWorld();
const scan = 'https://example.org/scan/v1';

type Sign = (statement: object) => object;

/** Puts an image into the world, and signs it as each says. @returns it with its digest */
function image(name: string, signers: readonly Sign[] = [], host = 'ghcr.io/your-org'): string {
  const written = `${host}/${name}:1`;
  const digest = world.put(written);
  for (const sign of signers) world.attach(written, sign(statementOf(digest)));
  return `${host}/${name}@${digest}`;
}

const byKey =
  ({ key } = one, log: 'v1' | 'none' = 'v1'): Sign =>
  (statement) =>
    box.sign({ key, statement, at, log }).bundle;
const byWorkflow =
  (value = subject, rest: object = {}): Sign =>
  (statement) =>
    box.sign({ identity: { kind: 'uri', value }, issuer, statement, at, log: 'v1', ...rest }).bundle;
const stating =
  (predicate: object, sign: Sign): Sign =>
  (statement) =>
    sign({ ...statement, predicateType: scan, predicate });

const images = {
  unsigned: image('unsigned'),
  byOne: image('by-one', [byKey()]),
  byTwo: image('by-two', [byKey(two)]),
  byBoth: image('by-both', [byKey(), byKey(two)]),
  unlogged: image('unlogged', [byKey(one, 'none')]),
  built: image('built', [byWorkflow()]),
  evil: image('evil', [byWorkflow('https://github.com/your-org-evil/app/.github/workflows/build.yml@refs/heads/main')]),
  nameless: image('nameless', [(statement) => box.sign({ identity: [], issuer, statement, at, log: 'v1' }).bundle]),
  fresh: image('fresh', [stating({ age: 1, high: 0 }, byKey())]),
  stale: image('stale', [stating({ age: 9, high: 0 }, byKey())]),
  staleByOther: image('stale-by-other', [stating({ age: 1 }, byKey()), stating({ age: 9 }, byKey(two))]),
  official: image('nginx', [byKey()], 'docker.io/library'),
};

const keys = (publicKeys: string, rest: object = {}) => ({ keys: { publicKeys, ...rest } });
const keyless = (rest: object) => ({ keyless: { rekor: { url: 'https://rekor.sigstore.dev' }, ...rest } });
const by = (...entries: readonly object[]) => ({ attestors: [{ entries }] });
const attested = (rest: object = {}) => ({ attestations: [{ type: scan, ...by(keys(one.pem)), ...rest }] });
const age = (value: number) => ({ conditions: [{ all: [{ key: '{{ age }}', operator: 'LessThanOrEquals', value }] }] });

const cases: readonly (readonly [what: string, name: keyof typeof images, demand: object, outcome: string])[] = [
  ['a key', 'byOne', by(keys(one.pem)), 'passed'],
  ['nobody', 'unsigned', by(keys(one.pem)), 'failed unsigned'],
  ['another key', 'byTwo', by(keys(one.pem)), 'failed signature-refused'],
  ['a key in the old form', 'byOne', { key: one.pem }, 'passed'],
  ['another key in the old form', 'byTwo', { key: one.pem }, 'failed signature-refused'],
  ['a key in no log', 'unlogged', by(keys(one.pem)), 'failed signature-refused'],
  ['a key that need not be in a log', 'unlogged', by(keys(one.pem, { rekor: { ignoreTlog: true } })), 'passed'],
  ['both of two keys in one text', 'byOne', by(keys(one.pem + two.pem)), 'failed signers-too-few'],
  ['both of two keys', 'byBoth', by(keys(one.pem + two.pem)), 'passed'],
  ['one of two keys', 'byTwo', { attestors: [{ count: 1, entries: [keys(one.pem), keys(two.pem)] }] }, 'passed'],
  [
    'two sets',
    'byOne',
    { attestors: [by(keys(one.pem)).attestors[0], by(keys(two.pem)).attestors[0]] },
    'failed signature-refused',
  ],
  [
    'a set within a set',
    'byTwo',
    by({ attestor: { count: 1, entries: [keys(one.pem), keys(two.pem)] } }, keys(two.pem)),
    'passed',
  ],
  ['a workflow with a star', 'built', by(keyless({ issuer, subject: 'https://github.com/your-org/*' })), 'passed'],
  [
    'a workflow of a similar name',
    'evil',
    by(keyless({ issuer, subject: 'https://github.com/your-org/*' })),
    'failed signature-refused',
  ],
  ['another issuer', 'built', by(keyless({ issuer: 'https://gitlab.com', subject: '*' })), 'failed signature-refused'],
  ['a certificate for nobody', 'nameless', by(keyless({ issuer, subject: '*' })), 'failed signature-refused'],
  [
    'an expression',
    'built',
    by(keyless({ issuer, subjectRegExp: String.raw`https://github\.com/your-org/.+` })),
    'passed',
  ],
  [
    'a part of an expression',
    'evil',
    by(keyless({ issuer, subjectRegExp: 'https://github.com/your-org' })),
    'failed signature-refused',
  ],
  [
    'an expression or a subject',
    'built',
    by(keyless({ issuer, subject: 'nobody', subjectRegExp: '.*/app/.*' })),
    'passed',
  ],
  [
    'an extension that differs',
    'built',
    by(keyless({ issuer, subject: '*', additionalExtensions: { githubWorkflowRef: 'x' } })),
    'failed signature-refused',
  ],
  ['only bundles', 'byOne', { type: 'SigstoreBundle', ...by(keys(one.pem)) }, 'passed'],
  [
    'annotations that nobody has signed',
    'byOne',
    { ...by(keys(one.pem)), annotations: { team: 'a' } },
    'failed unsigned',
  ],
  [
    'another repository',
    'byOne',
    { ...by(keys(one.pem)), repository: 'ghcr.io/your-org/signatures' },
    'failed unsigned',
  ],
  ['a statement', 'fresh', attested(age(7)), 'passed'],
  ['no statement', 'byOne', attested(), 'failed attestation-missing'],
  ['a statement by another key', 'fresh', attested(by(keys(two.pem))), 'failed attestation-refused'],
  ['a statement that is too old', 'stale', attested(age(7)), 'failed attestation-refused'],
  ['a statement of others beside it', 'staleByOther', attested(age(7)), 'passed'],
  [
    'a statement, and who signs in the old form',
    'fresh',
    { key: two.pem, attestations: [{ type: scan }] },
    'failed attestation-refused',
  ],
  [
    'what must not hold of a statement',
    'fresh',
    {
      ...attested({ name: 'report' }),
      validate: { deny: { conditions: { any: [{ key: '{{ report.high }}', operator: 'Equals', value: 0 }] } } },
    },
    'failed condition-refused',
  ],
  [
    'a statement that lacks what is asked',
    'fresh',
    attested({ conditions: [{ all: [{ key: '{{ other }}', operator: 'Equals', value: 1 }] }] }),
    'failed attestation-refused',
  ],
];

async function judge(
  demand: object,
  question = askForPod([images.byOne]),
  objects: readonly JsonObject[] = [],
  metadata: object = {},
) {
  const policy = compile(policyWith([{ verifyImages: [{ imageReferences: ['*'], ...demand }] }], {}, metadata));
  const outcomes = await policy.decide(question, surroundingsOf(world, { objects }));
  return outcomes.map(({ outcome, reason }) => (outcome === 'passed' ? outcome : `${outcome} ${reason.code}`));
}

for (const [what, name, demand, outcome] of cases) {
  test(`what is asked for: ${what}`, async () => {
    assert.deepEqual(await judge(demand, askForPod([images[name]])), [outcome]);
    assert.deepEqual(await judge(demand, askForImages([images[name]])), [outcome], 'without an object');
  });
}

test('a key is in a Secret, under the name of a file too', async () => {
  const data = { 'cosign.pub': Buffer.from(one.pem).toString('base64') };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'k', namespace: 'kyverno' }, data };
  const question = askForPod([images.byOne]);
  assert.deepEqual(await judge(by(keys('k8s://kyverno/k')), question, [secret]), ['passed']);
  assert.deepEqual(await judge(by({ keys: { secret: { name: 'k', namespace: 'kyverno' } } }), question, [secret]), [
    'passed',
  ]);
  assert.deepEqual(await judge({ key: 'cosign.pub' }, question, [secret]), ['passed']);
  assert.deepEqual(
    await judge({ key: 'cosign.pub' }, question, [secret, { ...secret, data: { 'cosign.pub': 'eA==' } }]),
    ['failed signature-refused'],
  );
  assert.deepEqual(await judge(by(keys('k8s://kyverno/k')), question), ['unknown evidence-unavailable']);
});

test('keys come out of a ConfigMap by expressions, one for each namespace', async () => {
  const configMap = {
    kind: 'ConfigMap',
    metadata: { name: 'keys', namespace: 'default' },
    data: { team: one.pem, production: two.pem },
  };
  const rule = {
    context: [{ name: 'keys', configMap: { name: 'keys', namespace: 'default' } }],
    verifyImages: [
      {
        imageReferences: ['*'],
        attestors: [
          { count: 2, entries: [keys('{{ keys.data.production }}'), keys('{{ keys.data.{{request.namespace}} }}')] },
        ],
      },
    ],
  };
  const policy = compile(policyWith([rule]));
  const decide = async (name: string) =>
    (await policy.decide(askForPod([name]), surroundingsOf(world, { objects: [configMap] }))).map(
      ({ outcome }) => outcome,
    );
  assert.deepEqual(await decide(images.byBoth), ['passed']);
  assert.deepEqual(await decide(images.byOne), ['failed']);
});

const references: readonly (readonly [pattern: string, image: string, isMeant: boolean])[] = [
  ['docker.io/nginx*', images.official, true],
  ['docker.io/library/nginx:*', images.official, true],
  ['docker.io/nginx:*', `index.docker.io/library/nginx@${images.official.split('@')[1]}`, true],
  ['ghcr.io/your-org/*', images.byOne.replace('ghcr.io', 'GHCR.io:443'), true],
  ['ghcr.io/your-org/by-one:1*', images.byOne.replace('@', ':1@'), true],
  ['ghcr.io/your-org/by-one:2*', images.byOne.replace('@', ':1@'), false],
  ['ghcr.io/your-org/by-*:*', images.byOne, true],
  ['ghcr.io/other/*', images.byOne, false],
];

for (const [pattern, written, isMeant] of references) {
  test(`${pattern} is${isMeant ? '' : ' not'} about ${written.slice(0, 40)}`, async () => {
    const outcomes = await judge({ imageReferences: [pattern], ...by(keys(one.pem)) }, askForPod([written]));
    assert.deepEqual(outcomes, [isMeant ? 'passed' : 'skipped not-applicable']);
  });
}

test('what is left out is left out by its name alone', async () => {
  const demand = { imageReferences: ['*'], skipImageReferences: ['ghcr.io/your-org/unsigned*'], ...by(keys(one.pem)) };
  assert.deepEqual(await judge(demand, askForPod([images.unsigned, images.byOne])), [
    'skipped not-applicable',
    'passed',
  ]);
});

test('what is no image, and a tag where a digest is asked for', async () => {
  const demand = by(keys(one.pem));
  assert.deepEqual(await judge(demand, askForPod(['No Image'])), ['failed reference-invalid']);
  assert.deepEqual(await judge(demand, askForPod(['ghcr.io/your-org/by-one:1'])), ['failed not-pinned']);
  assert.deepEqual(await judge({ ...demand, verifyDigest: false }, askForPod(['ghcr.io/your-org/by-one:1'])), [
    'passed',
  ]);
  assert.deepEqual(await judge(demand, askForPod(['ghcr.io/your-org/gone@sha256:' + '0'.repeat(64)])), [
    'unknown image-unavailable',
  ]);
});

test('tags are pinned where a policy is enforced, and only for images that are meant', async () => {
  const verifyImages = [{ imageReferences: ['ghcr.io/your-org/*'], ...by(keys(one.pem)) }];
  const question = askForPod(['ghcr.io/your-org/by-one:1', 'docker.io/library/nginx:1']);
  const change = async (spec: object, ...others: readonly JsonObject[]) => {
    const policy = compile(policyWith([{ verifyImages }], spec), ...others);
    const object = await policy.change?.(question, surroundingsOf(world));
    return JSON.stringify(object);
  };
  const digest = images.byOne.split('@')[1];
  assert.match(await change({}), new RegExp(`"ghcr.io/your-org/by-one:1@${digest}".*"docker.io/library/nginx:1"`));
  assert.equal(await change({ validationFailureAction: 'Audit' }), JSON.stringify(question.request?.object));
  const exception = {
    apiVersion: 'kyverno.io/v2',
    kind: 'PolicyException',
    metadata: { name: 'e', namespace: 'team' },
    spec: {
      match: { any: [{ resources: { kinds: ['Pod'] } }] },
      exceptions: [{ policyName: 'p', ruleNames: ['*'] }],
    },
  };
  assert.equal(await change({}, exception), JSON.stringify(question.request?.object));
});

test('images of objects that make pods are pinned and judged too, and of other kinds where they say where', async () => {
  const verifyImages = [{ imageReferences: ['ghcr.io/your-org/*'], ...by(keys(one.pem)) }];
  const spec = { template: { spec: { containers: [{ name: 'c', image: 'ghcr.io/your-org/by-one:1' }] } } };
  const ask = (object: JsonObject) => askAboutObject(object, 'CREATE', { username: '', groups: [] });
  const deployment = ask({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec });
  const policy = compile(policyWith([{ verifyImages }]));
  const surroundings = surroundingsOf(world);
  assert.match(JSON.stringify(await policy.change?.(deployment, surroundings)), /by-one:1@sha256:/);
  assert.deepEqual(
    (await policy.decide(deployment, surroundings)).map(({ rule, outcome }) => `${rule} ${outcome}`),
    ['r0 skipped', 'autogen-r0 passed'],
  );
  const task = ask({
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name: 't' },
    spec: {
      steps: [
        { name: 's', image: 'docker://ghcr.io/your-org/by-two:1' },
        { name: 'u', image: 'docker://ghcr.io/your-org/by-one:1' },
      ],
    },
  });
  const ofTasks = compile(
    policyWith([
      {
        match: { any: [{ resources: { kinds: ['Task'] } }] },
        imageExtractors: {
          Task: [{ path: '/spec/steps/*', value: 'image', key: 'name', jmesPath: "trim_prefix(@, 'docker://')" }],
        },
        verifyImages,
      },
    ]),
  );
  assert.deepEqual(
    (await ofTasks.decide(task, surroundings)).map((said) => `${said.image?.pointer} ${said.outcome}`),
    ['/spec/steps/0/image failed', '/spec/steps/1/image passed'],
  );
  assert.equal(await ofTasks.change?.(task, surroundings), task.request?.object);
});

test('an expression may match a part, and anyone may sign, where the policy asks for it', async () => {
  const lenient = (word: string) => ({ annotations: { 'policy.bulla/as-kyverno': word } });
  const part = by(keyless({ issuer, subjectRegExp: 'https://github.com/your-org' }));
  assert.deepEqual(await judge(part, askForPod([images.evil]), [], lenient('unanchored-expressions')), ['passed']);
  const anyone = { attestations: [{ type: scan }] };
  assert.deepEqual(await judge(anyone, askForPod([images.fresh]), [], lenient('any-signer')), [
    'failed attestation-refused',
  ]);
  assert.throws(() => compile(policyWith([], {}, lenient('everything'))), { code: 'policy-invalid' });
});

test('an authority of its own', async () => {
  const roots = box.chain.map(({ der }) => pemOf('CERTIFICATE', der)).join('');
  assert.deepEqual(await judge(by(keyless({ issuer, subject: '*', roots })), askForPod([images.built])), ['passed']);
  const chain = { certificates: { certChain: roots } };
  assert.deepEqual(await judge(by(chain), askForPod([images.built])), ['passed']);
  assert.deepEqual(await judge(by(chain), askForPod([images.byOne])), ['failed signature-refused']);
});

test('whoever names everybody needs no trusted root', async () => {
  const pubkey = box.logs.v1.publicKey.export({ format: 'pem', type: 'spki' });
  const rekor = { url: box.logs.v1.url, pubkey };
  const roots = box.chain.map(({ der }) => pemOf('CERTIFICATE', der)).join('');
  const trustRoot = () => Promise.reject(signatureError('trust-root-invalid', 'it is not to be had'));
  const say = async (name: keyof typeof images, entry: object) => {
    const policy = compile(policyWith([{ verifyImages: [{ imageReferences: ['*'], ...by(entry) }] }]));
    return (await policy.decide(askForPod([images[name]]), surroundingsOf(world, { trustRoot }))).map(
      ({ outcome }) => outcome,
    );
  };
  const named = { issuer, subject: '*', roots, ctlog: { ignoreSCT: true } };
  assert.deepEqual(await say('byOne', keys(one.pem, { rekor })), ['passed']);
  assert.deepEqual(await say('unlogged', keys(one.pem, { rekor })), ['failed']);
  assert.deepEqual(await say('byOne', keys(one.pem)), ['unknown']);
  assert.deepEqual(await say('built', { keyless: { ...named, rekor } }), ['passed']);
  assert.deepEqual(await say('built', { keyless: { ...named, rekor: { url: rekor.url } } }), ['unknown']);
});

test('the key of a certificate, wherever that comes from', async () => {
  const signer = createSigner();
  const [leaf] = signer.certificates;
  const named = image('by-certificate', [byKey({ key: signer.key, pem: '' })]);
  const cert = pemOfCertificate(leaf);
  assert.deepEqual(await judge(by({ certificates: { cert } }), askForPod([named])), ['passed']);
  assert.deepEqual(await judge(by({ certificates: { cert } }), askForPod([images.byOne])), [
    'failed signature-refused',
  ]);
});

test('signatures of the Notary Project', async () => {
  const [signer, other] = [createSigner(), createSelfSigned()];
  const certificates = (of: typeof signer) => ({ certificates: { cert: pemOfCertificate(of.certificates.at(-1)) } });
  const named = image('notarised');
  const bytes = createEnvelope('jws', { signer, image: world.put('ghcr.io/your-org/notarised:1') });
  world.attachLayer('ghcr.io/your-org/notarised:1', {
    mediaType: mediaTypeOf.jws,
    bytes,
    artifactType: 'application/vnd.cncf.notary.signature',
  });
  const notary = (of: typeof signer) => ({ type: 'Notary', ...by(certificates(of)) });
  assert.deepEqual(await judge(notary(signer), askForPod([named])), ['passed']);
  assert.deepEqual(await judge(notary(other), askForPod([named])), ['failed signature-refused']);
  assert.deepEqual(await judge(notary(signer), askForPod([images.byOne])), ['failed unsigned']);
  assert.deepEqual(await judge(by(keys(one.pem)), askForPod([named])), ['failed unsigned']);
});

const refused: readonly (readonly [what: string, demand: object, code: string, field: string])[] = [
  ['a key at an address', by(keys('https://example.org/cosign.pub')), 'policy-unsupported', 'publicKeys'],
  [
    'a variable in a reference',
    { imageReferences: ['{{ x }}'], ...by(keys(one.pem)) },
    'policy-invalid',
    'verifyImages[0]',
  ],
  ['nobody for a statement', { attestations: [{ type: scan }] }, 'policy-invalid', 'attestations[0].attestors'],
  ['anyone without a key', by(keyless({})), 'policy-invalid', 'keyless'],
  ['two kinds in an entry', by({ ...keys(one.pem), ...keyless({ issuer }) }), 'policy-invalid', 'attestors'],
  ['more than there are', { attestors: [{ count: 2, entries: [keys(one.pem)] }] }, 'policy-invalid', 'attestors'],
  ['SHA-224', by(keys(one.pem, { signatureAlgorithm: 'sha224' })), 'policy-unsupported', 'signatureAlgorithm'],
  ['a key for the Notary Project', { type: 'Notary', ...by(keys(one.pem)) }, 'policy-invalid', 'attestors'],
  [
    'an extension that is not read',
    by(keyless({ issuer, additionalExtensions: { x: 'y' } })),
    'policy-unsupported',
    'additionalExtensions.x',
  ],
  ['a subject without an issuer', { subject: 'x' }, 'policy-invalid', 'subject'],
  ['a field that is not known', { subjectRegexp: 'x' }, 'policy-invalid', 'subjectRegexp'],
];

for (const [what, demand, code, field] of refused) {
  test(`a policy is not loaded with ${what}`, () => {
    const load = () => compile(policyWith([{ verifyImages: [{ imageReferences: ['*'], ...demand }] }]));
    assert.throws(load, (error: Error & { code?: string }) => error.code === code && error.message.includes(field));
  });
}

/** Policies as people have written them. */
const given = (name: string): JsonObject => {
  const file = join(realData, '../policies', name);
  return readDocuments(readFileSync(file, 'utf8'), name)[0]?.body ?? {};
};
const skip = missingData('../policies');
const codes = async (name: string, reference: string) =>
  (await compile(given(name)).decide(askForPod([reference]), surroundingsOf(world, { key: noKey }))).map(
    ({ rule, outcome, mode, reason }) => `${rule}: ${outcome} ${mode} ${reason.code}`,
  );
const noKey = () => Promise.reject(signatureError('key-invalid', 'there is no such file'));

test('a given policy: workflows of an organization, enforced', { skip }, async () => {
  const name = 'given-a-keyless-enforce.yaml';
  assert.deepEqual(await codes(name, images.built), ['verify-cosign-signature: passed enforce passed']);
  assert.deepEqual((await codes(name, images.evil))[0], 'verify-cosign-signature: failed enforce signature-refused');
  assert.deepEqual((await codes(name, images.unsigned))[0], 'verify-cosign-signature: failed enforce unsigned');
});

test('a given policy: signed, and from the own registry', { skip }, async () => {
  const name = 'given-b-keyless-and-internal-registry.yaml';
  const subjectOf = 'https://github.com/myorg/myrepo/.github/workflows/release.yml@refs/heads/main';
  const signed = image('app', [byWorkflow(subjectOf)], 'registry.company.com');
  const said = async (reference: string) => (await codes(name, reference)).filter((line) => !line.includes('skipped'));
  assert.deepEqual(await said(signed), [
    'check-image-signature: passed enforce passed',
    'require-internal-registry: passed enforce passed',
  ]);
  assert.deepEqual(await said(images.built), ['require-internal-registry: failed enforce pattern-mismatch']);
});

test('a given policy: a key that is the name of a file, where there is none', { skip }, async () => {
  const policy = compile(given('given-c-short-form-key.yaml'));
  const outcomes = await policy.decide(askForPod([images.byOne]), surroundingsOf(world, { key: noKey }));
  const [first] = outcomes;
  assert.equal(first?.outcome, 'failed');
  assert.match(first.reason.words['refusals'] ?? '', /"cosign.pub", which is no key/);
  assert.match(first.reason.message ?? '', /BEGIN PUBLIC KEY/);
});
