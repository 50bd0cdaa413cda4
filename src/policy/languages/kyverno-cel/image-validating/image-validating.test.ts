import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#kit/narrow.ts';
import { changeObject, decide as decideAll } from '#policy/decide.ts';
import { loadPolicies } from '#policy/load.ts';
import type { GateName, Question } from '#policy/question.ts';
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
import { createEnvelope, mediaTypeOf } from '#signatures/notation/envelope/testing.ts';
import { createSigner, createSelfSigned, pemOfCertificate } from '#signatures/notation/testing.ts';
import { pemOf } from '#signatures/box/certificate.ts';

const { key, pem } = newPolicyKey();
const other = newPolicyKey();
const issuer = 'https://issuer.example';
const anna = { issuer, identity: { kind: 'email', value: 'anna@example.org' } } as const;
const vuln = 'https://cosign.sigstore.dev/attestation/vuln/v1';
const world = newImageWorld();
const later = new Date(at.getTime() + 86_400_000);
const notary = createSigner();

/** Puts an image into the world, and signs it as each says. */
function image(name: string, ...sign: readonly ((statement: object) => object)[]): string {
  const written = `registry.example/team/${name}:1`;
  const digest = world.put(written);
  for (const one of sign) world.attach(written, one(statementOf(digest)));
  return `${written}@${digest}`;
}

const withKey =
  (signer = key, rest: object = {}) =>
  (statement: object) =>
    box.sign({ key: signer, statement, at, log: 'v1', ...rest }).bundle;
const withCertificate =
  (rest: object = {}) =>
  (statement: object) =>
    box.sign({ ...anna, statement, at, log: 'v1', ...rest }).bundle;
const scan =
  (findings: number, sign = withKey()) =>
  (statement: object) =>
    sign({ ...statement, predicateType: vuln, predicate: { findings } });

const images = {
  unsigned: image('unsigned'),
  signed: image('signed', withKey()),
  unlogged: image('unlogged', withKey(key, { log: 'none' })),
  byOther: image('by-other', withKey(other.key)),
  byBoth: image('by-both', withKey(), withKey(other.key)),
  certified: image('certified', withCertificate()),
  bob: image('bob', withCertificate({ identity: { kind: 'email', value: 'bob@example.org' } })),
  clean: image('clean', withKey(), scan(0)),
  flawed: image('flawed', withKey(), scan(7)),
  scannedByOther: image('scanned-by-other', withKey(), scan(0, withKey(other.key))),
  mended: image('mended', withKey(), scan(7), scan(0, withKey(key, { at: later }))),
  broken: image('broken', withKey(), scan(7, withKey(key, { at: later })), scan(0)),
  notary: notarised('notary'),
};

function notarised(name: string): string {
  const written = `registry.example/team/${name}:1`;
  const digest = world.put(written);
  const bytes = createEnvelope('jws', { signer: notary, image: digest });
  world.attachLayer(written, {
    mediaType: mediaTypeOf.jws,
    bytes,
    artifactType: 'application/vnd.cncf.notary.signature',
  });
  return `${written}@${digest}`;
}

const rootOf = (signer: typeof notary) => pemOfCertificate(signer.certificates.at(-1));
const attestors = [
  { name: 'ours', cosign: { key: { data: pem } } },
  { name: 'others', cosign: { key: { data: other.pem } } },
  { name: 'anna', cosign: { keyless: { identities: [{ issuer, subject: 'anna@example.org' }] } } },
];

const verified = (list: string) => `images.containers.map(i, verifyImageSignatures(i, [${list}])).all(n, n > 0)`;

const pods = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] };

function policy(spec: object = {}): JsonObject {
  return {
    apiVersion: 'policies.kyverno.io/v1alpha1',
    kind: 'ImageValidatingPolicy',
    metadata: { name: 'p' },
    spec: {
      matchConstraints: { resourceRules: [pods] },
      matchImageReferences: [{ glob: 'registry.example/*' }],
      attestors,
      attestations: [{ name: 'scan', intoto: { type: vuln } }],
      validations: [{ expression: verified('attestors.ours'), message: 'not signed' }],
      ...spec,
    },
  };
}

const load = (body: JsonObject) => loadPolicies([{ origin: 'p.yaml', body }]);

async function decide(body: JsonObject, question: Question, given: Parameters<typeof surroundingsOf>[1] = {}) {
  return decideAll(await load(body), question, surroundingsOf(world, given));
}

const expression = (one: string, rest: object = {}) => ({ validations: [{ expression: one }], ...rest });
const by = (cosign: object) => expression(verified('attestors.a'), { attestors: [{ name: 'a', cosign }] });
const byNotary = (certs: string) =>
  expression(verified('attestors.a'), { attestors: [{ name: 'a', notary: { certs: { value: certs } } }] });
const attested = (list: string) =>
  `images.containers.all(i, verifyAttestationSignatures(i, attestations.scan, [${list}]) > 0`;
const findings = 'extractPayload(i, attestations.scan).predicate.findings == 0';

const cases: readonly (readonly [what: string, image: keyof typeof images, spec: object, verdict: string])[] = [
  ['a signature of ours', 'signed', {}, 'allow'],
  ['no signature', 'unsigned', {}, 'deny'],
  ['somebody else', 'byOther', {}, 'deny'],
  ['somebody else too', 'byBoth', {}, 'allow'],
  [
    'all of several',
    'byBoth',
    expression('images.containers.all(i, verifyImageSignatures(i, [attestors.ours, attestors.others]) == 2)'),
    'allow',
  ],
  [
    'one of several',
    'signed',
    expression('images.containers.all(i, verifyImageSignatures(i, [attestors.ours, attestors.others]) == 1)'),
    'allow',
  ],
  ['a certificate', 'certified', expression(verified('attestors.anna')), 'allow'],
  ['a certificate of somebody else', 'bob', expression(verified('attestors.anna')), 'deny'],
  [
    'a subject is no pattern',
    'certified',
    by({ keyless: { identities: [{ issuer, subject: '*@example.org' }] } }),
    'deny',
  ],
  [
    'an expression',
    'certified',
    by({ keyless: { identities: [{ issuer, subjectRegExp: '.*@example\\.org' }] } }),
    'allow',
  ],
  [
    'an expression for a part',
    'certified',
    by({ keyless: { identities: [{ issuer, subjectRegExp: '@example' }] } }),
    'deny',
  ],
  ['a key in no log', 'unlogged', {}, 'deny'],
  ['a key that needs no log', 'unlogged', by({ key: { data: pem }, ctlog: { insecureIgnoreTlog: true } }), 'allow'],
  [
    'a key that is an expression',
    'signed',
    expression(verified('attestors.a'), {
      variables: [{ name: 'k', expression: JSON.stringify(pem) }],
      attestors: [{ name: 'a', cosign: { key: { expression: 'variables.k' } } }],
    }),
    'allow',
  ],
  ['annotations that a bundle has not', 'signed', by({ key: { data: pem }, annotations: { team: 'a' } }), 'deny'],
  [
    'another repository',
    'signed',
    by({ key: { data: pem }, source: { repository: 'registry.example/elsewhere' } }),
    'deny',
  ],
  ['the Notary Project', 'notary', byNotary(rootOf(notary)), 'allow'],
  [
    'another authority of the Notary Project',
    'notary',
    byNotary(pemOfCertificate(createSelfSigned().certificates[0])),
    'deny',
  ],
  [
    'a variable that names an attestor',
    'signed',
    expression('variables.counts.all(n, n == 1)', {
      variables: [
        { name: 'counts', expression: 'images.containers.map(i, verifyImageSignatures(i, [attestors.ours]))' },
      ],
    }),
    'allow',
  ],
  ['a good scan', 'clean', expression(`${attested('attestors.ours')} && ${findings})`), 'allow'],
  ['a bad scan', 'flawed', expression(`${attested('attestors.ours')} && ${findings})`), 'deny'],
  ['the newest scan is good', 'mended', expression(`${attested('attestors.ours')} && ${findings})`), 'allow'],
  ['the newest scan is bad', 'broken', expression(`${attested('attestors.ours')} && ${findings})`), 'deny'],
  ['a scan by somebody else', 'scannedByOther', expression(`${attested('attestors.ours')} && ${findings})`), 'deny'],
  [
    'a scan that nobody vouches for is not handed out',
    'scannedByOther',
    expression(`images.containers.all(i, ${findings})`),
    'unknown',
  ],
  ['nothing is asked of what must be verified', 'signed', expression('true'), 'deny'],
  ['and need not be', 'unsigned', expression('true', { validationConfigurations: { required: false } }), 'allow'],
  ['images that it is not about', 'unsigned', { matchImageReferences: [{ glob: 'ghcr.io/**' }] }, 'allow'],
  [
    'an expression chooses images',
    'unsigned',
    { matchImageReferences: [{ expression: 'ref.startsWith("registry.example/")' }] },
    'deny',
  ],
  ['audit', 'unsigned', { validationActions: ['Audit'] }, 'allow'],
  [
    'what an image says of itself',
    'signed',
    expression(`${verified('attestors.ours')} && getImageData(images.containers[0]).config.os == "linux"`),
    'allow',
  ],
  [
    "images of one's own",
    'unsigned',
    expression('images.mine.all(i, verifyImageSignatures(i, [attestors.ours]) > 0)', {
      images: [{ name: 'mine', expression: 'object.spec.containers.map(c, c.image)' }],
    }),
    'deny',
  ],
];

for (const [what, name, spec, verdict] of cases) {
  test(`ImageValidatingPolicy: ${what}: ${verdict}`, async () => {
    const decided = await decide(policy(spec), askForPod([images[name]]));
    assert.equal(decided.verdict, verdict, JSON.stringify(decided.outcomes));
  });
}

test('a certificate, alone and with who issued it', async () => {
  const { bundle, certificate } = box.sign({ ...anna, statement: {}, at, log: 'v1' });
  assert.ok(bundle !== undefined && certificate !== undefined);
  const written = 'registry.example/team/by-certificate:1';
  const digest = world.put(written);
  const signed = box.sign({ ...anna, statement: statementOf(digest), at, log: 'v1' });
  world.attach(written, signed.bundle);
  const chain = box.chain.map(({ der }) => pemOf('CERTIFICATE', der)).join('');
  const cert = (one = signed.certificate) => ({ value: pemOf('CERTIFICATE', one?.der ?? Buffer.alloc(0)) });
  const ctlog = { insecureIgnoreSCT: true };
  const question = askForPod([`${written}@${digest}`]);
  const ours = await decide(
    policy(by({ certificate: { cert: cert(), certChain: { value: chain } }, ctlog })),
    question,
  );
  assert.equal(ours.verdict, 'allow', JSON.stringify(ours.outcomes));
  const theirs = await decide(
    policy(by({ certificate: { cert: cert(certificate), certChain: { value: chain } }, ctlog })),
    question,
  );
  assert.equal(theirs.verdict, 'deny');
});

test('every list of a pod and every volume counts, at every gate', async () => {
  const pod = askForPod([images.signed]);
  const spec = pod.request?.object?.['spec'] as JsonObject;
  const withMore = (more: object): Question => {
    const request = { ...pod.request, object: { ...pod.request?.object, spec: { ...spec, ...more } } } as NonNullable<
      Question['request']
    >;
    return { ...pod, request };
  };
  for (const more of [
    { initContainers: [{ name: 'i', image: images.unsigned }] },
    { ephemeralContainers: [{ name: 'e', image: images.unsigned }] },
    { volumes: [{ name: 'v', image: { reference: images.unsigned } }] },
    { containers: [{ name: 'c' }] },
  ]) {
    assert.equal((await decide(policy(), withMore(more))).verdict, 'deny', JSON.stringify(more));
  }
  const listed = expression(
    `${verified('attestors.ours')} && images.volumes.all(i, verifyImageSignatures(i, [attestors.ours]) > 0)`,
  );
  const signedVolume = withMore({ volumes: [{ name: 'v', image: { reference: images.signed } }] });
  assert.equal((await decide(policy(listed), signedVolume)).verdict, 'allow');
  for (const gate of ['check', 'containerd', 'promotion'] as const satisfies readonly GateName[]) {
    assert.equal((await decide(policy(), askForImages([images.signed], gate))).verdict, 'allow', gate);
    assert.equal((await decide(policy(), askForImages([images.unsigned], gate))).verdict, 'deny', gate);
  }
});

test('no other way to write a name leads past a policy', async () => {
  const globs = [{ glob: 'docker.io/library/nginx*' }];
  for (const name of [
    'nginx',
    'docker.io/nginx',
    'index.docker.io/library/nginx:1',
    'DOCKER.IO/library/nginx',
    'docker.io:443/library/nginx',
  ]) {
    const { outcomes } = await decide(policy({ matchImageReferences: globs }), askForImages([name]));
    assert.ok(
      outcomes.some(({ image: judged, outcome }) => judged?.written === name && outcome !== 'passed'),
      name,
    );
  }
});

test('globs', async () => {
  const matching: readonly (readonly [glob: string, name: string, isMatched: boolean])[] = [
    ['ghcr.io/a/*', 'ghcr.io/a/b/c:1', true],
    ['ghcr.io/a?/b', 'ghcr.io/ab/b', true],
    ['ghcr.io/[ab]/c*', 'ghcr.io/b/c:1', true],
    ['ghcr.io/[!ab]/c*', 'ghcr.io/b/c:1', false],
    ['{ghcr.io,quay.io}/a*', 'quay.io/a:1', true],
    ['ghcr.io/a', 'ghcr.io/a', true],
    ['ghcr.io/a', 'ghcr.io/ab', false],
    ['ghcrxio/a', 'ghcr.io/a', false],
  ];
  for (const [glob, name, isMatched] of matching) {
    const { outcomes } = await decide(
      policy({ matchImageReferences: [{ glob }], ...expression('true') }),
      askForImages([name]),
    );
    assert.equal(
      outcomes.some(({ rule }) => rule === 'required'),
      isMatched,
      `${glob} ${name}`,
    );
  }
});

test('tags are made digests, and what has none is refused where it would run', async () => {
  const tagged = 'registry.example/team/signed:1';
  assert.equal((await decide(policy(), askForPod([tagged]))).verdict, 'deny');
  assert.equal(
    (await decide(policy({ validationConfigurations: { verifyDigest: false } }), askForPod([tagged]))).verdict,
    'allow',
  );
  assert.equal((await decide(policy(), askForImages([tagged]))).verdict, 'allow');
  const question = askForPod([tagged, 'ghcr.io/other:1']);
  const change = async (spec: object) => changeObject(await load(policy(spec)), question, surroundingsOf(world));
  const written = (await change({})) as { spec: { containers: readonly { image: string }[] } };
  assert.deepEqual(
    written.spec.containers.map((one) => one.image),
    [images.signed, 'ghcr.io/other:1'],
  );
  assert.equal(await change({ validationConfigurations: { mutateDigest: false } }), question.request?.object);
});

test('an image is verified once, and a registry or trust that cannot be asked is unknown', async () => {
  const before = world.opened.length;
  const twice = expression(`${verified('attestors.ours')} && ${verified('attestors.ours')}`);
  assert.equal((await decide(policy(twice), askForPod([images.signed, images.signed]))).verdict, 'allow');
  assert.ok(world.opened.length - before <= 3, 'resolved, and looked beside, once');
  const gone = `registry.example/team/gone@sha256:${'0'.repeat(64)}`;
  assert.equal((await decide(policy(), askForPod([gone]))).verdict, 'unknown');
  const noTrust = { trustRoot: () => Promise.reject(new Error('nobody to trust')) };
  assert.equal((await decide(policy(), askForPod([images.signed]), noTrust)).verdict, 'unknown');
});

test('what is not understood does not load, by its name', async () => {
  const refused: readonly (readonly [spec: object, code: string, message: RegExp])[] = [
    [
      { attestors: [{ name: 'a', cosign: { key: { data: pem }, keyles: {} } }] },
      'policy-invalid',
      /attestors\[0\]\.cosign\.keyles: the field is not known/,
    ],
    [{ attestors: [{ name: 'a' }] }, 'policy-invalid', /exactly one of cosign and notary/],
    [by({}), 'policy-invalid', /exactly one of key, keyless and certificate/],
    [by({ key: { data: 'no key' } }), 'policy-invalid', /cosign\.key/],
    [by({ key: { kms: 'http://169.254.169.254' } }), 'policy-invalid', /is no key service/],
    [by({ keyless: { identities: [{ issuer }] } }), 'policy-invalid', /identities\[0\]\.subject/],
    [by({ key: { data: pem }, tuf: { mirror: 'https://evil' } }), 'policy-unsupported', /cosign\.tuf/],
    [by({ key: { data: pem }, source: { tagPrefix: 'x' } }), 'policy-unsupported', /tagPrefix/],
    [by({ certificate: { certChain: { value: 'x' } } }), 'policy-unsupported', /certificate\.cert/],
    [
      expression('verifyAttestationSignatures("a", attestations.a, []) > 0', {
        attestations: [{ name: 'a', referrer: { type: 'x' } }],
      }),
      'policy-unsupported',
      /attestations\.a is not supported/,
    ],
    [{ matchImageReferences: [{}] }, 'policy-invalid', /exactly one of glob and expression/],
    [{ matchImageReferences: [{ glob: 'a{b' }] }, 'policy-invalid', /a brace does not end/],
    [expression('verifyImageSignatures("a", [attestors.nobody]) > 0'), 'policy-invalid', /attestors/],
    [expression('images.containrs.size() == 0'), 'policy-invalid', /no field containrs/],
    [expression('verifyAttestationSignatures("a", attestations.nothing, []) > 0'), 'policy-invalid', /attestations/],
  ];
  for (const [spec, code, message] of refused)
    await assert.rejects(load(policy(spec)), { code, message }, message.source);
});
