import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BullaError } from '#kit/error.ts';
import type { JsonObject } from '#kit/narrow.ts';
import { loadPolicies } from '#policy/load.ts';
import type { Question } from '#policy/question.ts';
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
import { createBox } from '#signatures/box/box.ts';
import { pemOf } from '#signatures/box/certificate.ts';
import { createEnvelope, mediaTypeOf } from '#signatures/notation/envelope/testing.ts';
import { createSelfSigned, createSigner, pemOfCertificate } from '#signatures/notation/testing.ts';

const [alice, bob, carol] = [newPolicyKey(), newPolicyKey(), newPolicyKey()];
const issuer = 'https://issuer.example';
const world = newImageWorld();

function image(name: string, ...sign: readonly ((statement: object) => object)[]): string {
  const written = `registry.example/team/${name}:1`;
  const digest = world.put(written);
  for (const one of sign) world.attach(written, one(statementOf(digest)));
  return `${written}@${digest}`;
}

const by =
  (signer: typeof alice, log: 'v1' | 'none' = 'v1') =>
  (statement: object) =>
    box.sign({ key: signer.key, statement, at, log }).bundle;
const certified = (value: string) => (statement: object) =>
  box.sign({ identity: { kind: 'email', value }, issuer, statement, at, log: 'v1' }).bundle;

const notary = createSigner();
const images = {
  unsigned: image('unsigned'),
  alice: image('alice', by(alice)),
  unlogged: image('unlogged', by(alice, 'none')),
  two: image('two', by(alice), by(bob)),
  all: image('all', by(alice), by(bob), by(carol)),
  twice: image('twice', by(alice), by(alice)),
  certified: image('certified', certified('anna@example.org')),
  notary: image('notary'),
};
const notaryDigest = world.put('registry.example/team/notary:1');
world.attachLayer('registry.example/team/notary:1', {
  mediaType: mediaTypeOf.jws,
  artifactType: 'application/vnd.cncf.notary.signature',
  bytes: createEnvelope('jws', { signer: notary, image: notaryDigest }),
});

const keyRoot = (name: string, { pem }: typeof alice) => ({ name, key: pem });
const cosign = { name: 'cosign', type: 'cosign', trustRoots: [keyRoot('default', alice)] };
const several = {
  name: 'several',
  type: 'cosign',
  trustRoots: [keyRoot('alice', alice), keyRoot('bob', bob), keyRoot('carol', carol)],
};
const keyless = (rest: object = {}, host?: object) => ({
  name: 'keyless',
  type: 'cosign',
  trustRoots: [{ name: 'default', keyless: { issuer, subject: 'anna@example.org', ...rest } }],
  ...(host === undefined ? {} : { host }),
});
const rootPem = pemOfCertificate(notary.certificates.at(-1));
const otherPem = pemOfCertificate(createSelfSigned().certificates[0]);
const notation = { name: 'notation', type: 'notation', trustRoots: [{ name: 'default', cert: rootPem }] };
const allow = { name: 'allow', type: 'static', approve: true };
const deny = { name: 'deny', type: 'static', approve: false };

/** A configuration in which everything goes to one validator. */
const config = (validator: Readonly<Record<string, unknown>>, options?: object): JsonObject => ({
  validators: [validator],
  policy: [{ pattern: '*:*', validator: validator.name, ...(options === undefined ? {} : { with: options }) }],
});

async function decide(body: JsonObject, question: Question): Promise<readonly string[]> {
  const [policy] = await loadPolicies([{ origin: 'values.yaml', body }]);
  const outcomes = (await policy?.decide(question, surroundingsOf(world))) ?? [];
  return outcomes.map(({ rule, outcome, mode, reason }) => `${rule}: ${outcome} ${mode} ${reason.code}`);
}

const star = { trustRoot: '*' };
const passes = 'passed enforce passed';
const refused = 'failed enforce signature-refused';
const tooFew = 'failed enforce signers-too-few';

const cases: readonly [what: string, name: keyof typeof images, body: JsonObject, outcome: string][] = [
  ['its key', 'alice', config(cosign), passes],
  ['nobody', 'unsigned', config(cosign), 'failed enforce unsigned'],
  ['another key', 'alice', config({ ...cosign, trustRoots: [keyRoot('default', bob)] }), refused],
  ['a key that is in no log', 'unlogged', config(cosign), refused],
  ['a key that need be in no log', 'unlogged', config(cosign, { verifyInTransparencyLog: false }), passes],
  ['one of several by name', 'alice', config(several, { trustRoot: 'alice' }), passes],
  ['another of several by name', 'alice', config(several, { trustRoot: 'bob' }), refused],
  ['all of several', 'all', config(several, star), passes],
  ['two, where all must have signed', 'two', config(several, star), tooFew],
  ['two of three', 'two', config(several, { ...star, threshold: 2 }), passes],
  ['one of three, where two must have signed', 'alice', config(several, { ...star, threshold: 2 }), tooFew],
  ['one who signs twice', 'twice', config(several, { ...star, threshold: 2 }), tooFew],
  [
    'one who has two names',
    'alice',
    config({ ...several, trustRoots: [keyRoot('a', alice), keyRoot('b', alice)] }, { ...star, threshold: 2 }),
    tooFew,
  ],
  ['those who must', 'two', config(several, { ...star, required: ['alice', 'bob'] }), passes],
  ['others than who must', 'two', config(several, { ...star, required: ['alice', 'carol'] }), tooFew],
  ['who must, and enough', 'two', config(several, { ...star, required: ['bob'], threshold: 2 }), passes],
  ['who must, and not enough', 'two', config(several, { ...star, required: ['bob'], threshold: 3 }), tooFew],
  ['a certificate', 'certified', config(keyless()), passes],
  [
    'a certificate by expression',
    'certified',
    config(keyless({ subject: undefined, subjectRegex: 'anna@.*' })),
    passes,
  ],
  ['somebody else', 'certified', config(keyless({ subject: 'bob@example.org' })), refused],
  ['a log of my own, which has not seen it', 'certified', config(keyless({}, { rekorPubkey: alice.pem })), refused],
  [
    'an authority of my own, which has not issued it',
    'certified',
    config(keyless({}, { fulcioCert: pemOf('CERTIFICATE', createBox().chain.at(-1)?.der ?? Buffer.alloc(0)) })),
    refused,
  ],
  [
    'the authority, named',
    'certified',
    config(keyless({}, { fulcioCert: box.chain.map(({ der }) => pemOf('CERTIFICATE', der)).join('') })),
    passes,
  ],
  ['a log of certificates of my own', 'certified', config(keyless({}, { ctLogPubkey: alice.pem })), refused],
  [
    'certificates that need not be published',
    'certified',
    config(keyless({}, { ctLogPubkey: alice.pem }), { verifySCT: false }),
    passes,
  ],
  ['Notation', 'notary', config(notation), passes],
  [
    'Notation by another',
    'notary',
    config({ ...notation, trustRoots: [{ name: 'default', cert: otherPem }] }),
    refused,
  ],
  ['no signature of Notation', 'alice', config(notation), 'failed enforce unsigned'],
  ['Notation where a key is wanted', 'notary', config(cosign), 'failed enforce unsigned'],
  ['everything', 'unsigned', config(allow), passes],
  ['nothing', 'alice', config(deny), 'failed enforce condition-refused'],
];

for (const [what, name, body, outcome] of cases) {
  test(`${what}: ${outcome}`, async () => {
    const withoutUndefined = JSON.parse(JSON.stringify(body)) as JsonObject;
    assert.deepEqual(await decide(withoutUndefined, askForImages([images[name]])), [`*:*: ${outcome}`]);
  });
}

test('each image has its own rule, and who borrows one must please both', async () => {
  const digest = world.put('evil.example/registry.example/team/alice:1');
  const body = {
    validators: [allow, deny, cosign],
    policy: [
      { pattern: '*:*', validator: 'deny' },
      { pattern: 'registry.example/team/*', validator: 'cosign' },
      { pattern: 'registry.example/team/unsigned:*', validator: 'allow' },
    ],
  };
  const evil = `evil.example/registry.example/team/unsigned:1@${digest}`;
  assert.deepEqual(await decide(body, askForImages([images.alice, images.unsigned, images.two, evil])), [
    'registry.example/team/*: passed enforce passed',
    'registry.example/team/unsigned:*: passed enforce passed',
    'registry.example/team/*: passed enforce passed',
    'registry.example/team/unsigned:*: passed enforce passed',
    '*:*: failed enforce condition-refused',
  ]);
});

test('what no rule names is denied, and what is no reference', async () => {
  const body = { validators: [allow], policy: [{ pattern: 'ghcr.io/*', validator: 'allow' }] };
  const nobody = 'no-match: failed enforce no-policy';
  assert.deepEqual(await decide(body, askForImages([images.alice, 'no reference!'])), [nobody, nobody]);
});

test('the chart: features, and what is not trusted', async () => {
  const values = (features: object): JsonObject => ({
    kubernetes: { deployment: { replicasCount: 3 } },
    application: { ...config(cosign), features, logLevel: 'info' },
    alerting: { rejectRequest: { receivers: [{ template: 'slack', receiverUrl: 'https://hooks' }] } },
  });
  const outcome = (mode: string) => [`*:*: failed ${mode} unsigned`];
  const pod = askForPod([images.unsigned]);
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: { template: { spec: pod.request?.object?.['spec'] } },
  };
  const deployment = { ...askForPod([images.unsigned], { object }) };
  assert.deepEqual(await decide(values({}), pod), outcome('enforce'));
  assert.deepEqual(await decide(values({ detectionMode: true }), pod), outcome('warn'));
  assert.deepEqual(await decide(values({ resourceValidationMode: 'podsOnly' }), pod), outcome('enforce'));
  assert.deepEqual(await decide(values({ resourceValidationMode: 'podsOnly' }), deployment), outcome('warn'));
  assert.deepEqual(await decide(values({ resourceValidationMode: 'all' }), deployment), outcome('enforce'));
  const [policy] = await loadPolicies([
    {
      origin: 'values.yaml',
      body: values({
        automaticChildApproval: true,
        automaticUnchangedApproval: true,
        namespacedValidation: { mode: 'ignore' },
      }),
    },
  ]);
  assert.equal(policy?.remarks.length, 3);
});

test('tags are pinned before they are judged, unless that is not wanted', async () => {
  const tag = 'registry.example/team/alice:1';
  const digest = images.alice.split('@')[1] ?? '';
  const question = askForPod([tag]);
  const load = async (body: JsonObject) => {
    const [policy] = await loadPolicies([{ origin: 'values.yaml', body }]);
    const changed = await policy?.change?.(question, surroundingsOf(world));
    return { reasons: await decide(body, question), isChanged: changed !== question.request?.object, changed };
  };
  const mutate = await load(config(cosign));
  assert.deepEqual(mutate.reasons, ['*:*: failed enforce not-pinned']);
  assert.deepEqual(mutate.changed?.['spec'], { containers: [{ name: 'c0', image: `${tag}@${digest}` }] });
  const validateOnly = await load(config(cosign, { mode: 'insecureValidateOnly' }));
  assert.deepEqual(validateOnly.reasons, [`*:*: ${passes}`]);
  assert.equal(validateOnly.isChanged, false);
  assert.equal((await load(config(allow))).isChanged, false);
});

const notLoaded: readonly [what: string, body: JsonObject, code: string, message: RegExp][] = [
  ['an unknown field', { ...config(cosign), features: {} }, 'policy-invalid', /features: .*not known/],
  ['no rules', { validators: [cosign] }, 'policy-invalid', /policy/],
  [
    'the validators of the chart',
    { application: { policy: [{ pattern: '*:*' }] } },
    'policy-invalid',
    /application\.validators/,
  ],
  ['an unknown option', config(cosign, { key: 'default' }), 'policy-invalid', /policy\[0\]\.with\.key: .*not known/],
  [
    'an unknown field of the chart',
    { application: { ...config(cosign), policies: [] } },
    'policy-invalid',
    /application\.policies/,
  ],
  ['an unknown kind of validator', config({ name: 'x', type: 'gpg' }), 'policy-invalid', /validators\[0\]\.type/],
  [
    'Docker Content Trust',
    config({ name: 'x', type: 'notaryv1', trustRoots: [] }),
    'policy-unsupported',
    /validators\[0\]\.type: notaryv1/,
  ],
  ['delegations', config(cosign, { delegations: ['x'] }), 'policy-unsupported', /delegations/],
  [
    'a validator that is not there',
    { validators: [cosign], policy: [{ pattern: '*' }] },
    'policy-invalid',
    /policy\[0\]\.validator: .*default/,
  ],
  ['a validator twice', { ...config(cosign), validators: [cosign, cosign] }, 'policy-invalid', /validators\[1\]\.name/],
  ['a trust root that is not there', config(cosign, { trustRoot: 'x' }), 'policy-invalid', /with\.trustRoot/],
  [
    'a required root that is not there',
    config(several, { ...star, required: ['x'] }),
    'policy-invalid',
    /required\[0\]/,
  ],
  ['more than there are', config(several, { ...star, threshold: 4 }), 'policy-invalid', /threshold/],
  ['several of one', config(several, { trustRoot: 'alice', required: ['bob'] }), 'policy-invalid', /trustRoot: .*"\*"/],
  [
    'a key from an address',
    config({ ...cosign, trustRoots: [{ name: 'default', key: 'https://evil.example/key' }] }),
    'policy-unsupported',
    /key/,
  ],
  [
    'a key that is none',
    config({ ...cosign, trustRoots: [{ name: 'default', key: '-----BEGIN PUBLIC KEY-----\nx' }] }),
    'policy-invalid',
    /key/,
  ],
  [
    'a root of two kinds',
    config({
      ...cosign,
      trustRoots: [{ ...keyRoot('default', alice), keyless: { issuer, subject: 'a' } }],
    }),
    'policy-invalid',
    /trustRoots\[0\]: exactly/,
  ],
  [
    'no subject',
    config({ ...cosign, trustRoots: [{ name: 'default', keyless: { issuer } }] }),
    'policy-invalid',
    /keyless\.subject/,
  ],
  [
    'options of Notation for cosign',
    config(cosign, { verificationLevel: 'strict' }),
    'policy-invalid',
    /verificationLevel/,
  ],
  ['options of cosign for Notation', config(notation, { threshold: 1 }), 'policy-invalid', /threshold/],
  ['the level audit', config(notation, { verificationLevel: 'audit' }), 'policy-unsupported', /verificationLevel/],
  [
    'a certificate that is none',
    config({ ...notation, trustRoots: [{ name: 'default', cert: 'x' }] }),
    'policy-invalid',
    /cert/,
  ],
  ['options of what is static', config(allow, { trustRoot: '*' }), 'policy-invalid', /trustRoot/],
  [
    'alerts that deny',
    { ...config(cosign), alerting: { admitRequest: { receivers: [{ failIfAlertSendingFails: true }] } } },
    'policy-unsupported',
    /alerting\.admitRequest\.receivers\[0\]/,
  ],
];

for (const [what, body, code, message] of notLoaded) {
  test(`not loaded: ${what}`, async () => {
    await assert.rejects(
      loadPolicies([{ origin: 'values.yaml', body }]),
      (error) => error instanceof BullaError && error.code === code && message.test(error.message),
    );
  });
}

test('any document is a policy, or refused with a code', async () => {
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom([cosign], [several, notation, deny], [{ pattern: '*:*', validator: 'deny' }], {}),
  );
  const keys = fc.constantFrom('validators', 'policy', 'features', 'alerting', 'logLevel');
  await fc.assert(
    fc.asyncProperty(fc.dictionary(keys, values), fc.boolean(), async (fields, isChart) => {
      const body = isChart ? { application: fields } : fields;
      await loadPolicies([{ origin: 'values.yaml', body }]).catch((error: unknown) => {
        assert.ok(error instanceof BullaError, String(error));
      });
    }),
  );
});
