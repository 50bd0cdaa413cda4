import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#kit/narrow.ts';
import { compile, policyWith } from './testing.ts';

const issuer = 'https://issuer.example';
const keyless = (subject: string, rest: object = {}) => ({ keyless: { issuer, subject, ...rest } });
const signed = (verification: object, rest: object = {}) => ({
  verifyImages: [{ imageReferences: ['r.example/*'], mutateDigest: false, verifyDigest: false, ...verification }],
  ...rest,
});
const by = (...entries: readonly object[]) => ({ attestors: [{ entries }] });
const denied = { validate: { message: 'not\n  so', deny: { conditions: { any: [] } } } };
const about = (resources: object, exclude?: object) => ({
  match: { any: [{ resources }] },
  ...(exclude === undefined ? {} : { exclude: { any: [exclude] } }),
});

function exception(spec: object): JsonObject {
  return {
    apiVersion: 'kyverno.io/v2',
    kind: 'PolicyException',
    metadata: { namespace: 'team', name: 'x' },
    spec: {
      exceptions: [{ policyName: 'p', ruleNames: ['r*'] }],
      match: { any: [{ resources: { kinds: ['Pod'] } }] },
      ...spec,
    },
  };
}

/** What is said of a rule alone, without what is said of its policy, and without its name. */
function demands(rule: object, language: 'en' | 'de', spec: object = {}): readonly string[] {
  const said = compile(policyWith([rule], spec)).describe(language);
  return said.flatMap((line) => /^(?:Rule|Regel) r0(?:: |, )(.*)$/.exec(line)?.[1] ?? []);
}

const log = { en: 'entry in a transparency log required', de: 'Eintrag in einem Transparenzlog nötig' };

const rules: readonly (readonly [what: string, rule: object, en: readonly string[], de: readonly string[]])[] = [
  [
    'an identity',
    signed(by(keyless('https://s.example/*'))),
    [`images r.example/* must be signed by identity https://s.example/*, issuer ${issuer} (${log.en}).`],
    [`Images r.example/* müssen signiert sein von Identität https://s.example/*, Aussteller ${issuer} (${log.de}).`],
  ],
  [
    'some of several, one of them a set, without a log',
    signed({
      attestors: [
        {
          count: 2,
          entries: [
            { keys: { publicKeys: 'a.pub', rekor: { ignoreTlog: true } } },
            { keys: { kms: 'awskms://k' } },
            { attestor: { count: 1, entries: [keyless('*'), { keys: { secret: { name: 's', namespace: 'n' } } }] } },
          ],
        },
      ],
    }),
    [
      `images r.example/* must be signed by 2 of: key a.pub (no transparency log required); key awskms://k (${log.en}); (one of: anyone with issuer ${issuer} (${log.en}); key in the Secret n/s (${log.en})).`,
    ],
    [
      `Images r.example/* müssen signiert sein von 2 der folgenden: Schlüssel a.pub (kein Transparenzlog nötig); Schlüssel awskms://k (${log.de}); (einem der folgenden: jedem mit Aussteller ${issuer} (${log.de}); Schlüssel im Secret n/s (${log.de})).`,
    ],
  ],
  [
    'all of several, and others',
    signed({
      attestors: [{ entries: [keyless('a'), keyless('b')] }, { entries: [{ keys: { publicKeys: 'c.pub' } }] }],
    }),
    [
      `images r.example/* must be signed by all of: identity a, issuer ${issuer} (${log.en}); identity b, issuer ${issuer} (${log.en}); and by key c.pub (${log.en}).`,
    ],
    [
      `Images r.example/* müssen signiert sein von allen folgenden: Identität a, Aussteller ${issuer} (${log.de}); Identität b, Aussteller ${issuer} (${log.de}); und von Schlüssel c.pub (${log.de}).`,
    ],
  ],
  [
    'digests, and images that are left out',
    signed({ ...by(keyless('a')), skipImageReferences: ['r.example/base*'], mutateDigest: true, verifyDigest: true }),
    [
      `images r.example/* (without r.example/base*) must be signed by identity a, issuer ${issuer} (${log.en}).`,
      'for images r.example/*, the digest is written behind the tag.',
      'images r.example/* (without r.example/base*) may start only with their digest.',
    ],
    [
      `Images r.example/* (ohne r.example/base*) müssen signiert sein von Identität a, Aussteller ${issuer} (${log.de}).`,
      'Für Images r.example/* wird der Digest hinter das Tag geschrieben.',
      'Images r.example/* (ohne r.example/base*) werden nur mit Digest gestartet.',
    ],
  ],
  [
    'a statement with conditions, and what it is refused for',
    signed({
      imageReferences: ['*'],
      attestations: [
        { type: 'https://slsa.dev/provenance/v1', ...by({ keys: { publicKeys: 'a.pub' } }), conditions: [{ all: [] }] },
      ],
      validate: { message: 'too bad', deny: { conditions: { any: [] } } },
    }),
    [
      `for all images, a statement of type https://slsa.dev/provenance/v1 must be signed by key a.pub (${log.en}); conditions on what is stated must hold, which are expressions.`,
      'all images are refused where conditions on what is stated hold, which are expressions: "too bad".',
    ],
    [
      `Für alle Images muss eine Aussage der Art https://slsa.dev/provenance/v1 signiert sein von Schlüssel a.pub (${log.de}); Bedingungen an das Ausgesagte müssen gelten, die Ausdrücke sind.`,
      'Alle Images werden abgelehnt, wo Bedingungen an das Ausgesagte gelten, die Ausdrücke sind: „too bad“.',
    ],
  ],
  [
    'digests alone',
    signed({ required: false, verifyDigest: true }),
    ['no signature is demanded of images r.example/*.', 'images r.example/* may start only with their digest.'],
    ['Für Images r.example/* wird keine Signatur verlangt.', 'Images r.example/* werden nur mit Digest gestartet.'],
  ],
  [
    'a message',
    denied,
    ['"not so" (refused where conditions hold).'],
    ['„not so“ (abgelehnt, wo Bedingungen gelten).'],
  ],
  [
    'a pattern without a message, and preconditions',
    { validate: { pattern: { spec: { a: 'b' } } }, preconditions: { all: [] } },
    ['where its preconditions hold: without a message; a pattern decides.'],
    ['wo ihre Vorbedingungen gelten: Ohne Meldung; ein Muster entscheidet.'],
  ],
  [
    'expressions, of which some have messages',
    { validate: { cel: { expressions: [{ expression: 'true', message: 'one' }, { expression: 'true' }] } } },
    ['"one" (an expression decides).', 'without a message; an expression decides.'],
    ['„one“ (ein Ausdruck entscheidet).', 'Ohne Meldung; ein Ausdruck entscheidet.'],
  ],
  [
    'a Pod Security Standard',
    {
      validate: {
        podSecurity: { level: 'baseline', version: 'v1.29', exclude: [{ controlName: 'Seccomp', images: ['a/*'] }] },
      },
    },
    ['pods must keep to the Pod Security Standard baseline (v1.29), without the controls Seccomp (images a/*).'],
    ['Pods müssen den Pod Security Standard baseline (v1.29) einhalten, ohne die Kontrollen Seccomp (Images a/*).'],
  ],
  [
    'signed manifests',
    {
      validate: {
        manifests: { ...by({ keys: { publicKeys: 'a.pub' } }), ignoreFields: [{ fields: ['spec.replicas'] }] },
      },
    },
    [
      'the object must carry its manifest (annotations of cosign.sigstore.dev), signed by key a.pub (no transparency log required), and be as that says; of some objects these fields may differ: spec.replicas.',
    ],
    [
      'Das Objekt muss sein Manifest tragen (Annotationen von cosign.sigstore.dev), signiert von Schlüssel a.pub (kein Transparenzlog nötig), und so sein, wie dieses sagt; diese Felder dürfen bei manchen Objekten abweichen: spec.replicas.',
    ],
  ],
  [
    'a merge',
    {
      mutate: {
        patchStrategicMerge: {
          metadata: { labels: { '+(team)': 'x' } },
          spec: {
            '(hostNetwork)': true,
            containers: [{ '(name)': '*', imagePullPolicy: 'Always' }],
            imagePullSecrets: [{ name: 's' }],
            volumes: [{ name: 'v', $patch: 'delete' }],
          },
        },
      },
    },
    [
      'it changes the object at metadata.labels.team, spec.containers[].imagePullPolicy, spec.imagePullSecrets, spec.volumes.',
    ],
    [
      'Sie ändert das Objekt bei metadata.labels.team, spec.containers[].imagePullPolicy, spec.imagePullSecrets, spec.volumes.',
    ],
  ],
  [
    'a patch',
    { mutate: { patchesJson6902: '- {op: add, path: /metadata/labels/a, value: b}' } },
    ['it changes the object at /metadata/labels/a.'],
    ['Sie ändert das Objekt bei /metadata/labels/a.'],
  ],
  [
    'a patch that is none before its variables are replaced',
    { mutate: { patchesJson6902: '{{ request.object }}' } },
    ['it changes the object.'],
    ['Sie ändert das Objekt.'],
  ],
  [
    'objects that are there',
    { mutate: { targets: [{ apiVersion: 'v1', kind: 'Secret', name: 's' }], patchStrategicMerge: { a: 1 } } },
    ['it changes objects that are already there, which is left to Kyverno; here it decides nothing.'],
    ['Sie ändert Objekte, die schon da sind; das bleibt Kyverno überlassen, hier entscheidet sie nichts.'],
  ],
];

test('what a rule demands', () => {
  for (const [what, rule, en, de] of rules) {
    assert.deepEqual(demands(rule, 'en'), en, what);
    assert.deepEqual(demands(rule, 'de'), de, what);
  }
});

test('a digest is written only where something is enforced', () => {
  const rule = signed({ ...by(keyless('a')), mutateDigest: true });
  const writes = (spec: object) => demands(rule, 'en', spec).some((line) => line.includes('is written'));
  const overrides = [{ action: 'Enforce', namespaces: ['prod'] }];
  assert.equal(writes({}), true);
  assert.equal(writes({ validationFailureAction: 'Audit' }), false);
  assert.equal(writes({ validationFailureAction: 'Audit', validationFailureActionOverrides: overrides }), true);
});

const pods = {
  en: 'What it says of pods also holds for workloads that make pods: DaemonSet, Deployment, Job, ReplicaSet, ReplicationController, StatefulSet, CronJob.',
  de: 'Was sie von Pods sagt, gilt auch für Workloads, die Pods erzeugen: DaemonSet, Deployment, Job, ReplicaSet, ReplicationController, StatefulSet, CronJob.',
};

const policies: readonly (readonly [what: string, policy: JsonObject, en: readonly string[], de: readonly string[]])[] =
  [
    [
      'what all rules share is said once',
      policyWith(
        [
          { ...denied, name: 'a' },
          { ...denied, name: 'b' },
        ],
        {
          validationFailureAction: 'Audit',
          emitWarning: true,
          validationFailureActionOverrides: [
            { action: 'Enforce', namespaces: ['prod-*'] },
            {
              action: 'audit',
              namespaceSelector: { matchExpressions: [{ key: 'stage', operator: 'NotIn', values: ['x'] }] },
            },
          ],
        },
        { annotations: { 'policies.kyverno.io/description': 'What it\n  is for.' } },
      ),
      [
        'Its author says: "What it is for."',
        'It is about objects of kind Pod.',
        'Only warned of (prod-*: enforced) (labels stage none of x: only warned of).',
        pods.en,
        'Rule a: "not so" (refused where conditions hold).',
        'Rule b: "not so" (refused where conditions hold).',
      ],
      [
        'Wer sie geschrieben hat, sagt: „What it is for.“',
        'Sie betrifft Objekte der Art Pod.',
        'Nur gemeldet (prod-*: durchgesetzt) (Labels stage keines von x: nur gemeldet).',
        pods.de,
        'Regel a: „not so“ (abgelehnt, wo Bedingungen gelten).',
        'Regel b: „not so“ (abgelehnt, wo Bedingungen gelten).',
      ],
    ],
    [
      'what differs is said of each',
      policyWith(
        [
          {
            ...denied,
            ...about(
              { kinds: ['Pod'], namespaces: ['prod'], operations: ['CREATE'], selector: { matchLabels: { a: 'b' } } },
              { subjects: [{ kind: 'User', name: 'admin' }] },
            ),
          },
          { validate: { ...denied.validate, failureAction: 'Audit' }, ...about({ names: ['x'] }) },
        ],
        { applyRules: 'One', webhookConfiguration: { matchConditions: [{ name: 'not-ours', expression: 'true' }] } },
        { annotations: { 'pod-policies.kyverno.io/autogen-controllers': 'none' } },
      ),
      [
        'It is asked only where these conditions hold, which are expressions: not-ours.',
        'Only the first rule that says something counts.',
        'Rule r0 is about objects of kind Pod (namespace: prod; labels: a=b; on: CREATE), except objects of any kind (asked for by: User admin).',
        'Rule r0: Enforced.',
        'Rule r0: "not so" (refused where conditions hold).',
        'Rule r1 is about objects of any kind (name: x).',
        'Rule r1: Only written down.',
        'Rule r1: "not so" (refused where conditions hold).',
      ],
      [
        'Sie wird nur gefragt, wo diese Bedingungen gelten, die Ausdrücke sind: not-ours.',
        'Nur die erste Regel, die etwas sagt, zählt.',
        'Regel r0 betrifft Objekte der Art Pod (Namespace: prod; Labels: a=b; bei: CREATE), ausgenommen Objekte jeder Art (auf Anfrage von: User admin).',
        'Regel r0: Durchgesetzt.',
        'Regel r0: „not so“ (abgelehnt, wo Bedingungen gelten).',
        'Regel r1 betrifft Objekte jeder Art (Name: x).',
        'Regel r1: Nur aufgezeichnet.',
        'Regel r1: „not so“ (abgelehnt, wo Bedingungen gelten).',
      ],
    ],
  ];

test('what is said of a policy', () => {
  for (const [what, policy, en, de] of policies) {
    const { describe } = compile(policy);
    assert.deepEqual(describe('en'), en, what);
    assert.deepEqual(describe('de'), de, what);
  }
});

test('exceptions are said with the policy', () => {
  const said = (spec: object, language: 'en' | 'de') =>
    compile(policyWith([denied]), exception(spec))
      .describe(language)
      .at(-1);
  const conditions = { any: [{ key: 'a', operator: 'Equals', value: 'a' }] };
  assert.equal(said({}, 'en'), 'Exception team/x: the rules r* do not count for objects of kind Pod.');
  assert.equal(
    said({ conditions, podSecurity: [{ controlName: 'Seccomp' }] }, 'de'),
    'Ausnahme team/x: Die Regeln r* zählen nicht für Objekte der Art Pod, wo ihre Bedingungen gelten; von Pod Security Standards zählen nur diese Kontrollen nicht: Seccomp.',
  );
});

test('which rules hold for workloads, too', () => {
  const said = (kinds: string, ...written: readonly object[]) => {
    const annotations = { 'pod-policies.kyverno.io/autogen-controllers': kinds };
    const lines = compile(policyWith(written, {}, { annotations })).describe('de');
    return lines.filter((line) => line.startsWith('Was sie'));
  };
  const all = 'Was sie von Pods sagt, gilt auch für Workloads, die Pods erzeugen: CronJob.';
  assert.deepEqual(said('CronJob', denied), [all]);
  assert.deepEqual(said('CronJob', { ...denied, name: 'a'.repeat(63) }), [all]);
  assert.deepEqual(said('Deployment', denied, { ...denied, ...about({ kinds: ['Service'] }), name: 'r' }), [
    'Was sie in r0 von Pods sagt, gilt auch für Workloads, die Pods erzeugen: Deployment.',
  ]);
  assert.deepEqual(said('none', denied), []);
});

test('a policy of a namespace is about that alone', () => {
  const policy = { ...policyWith([denied], {}, { namespace: 'team' }), kind: 'Policy' };
  assert.equal(compile(policy).describe('de')[0], 'Sie gilt allein im Namespace team.');
});

test('what is null is as if it was not there', () => {
  const selector = { matchLabels: null, matchExpressions: null };
  const attestors = [{ entries: [{ keyless: { issuer, subject: 's', rekor: null }, annotations: null }] }];
  const rule = {
    match: {
      any: [{ resources: { kinds: ['Pod'], selector, namespaceSelector: selector }, subjects: null }],
      all: null,
    },
    exclude: null,
    preconditions: null,
    ...signed({ attestors, annotations: null }),
  };
  const overrides = [{ action: 'Audit', namespaces: null, namespaceSelector: selector }];
  const policy = policyWith([rule], { validationFailureActionOverrides: overrides }, { annotations: null });
  const { describe } = compile(policy, exception({ conditions: null, podSecurity: null }));
  assert.deepEqual(describe('en'), [
    'It is about objects of kind Pod.',
    'Enforced (every namespace: only written down).',
    `Rule r0: images r.example/* must be signed by identity s, issuer ${issuer} (${log.en}).`,
    'Exception team/x: the rules r* do not count for objects of kind Pod.',
  ]);
});

test('a large policy does not flood', () => {
  const many = compile(policyWith(Array.from({ length: 500 }, () => denied))).describe('en');
  assert.equal(many.length, 3 + 50 + 1);
  assert.equal(many.at(-1), 'And 450 more rules.');
  const long = demands({ validate: { ...denied.validate, message: 'a'.repeat(100_000) } }, 'en')[0] ?? '';
  assert.ok(long.length < 300 && long.includes('…"'));
});
