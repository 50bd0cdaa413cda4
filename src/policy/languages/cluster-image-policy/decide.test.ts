import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#kit/narrow.ts';
import { loadPolicies } from '#policy/load.ts';
import type { Question } from '#policy/question.ts';
import type { Surroundings } from '#policy/surroundings.ts';
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
import { policyWith } from './testing.ts';

const { key, pem } = newPolicyKey();
const other = newPolicyKey();
const issuer = 'https://issuer.example';
const anna = { issuer, identity: { kind: 'email', value: 'anna@example.org' } } as const;
const world = newImageWorld();

/** Puts an image into the world, and signs it as each says. */
function image(name: string, ...sign: readonly ((statement: object) => object)[]): string {
  const written = `registry.example/team/${name}:1`;
  const digest = world.put(written);
  for (const one of sign) world.attach(written, one(statementOf(digest)));
  return `registry.example/team/${name}@${digest}`;
}

const withKey =
  (signer = key, rest: object = {}) =>
  (statement: object) =>
    box.sign({ key: signer, statement, at, ...rest }).bundle;
const withCertificate =
  (rest: object = {}, from = box) =>
  (statement: object) =>
    from.sign({ ...anna, statement, at, log: 'v1', ...rest }).bundle;

/** A statement of another type about the same image. */
const attested = (type: string, sign: (statement: object) => object) => (statement: object) =>
  sign({ ...statement, predicateType: type });

const vuln = 'https://cosign.sigstore.dev/attestation/vuln/v1';
const signed = image('signed', withKey());
const certified = image('certified', withCertificate());
const images = {
  unsigned: image('unsigned'),
  signed,
  logged: image('logged', withKey(key, { log: 'v1' })),
  stamped: image('stamped', withKey(key, { timestamp: true })),
  byOther: image('by-other', withKey(other.key)),
  byBoth: image('by-both', withKey(other.key), withKey()),
  certified,
  certifiedStamped: image('certified-stamped', withCertificate({ log: 'none', timestamp: true })),
  elsewhere: image('elsewhere', withCertificate({}, createBox())),
  bob: image('bob', withCertificate({ identity: { kind: 'email', value: 'bob@example.org' } })),
  nobody: image('nobody', withCertificate({ identity: [] })),
  scanned: image('scanned', attested(vuln, withKey())),
  scannedByBoth: image('scanned-by-both', attested(vuln, withKey()), attested(vuln, withKey(other.key))),
  moved: image('moved', () => withKey()(statementOf(world.put('registry.example/team/another:1')))),
};

const keyOf = (rest: object = {}) => ({ key: { data: pem }, ...rest });
const identities = [{ issuer, subject: 'anna@example.org' }];
const keyless = (rest: object = {}, more: object = {}) => ({
  keyless: { url: 'https://fulcio.sigstore.dev', identities, ...rest },
  ...more,
});
const attestations = [{ name: 'scan', predicateType: 'vuln' }];

/** In lines, as people write what is long. */
const base64 = (text: string) => Buffer.from(text).toString('base64').replaceAll(/.{76}/g, '$&\n');
const chainOf = (certificates: typeof box.chain) =>
  base64(certificates.map(({ der }) => pemOf('CERTIFICATE', der)).join(''));
const sigstoreKeys = { certificateAuthorities: [{ certChain: chainOf(box.chain) }] };
const timestampAuthorities = [{ certChain: chainOf(box.timestampAuthority.chain) }];
const root = (keys: object): JsonObject => ({
  apiVersion: 'policy.sigstore.dev/v1alpha1',
  kind: 'TrustRoot',
  metadata: { name: 'mine' },
  spec: { sigstoreKeys: keys },
});

async function decide(
  documents: readonly JsonObject[],
  question: Question,
  given: Parameters<typeof surroundingsOf>[1] = {},
): Promise<readonly string[]> {
  const policies = await loadPolicies(documents.map((body, index) => ({ origin: `file#${index}`, body })));
  const surroundings = surroundingsOf(world, given);
  const outcomes = await Promise.all(policies.map((policy) => policy.decide(question, surroundings)));
  return outcomes
    .flat()
    .map(({ policy, rule, outcome, mode, reason }) => `${policy}/${rule}: ${outcome} ${mode} ${reason.code}`);
}

const passedBy = (rule = 'authority-0') => `p/${rule}: passed enforce passed`;
const failed = (code: string) => `p/authorities: failed enforce ${code}`;

const cases: readonly [what: string, name: keyof typeof images, authority: object, outcome: string][] = [
  [
    'a certificate for nobody, where anyone is meant',
    'nobody',
    keyless({ identities: [{ issuer, subjectRegExp: '.*' }] }),
    failed('signature-refused'),
  ],
  ['its key', 'signed', keyOf(), passedBy()],
  ['nobody', 'unsigned', keyOf(), failed('unsigned')],
  ['another key', 'byOther', keyOf(), failed('signature-refused')],
  ['another key too', 'byBoth', keyOf(), passedBy()],
  ['the signature of another image', 'moved', keyOf(), failed('signature-refused')],
  ['a key of two', 'byOther', { key: { data: `${pem}${other.pem}` } }, passedBy()],
  [
    'a key in no log, where one is asked for',
    'signed',
    keyOf({ ctlog: { url: 'https://rekor' } }),
    failed('signature-refused'),
  ],
  ['a key in no log, where any is asked for', 'signed', keyOf({ ctlog: {} }), failed('signature-refused')],
  ['a key in a log', 'logged', keyOf({ ctlog: { url: 'https://rekor' } }), passedBy()],
  ['a key in a log that is not asked for', 'logged', keyOf(), passedBy()],
  ['a key without a timestamp', 'signed', keyOf({ rfc3161timestamp: {} }), failed('signature-refused')],
  ['a key with a timestamp', 'stamped', keyOf({ rfc3161timestamp: {} }), passedBy()],
  ['a certificate', 'certified', keyless(), passedBy()],
  [
    'an expression',
    'certified',
    keyless({ identities: [{ issuerRegExp: 'https://issuer\\..*', subjectRegExp: '.*@example.org' }] }),
    passedBy(),
  ],
  [
    'an expression for a part only',
    'certified',
    keyless({ identities: [{ issuer, subjectRegExp: 'anna@example' }] }),
    failed('signature-refused'),
  ],
  [
    'a star that is none',
    'certified',
    keyless({ identities: [{ issuer, subject: '*@example.org' }] }),
    failed('signature-refused'),
  ],
  ['somebody else', 'bob', keyless(), failed('signature-refused')],
  [
    'somebody else of two',
    'bob',
    keyless({ identities: [...identities, { issuer, subject: 'bob@example.org' }] }),
    passedBy(),
  ],
  [
    'another issuer',
    'certified',
    keyless({ identities: [{ issuer: 'https://evil.example', subject: 'anna@example.org' }] }),
    failed('signature-refused'),
  ],
  ['another Sigstore', 'elsewhere', keyless(), failed('signature-refused')],
  ['a certificate where a key is wanted', 'certified', keyOf(), failed('signature-refused')],
  ['a key where a certificate is wanted', 'signed', keyless(), failed('signature-refused')],
  ['a certificate without a log', 'certifiedStamped', keyless(), failed('signature-refused')],
  ['a certificate with a timestamp', 'certifiedStamped', keyless({}, { rfc3161timestamp: {} }), passedBy()],
  ['an attestation', 'scanned', keyOf({ attestations }), passedBy()],
  ['an attestation as a signature', 'scanned', keyOf(), failed('unsigned')],
  ['a signature as an attestation', 'signed', keyOf({ attestations }), failed('attestation-missing')],
  [
    'another attestation',
    'scanned',
    keyOf({ attestations: [...attestations, { name: 's', predicateType: 'spdx' }] }),
    failed('attestation-missing'),
  ],
  [
    'an attestation by one of two',
    'scanned',
    { key: { data: `${pem}${other.pem}` }, attestations },
    failed('attestation-refused'),
  ],
  ['an attestation by both', 'scannedByBoth', { key: { data: `${pem}${other.pem}` }, attestations }, passedBy()],
  ['a bundle where one is wanted', 'signed', keyOf({ signatureFormat: 'bundle' }), passedBy()],
  ['a bundle where the old format is wanted', 'signed', keyOf({ signatureFormat: 'legacy' }), failed('unsigned')],
  ['everyone', 'unsigned', { static: { action: 'pass' } }, passedBy()],
  ['no one', 'signed', { static: { action: 'fail', message: 'not here' } }, failed('condition-refused')],
  [
    'signatures elsewhere, where there are none',
    'signed',
    keyOf({ source: [{ oci: 'registry.example/signatures' }] }),
    failed('unsigned'),
  ],
];

for (const [what, name, authority, outcome] of cases) {
  test(`${what}: ${outcome}`, async () => {
    assert.deepEqual(await decide([policyWith({ authorities: [authority] })], askForImages([images[name]])), [outcome]);
  });
}

const ignored = { trustRootRef: 'mine', insecureIgnoreSCT: true };
const withRoot: readonly [what: string, name: keyof typeof images, keys: object, authority: object, outcome: string][] =
  [
    ['an expired certificate without a log', 'certified', sigstoreKeys, keyless(ignored), failed('signature-refused')],
    [
      'no log of certificates',
      'certified',
      sigstoreKeys,
      keyless({ trustRootRef: 'mine' }),
      failed('signature-refused'),
    ],
    [
      'timestamps of the root',
      'certifiedStamped',
      { ...sigstoreKeys, timestampAuthorities },
      keyless(ignored, { rfc3161timestamp: { trustRootRef: 'mine' } }),
      passedBy(),
    ],
    [
      'timestamps of nobody',
      'certifiedStamped',
      sigstoreKeys,
      keyless(ignored, { rfc3161timestamp: { trustRootRef: 'mine' } }),
      failed('signature-refused'),
    ],
    [
      'the log of the gate',
      'certified',
      sigstoreKeys,
      keyless(ignored, { ctlog: { url: 'https://rekor' } }),
      passedBy(),
    ],
    [
      'a log that the root does not name',
      'certified',
      sigstoreKeys,
      keyless(ignored, { ctlog: { trustRootRef: 'mine' } }),
      failed('signature-refused'),
    ],
  ];

for (const [what, name, keys, authority, outcome] of withRoot) {
  test(`a trust root of one's own, ${what}: ${outcome}`, async () => {
    const documents = [policyWith({ authorities: [authority] }), root(keys)];
    assert.deepEqual(await decide(documents, askForImages([images[name]])), [outcome]);
  });
}

test('signatures that are kept elsewhere', async () => {
  const digest = world.put('registry.example/team/kept:1');
  world.attach('registry.example/team/kept:1', withKey()(statementOf(digest)), 'registry.example/signatures');
  const authorities = [keyOf({ source: [{ oci: 'registry.example/signatures' }] })];
  assert.deepEqual(await decide([policyWith({ authorities })], askForImages(['registry.example/team/kept:1'])), [
    passedBy(),
  ]);
});

test('keys of a secret: any of them, and none if it is not there', async () => {
  const documents = [policyWith({ authorities: [{ key: { secretRef: { name: 'keys' } } }] })];
  const secret = {
    kind: 'Secret',
    metadata: { name: 'keys', namespace: 'cosign-system' },
    data: { 'a.pub': base64(other.pem), 'b.pub': base64(pem) },
  };
  assert.deepEqual(await decide(documents, askForImages([signed]), { objects: [secret] }), [passedBy()]);
  const unknown = 'p/authorities: unknown enforce evidence-unavailable';
  assert.deepEqual(await decide(documents, askForImages([signed])), [unknown]);
  const broken = { ...secret, data: { 'a.pub': base64('x') } };
  assert.deepEqual(await decide(documents, askForImages([signed]), { objects: [broken] }), [unknown]);
});

test('any authority of a policy, every policy of an image', async () => {
  const any = policyWith({
    authorities: [
      { name: 'first', ...keyless() },
      { name: 'second', ...keyOf() },
    ],
  });
  const strict = policyWith({ authorities: [keyless()], mode: 'warn' }, 'q');
  assert.deepEqual(await decide([any, strict], askForImages([signed])), [
    passedBy('second'),
    'q/authorities: failed warn signature-refused',
  ]);
});

test('what could not be asked is unknown, unless another authority vouches', async () => {
  const trustRoot: Surroundings['trustRoot'] = () => Promise.reject(new Error('no root'));
  const both = policyWith({ authorities: [keyless(), keyOf()] });
  assert.deepEqual(await decide([both], askForImages([signed]), { trustRoot }), [passedBy('authority-1')]);
  const unknown = 'p/authorities: unknown enforce evidence-unavailable';
  assert.deepEqual(await decide([both], askForImages([images.unsigned]), { trustRoot }), [unknown]);
  const gone = 'p/authorities: unknown enforce image-unavailable';
  assert.deepEqual(await decide([both], askForImages(['registry.example/team/gone:1'])), [gone]);
  assert.deepEqual(await decide([both], askForImages(['no reference!'])), [failed('reference-invalid')]);
});

test('gates demand a digest, also where anything passes, and it is added before', async () => {
  const tag = 'registry.example/team/unsigned:1';
  const [policy] = await loadPolicies([
    { origin: 'file', body: policyWith({ authorities: [{ static: { action: 'pass' } }] }) },
  ]);
  const question = askForPod([tag, signed]);
  const surroundings = surroundingsOf(world);
  const [first, second] = (await policy?.decide(question, surroundings)) ?? [];
  assert.equal(first?.reason.code, 'not-pinned');
  assert.equal(second?.outcome, 'passed');
  const changed = await policy?.change?.(question, surroundings);
  const digest = images.unsigned.split('@')[1] ?? '';
  assert.deepEqual(changed?.['spec'], {
    containers: [
      { name: 'c0', image: `${tag}@${digest}` },
      { name: 'c1', image: signed },
    ],
  });
  const pinned = askForPod([signed]);
  assert.equal(await policy?.change?.(pinned, surroundings), pinned.request?.object);
  await assert.rejects(async () => policy?.change?.(askForPod(['registry.example/team/gone:1']), surroundings));
});

const elsewhere = policyWith({ images: [{ glob: 'ghcr.io/**' }], authorities: [keyOf()] });
const config = (choice: string): JsonObject => ({
  kind: 'ConfigMap',
  metadata: { name: 'config-policy-controller' },
  data: { 'no-match-policy': choice },
});
const unmatched = (mode: string) => [`cluster-image-policies/no-match: failed ${mode} no-policy`];

test('an image that no policy is about is denied, unless the configuration says otherwise', async () => {
  const question = askForImages([signed]);
  assert.deepEqual(await decide([elsewhere], question), unmatched('enforce'));
  assert.deepEqual(await decide([elsewhere, config('deny')], question), unmatched('enforce'));
  assert.deepEqual(await decide([config('warn'), elsewhere], question), unmatched('warn'));
  assert.deepEqual(await decide([elsewhere, config('allow')], question), []);
  assert.deepEqual(await decide([elsewhere, config('allow')], askForImages(['no reference!'])), [
    failed('reference-invalid'),
  ]);
  await assert.rejects(decide([elsewhere, config('maybe')], question), /no-match-policy/);
  const two = [elsewhere, policyWith({ images: [{ glob: 'quay.io/**' }], authorities: [keyOf()] }, 'q')];
  assert.deepEqual(await decide(two, question), unmatched('enforce'));
  const three = [...two, policyWith({ authorities: [keyOf()] }, 'r')];
  assert.deepEqual(await decide(three, question), ['r/authority-0: passed enforce passed']);
});

test('policies of some objects only', async () => {
  const about = (match: object) => [policyWith({ authorities: [keyOf()], match: [match] }), config('allow')];
  const pod = (labels: object = {}) => askForPod([signed], {}, labels);
  const pods = { version: 'v1', resource: 'pods' };
  const expression = (operator: string, ...values: readonly string[]) => ({
    ...pods,
    selector: { matchExpressions: [{ key: 'a', operator, ...(values.length > 0 ? { values } : {}) }] },
  });
  const counts: readonly [match: object, labels: object, count: number][] = [
    [pods, {}, 1],
    [{ version: '*', resource: 'pods' }, {}, 1],
    [{ resource: 'pods' }, {}, 0],
    [{ ...pods, group: 'apps' }, {}, 0],
    [{ ...pods, resource: 'deployments' }, {}, 0],
    [{ ...pods, selector: { matchLabels: { a: 'b' } } }, { a: 'b' }, 1],
    [{ ...pods, selector: { matchLabels: { a: 'b' } } }, { a: 'c' }, 0],
    [expression('In', 'b'), { a: 'b' }, 1],
    [expression('In', 'b'), {}, 0],
    [expression('NotIn', 'b'), {}, 1],
    [expression('NotIn', 'b'), { a: 'b' }, 0],
    [expression('Exists'), { a: '' }, 1],
    [expression('DoesNotExist'), { a: '' }, 0],
  ];
  for (const [match, labels, count] of counts) {
    assert.equal((await decide(about(match), pod(labels))).length, count, JSON.stringify({ match, labels }));
  }
  // Without an object nobody can say that it is another.
  assert.equal((await decide(about({ ...pods, resource: 'deployments' }), askForImages([signed]))).length, 1);
});

test('the same image is judged once', async () => {
  const before = world.opened.length;
  await decide([policyWith({ authorities: [keyOf()] })], askForPod([certified, certified, certified, certified]));
  const asked = world.opened.length - before;
  await decide([policyWith({ authorities: [keyOf()] })], askForPod([certified]));
  assert.equal(asked, world.opened.length - before - asked);
});

test('the request is not looked at where no policy says so, so that the verdict holds for others', async () => {
  const seen: string[] = [];
  const question = {
    ...askForImages([signed]),
    get request() {
      seen.push('request');
      return undefined;
    },
  };
  await decide([policyWith({ authorities: [keyOf()] })], question);
  assert.deepEqual(seen, []);
  await decide([policyWith({ authorities: [keyOf()], match: [{ version: 'v1', resource: 'pods' }] })], question);
  assert.ok(seen.length > 0);
});
