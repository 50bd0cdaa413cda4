import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPolicyKey } from '#policy/testing.ts';
import { compile, policyWith } from './testing.ts';

const pem = newPolicyKey().pem;
const identities = [{ issuer: 'https://issuer.example', subjectRegExp: 'https://s\\.example/.*' }];
const log = {
  known: {
    en: 'entry in the transparency log of the trust root required, if it has one',
    de: 'Eintrag im Transparenzlog der Vertrauenswurzel nötig, wenn sie eines hat',
  },
  required: { en: 'entry in a transparency log required', de: 'Eintrag in einem Transparenzlog nötig' },
  optional: { en: 'no transparency log required', de: 'kein Transparenzlog nötig' },
};

const authorities: readonly (readonly [what: string, authority: object, en: string, de: string])[] = [
  [
    'an identity',
    { keyless: { identities } },
    `The image must be signed by identity like the expression https://s\\.example/.*, issuer https://issuer.example (${log.known.en}).`,
    `Das Image muss signiert sein von Identität nach dem Ausdruck https://s\\.example/.*, Aussteller https://issuer.example (${log.known.de}).`,
  ],
  [
    'any of several identities, in a log',
    {
      keyless: { identities: [...identities, { issuerRegExp: '.*', subject: 'b' }] },
      ctlog: { url: 'https://log.example' },
    },
    `The image must be signed by one of: identity like the expression https://s\\.example/.*, issuer https://issuer.example; identity b, any issuer (${log.required.en}).`,
    `Das Image muss signiert sein von einem der folgenden: Identität nach dem Ausdruck https://s\\.example/.*, Aussteller https://issuer.example; Identität b, beliebiger Aussteller (${log.required.de}).`,
  ],
  [
    'a key, elsewhere, as bundles',
    { key: { data: pem }, source: [{ oci: 'r.example/signatures' }], signatureFormat: 'bundle' },
    `The image must be signed by the key in the policy (${log.optional.en}; as Sigstore bundles; kept in r.example/signatures).`,
    `Das Image muss signiert sein von dem Schlüssel in der Richtlinie (${log.optional.de}; als Sigstore-Bundles; abgelegt in r.example/signatures).`,
  ],
  [
    'keys of a Secret, with timestamps',
    { key: { secretRef: { name: 's' } }, rfc3161timestamp: {} },
    `The image must be signed by key in the Secret cosign-system/s (${log.optional.en}; a timestamp authority must vouch for the time).`,
    `Das Image muss signiert sein von Schlüssel im Secret cosign-system/s (${log.optional.de}; eine Zeitstempelstelle muss für die Zeit bürgen).`,
  ],
  [
    'a statement by some keys',
    { key: { data: `${pem}\n${newPolicyKey().pem}` }, attestations: [{ name: 'a', predicateType: 'vuln' }] },
    `A statement of type vuln must be signed by any of 2 keys in the policy (${log.optional.en}; of several keys each must have attested something).`,
    `Eine Aussage der Art vuln muss signiert sein von einem von 2 Schlüsseln in der Richtlinie (${log.optional.de}; von mehreren Schlüsseln muss jeder etwas bezeugt haben).`,
  ],
  [
    'several statements',
    {
      key: { kms: 'gcpkms://k' },
      attestations: [
        { name: 'a', predicateType: 'vuln' },
        { name: 'b', predicateType: 'spdx' },
      ],
    },
    `Statements of each of the types vuln, spdx must be signed by key gcpkms://k (${log.optional.en}).`,
    `Aussagen jeder der Arten vuln, spdx müssen signiert sein von Schlüssel gcpkms://k (${log.optional.de}).`,
  ],
  [
    'whatever it is',
    { static: { action: 'pass' } },
    'Every image is let through, without a look at it.',
    'Jedes Image wird ohne Prüfung zugelassen.',
  ],
  [
    'nothing',
    { static: { action: 'fail', message: 'not here' } },
    'Every image is refused ("not here").',
    'Jedes Image wird abgelehnt („not here“).',
  ],
];

test('what an authority demands', () => {
  for (const [what, authority, en, de] of authorities) {
    const { describe } = compile(policyWith({ authorities: [authority] }));
    assert.equal(describe('en')[2], en, what);
    assert.equal(describe('de')[2], de, what);
  }
});

const pass = { static: { action: 'pass' } };

test('what is said of a policy', () => {
  const spec = {
    images: [{ glob: 'r.example/*' }, { glob: 'r.example/a/**' }],
    mode: 'warn',
    match: [
      { resource: 'pods', version: 'v1', selector: { matchLabels: { a: 'b' } } },
      { resource: 'deployments', group: 'apps', version: '*' },
    ],
    authorities: [{ ...pass, name: 'mine' }, pass],
  };
  const policy = policyWith(spec);
  const first = compile({ ...policy, metadata: { name: 'p', annotations: { 'kubernetes.io/description': 'Why' } } });
  assert.deepEqual(first.describe('en'), [
    'Its author says: "Why"',
    'It is about images r.example/*, r.example/a/** in pods (API v1; labels: a=b); or deployments (API apps).',
    'Only warned of.',
    'One of these authorities is enough:',
    'Authority mine: every image is let through, without a look at it.',
    'Authority authority-1: every image is let through, without a look at it.',
    'For all images, the digest is written behind the tag.',
    'Images r.example/*, r.example/a/** may start only with their digest.',
    'Images that no ClusterImagePolicy is about are refused.',
  ]);
  const noMatch = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'config-policy-controller' },
    data: { 'no-match-policy': 'allow' },
  };
  assert.deepEqual(compile(policy, noMatch).describe('de'), [
    'Sie betrifft Images r.example/*, r.example/a/** in pods (API v1; Labels: a=b); oder deployments (API apps).',
    'Nur gemeldet.',
    'Eine dieser Stellen genügt:',
    'Stelle mine: Jedes Image wird ohne Prüfung zugelassen.',
    'Stelle authority-1: Jedes Image wird ohne Prüfung zugelassen.',
    'Für Images r.example/*, r.example/a/** wird der Digest hinter das Tag geschrieben.',
    'Images r.example/*, r.example/a/** werden nur mit Digest gestartet.',
    'Images, die keine ClusterImagePolicy betrifft, werden zugelassen.',
  ]);
});
