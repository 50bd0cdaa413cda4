import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#kit/narrow.ts';
import { newPolicyKey } from '#policy/testing.ts';
import { kyvernoCel } from './language.ts';

const pods = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
const services = { ...pods, resources: ['services'] };

function policy(kind: string, spec: object, metadata: object = {}): JsonObject {
  return {
    apiVersion: 'policies.kyverno.io/v1',
    kind,
    metadata: { name: 'p', ...metadata },
    spec: { matchConstraints: { resourceRules: [services] }, ...spec },
  };
}

const validations = [{ expression: 'true', message: 'ours\nonly' }];
const validating = (spec: object = {}, kind = 'ValidatingPolicy', metadata: object = {}) =>
  policy(kind, { validations, ...spec }, metadata);

function exception(spec: object, kind = 'ValidatingPolicy'): JsonObject {
  return {
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'PolicyException',
    metadata: { name: 'x' },
    spec: { policyRefs: [{ name: 'p', kind }], ...spec },
  };
}

function describe(language: 'en' | 'de', body: JsonObject, ...others: readonly JsonObject[]): readonly string[] {
  const companions = others.map((one) => ({ origin: 'x.yaml', body: one }));
  return kyvernoCel.compile({ origin: 'p.yaml', body }, companions).describe(language);
}

type Case = readonly [
  what: string,
  bodies: readonly [JsonObject, ...JsonObject[]],
  en: readonly string[],
  de: readonly string[],
];

const cases: readonly Case[] = [
  [
    'pods, and what makes them',
    [
      validating({
        matchConstraints: { resourceRules: [pods] },
        autogen: { podControllers: { controllers: ['deployments', 'jobs'] } },
        evaluation: { admission: { enabled: false }, background: { enabled: false } },
        validationActions: ['Warn'],
        failurePolicy: 'Ignore',
      }),
    ],
    [
      'It is about pods (on: CREATE).',
      'What it says of pods also holds for workloads that make pods: deployments, jobs.',
      'It is not asked when objects come into the cluster.',
      'It is not asked about what is in the cluster already.',
      'Only warned of.',
      'Rule validations[0]: "ours only" (an expression decides).',
    ],
    [
      'Sie betrifft pods (bei: CREATE).',
      'Was sie von Pods sagt, gilt auch für Workloads, die Pods erzeugen: deployments, jobs.',
      'Sie wird nicht gefragt, wenn Objekte in den Cluster kommen.',
      'Sie wird nicht zu dem gefragt, was schon im Cluster ist.',
      'Nur gemeldet.',
      'Regel validations[0]: „ours only“ (ein Ausdruck entscheidet).',
    ],
  ],
  [
    'a namespace, and exceptions',
    [
      validating(
        { failurePolicy: 'Ignore', matchConditions: [{ name: 'c', expression: 'true' }] },
        'ValidatingPolicy',
        {
          annotations: { 'policies.kyverno.io/description': 'Why.' },
        },
      ),
      exception({ matchConditions: [{ name: 'admins', expression: 'true' }] }),
      exception({ images: ['a', 'b'], allowedValues: ['v'] }),
      exception({}, 'NamespacedValidatingPolicy'),
    ],
    [
      'Its author says: "Why."',
      'It is about services (on: CREATE).',
      'It is asked only where these conditions hold, which are expressions: c.',
      'Enforced.',
      'What cannot be found out is only warned of.',
      'Rule validations[0]: "ours only" (an expression decides).',
      'Exception x: the policy does not count (where these conditions hold: admins).',
      'Exception x: its expressions may accept more (images a, b; values v).',
    ],
    [
      'Wer sie geschrieben hat, sagt: „Why.“',
      'Sie betrifft services (bei: CREATE).',
      'Sie wird nur gefragt, wo diese Bedingungen gelten, die Ausdrücke sind: c.',
      'Durchgesetzt.',
      'Was nicht zu erfahren ist, wird nur gemeldet.',
      'Regel validations[0]: „ours only“ (ein Ausdruck entscheidet).',
      'Ausnahme x: Die Richtlinie zählt nicht (wo diese Bedingungen gelten: admins).',
      'Ausnahme x: Ihre Ausdrücke dürfen mehr zulassen (Images a, b; Werte v).',
    ],
  ],
  [
    'any JSON, in a namespace',
    [validating({ evaluation: { mode: 'JSON' } }, 'NamespacedValidatingPolicy', { namespace: 'team' })],
    [
      'It is about the namespace team alone.',
      'It is about all objects.',
      'Enforced.',
      'Rule validations[0]: "ours only" (an expression decides).',
    ],
    [
      'Sie gilt allein im Namespace team.',
      'Sie betrifft alle Objekte.',
      'Durchgesetzt.',
      'Regel validations[0]: „ours only“ (ein Ausdruck entscheidet).',
    ],
  ],
  [
    'changes',
    [policy('MutatingPolicy', { mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: '[]' } }] })],
    ['It is about services (on: CREATE).', 'It changes the object; an expression says how.'],
    ['Sie betrifft services (bei: CREATE).', 'Sie ändert das Objekt; ein Ausdruck sagt, wie.'],
  ],
  [
    'images',
    [
      policy('ImageValidatingPolicy', {
        matchImageReferences: [{ glob: 'r.example/*' }, { expression: 'ref.startsWith("a")' }],
        validationActions: ['Audit'],
        validations,
        attestors: [
          {
            name: 'ci',
            cosign: {
              keyless: { identities: [{ issuer: 'https://i.example', subject: 's' }] },
              annotations: { a: 'b' },
            },
          },
          { name: 'key', cosign: { key: { data: newPolicyKey().pem }, ctlog: { insecureIgnoreTlog: true } } },
          { name: 'made', cosign: { key: { expression: '"x"' }, source: { repository: 'r.example/s' } } },
        ],
        attestations: [{ name: 'sbom', intoto: { type: 'https://spdx.dev/Document' } }],
      }),
    ],
    [
      'It is about services (on: CREATE).',
      'It looks at images r.example/* (and those that an expression chooses).',
      'Only written down.',
      'Somebody whom its expressions ask for must vouch for images r.example/* (and those that an expression chooses).',
      'Signer ci: a signature by identity s, issuer https://i.example (entry in a transparency log required; with the annotations a=b).',
      'Signer key: a signature by the key in the policy (no transparency log required).',
      'Signer made: a signature by whoever an expression names by key or certificate (entry in a transparency log required; kept in r.example/s).',
      'Statement sbom is of type https://spdx.dev/Document.',
      'Rule validations[0]: "ours only" (an expression decides).',
      'For images r.example/* (and those that an expression chooses), the digest is written behind the tag.',
      'Images r.example/* (and those that an expression chooses) may start only with their digest.',
    ],
    [
      'Sie betrifft services (bei: CREATE).',
      'Sie sieht sich Images r.example/* (und die, die ein Ausdruck auswählt) an.',
      'Nur aufgezeichnet.',
      'Für Images r.example/* (und die, die ein Ausdruck auswählt) muss jemand bürgen, nach dem ihre Ausdrücke fragen.',
      'Unterzeichner ci: Signatur von Identität s, Aussteller https://i.example (Eintrag in einem Transparenzlog nötig; mit den Annotationen a=b).',
      'Unterzeichner key: Signatur von dem Schlüssel in der Richtlinie (kein Transparenzlog nötig).',
      'Unterzeichner made: Signatur von jedem, den ein Ausdruck mit Schlüssel oder Zertifikat nennt (Eintrag in einem Transparenzlog nötig; abgelegt in r.example/s).',
      'Aussage sbom ist von der Art https://spdx.dev/Document.',
      'Regel validations[0]: „ours only“ (ein Ausdruck entscheidet).',
      'Für Images r.example/* (und die, die ein Ausdruck auswählt) wird der Digest hinter das Tag geschrieben.',
      'Images r.example/* (und die, die ein Ausdruck auswählt) werden nur mit Digest gestartet.',
    ],
  ],
  [
    'images that only an expression chooses',
    [policy('ImageValidatingPolicy', { matchImageReferences: [{ expression: 'true' }], validations })],
    [
      'It is about services (on: CREATE).',
      'It looks at images that an expression chooses.',
      'Enforced.',
      'Somebody whom its expressions ask for must vouch for images that an expression chooses.',
      'Rule validations[0]: "ours only" (an expression decides).',
      'For images that an expression chooses, the digest is written behind the tag.',
      'Images that an expression chooses may start only with their digest.',
    ],
    [
      'Sie betrifft services (bei: CREATE).',
      'Sie sieht sich Images, die ein Ausdruck auswählt, an.',
      'Durchgesetzt.',
      'Für Images, die ein Ausdruck auswählt, muss jemand bürgen, nach dem ihre Ausdrücke fragen.',
      'Regel validations[0]: „ours only“ (ein Ausdruck entscheidet).',
      'Für Images, die ein Ausdruck auswählt, wird der Digest hinter das Tag geschrieben.',
      'Images, die ein Ausdruck auswählt, werden nur mit Digest gestartet.',
    ],
  ],
  [
    'images that need not be vouched for',
    [
      policy('ImageValidatingPolicy', {
        validationConfigurations: { required: false, verifyDigest: false, mutateDigest: false },
        validations,
      }),
    ],
    [
      'It is about services (on: CREATE).',
      'It looks at all images.',
      'Enforced.',
      'Rule validations[0]: "ours only" (an expression decides).',
    ],
    [
      'Sie betrifft services (bei: CREATE).',
      'Sie sieht sich alle Images an.',
      'Durchgesetzt.',
      'Regel validations[0]: „ours only“ (ein Ausdruck entscheidet).',
    ],
  ],
];

test('what is said of a policy', () => {
  for (const [what, [body, ...others], en, de] of cases) {
    assert.deepEqual(describe('en', body, ...others), en, what);
    assert.deepEqual(describe('de', body, ...others), de, what);
  }
});
