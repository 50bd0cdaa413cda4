import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPolicyKey } from '#policy/testing.ts';
import { createSelfSigned, pemOfCertificate } from '#signatures/notation/testing.ts';
import { connaisseur } from './language.ts';

const key = newPolicyKey().pem;
const keyless = { issuer: 'https://issuer.example', subjectRegex: '.*@example\\.com' };
const validators = [
  {
    name: 'default',
    type: 'cosign',
    trustRoots: [
      { name: 'default', key },
      { name: 'ci', keyless },
      { name: 'qa', key: 'qa.pub' },
    ],
  },
  {
    name: 'notary',
    type: 'notation',
    trustRoots: ['a', 'b'].map((name) => ({ name, cert: pemOfCertificate(createSelfSigned().certificates[0]) })),
  },
  { name: 'allow', type: 'static', approve: true },
  { name: 'deny', type: 'static' },
];

function describe(rules: readonly object[], features?: object, language: 'en' | 'de' = 'en'): readonly string[] {
  const fields = { validators, policy: rules };
  const body = features === undefined ? fields : { application: { ...fields, features } };
  return connaisseur.compile({ origin: 'file', body }, []).describe(language);
}

const log = { en: 'entry in a transparency log required', de: 'Eintrag in einem Transparenzlog nötig' };
const pinned = {
  en: 'the digest is written behind the tag, and they may start only with it',
  de: 'der Digest wird hinter das Tag geschrieben, und nur mit ihm werden sie gestartet',
};
const all = `default: the key in the policy (${log.en}); ci: identity like the expression .*@example\\.com, issuer https://issuer.example (${log.en}); qa: key qa.pub (${log.en})`;

const rules: readonly (readonly [what: string, rule: object, en: string, de?: string])[] = [
  [
    'the default',
    { pattern: '*' },
    `All images: they must be signed by default: the key in the policy (${log.en}); ${pinned.en}.`,
    `Alle Images: Sie müssen signiert sein von default: dem Schlüssel in der Richtlinie (${log.de}); ${pinned.de}.`,
  ],
  [
    'everyone',
    { pattern: 'a/*', with: { trustRoot: '*' } },
    `Images a/*: they must be signed by all of: ${all}; ${pinned.en}.`,
  ],
  [
    'some',
    { pattern: 'a/*', with: { trustRoot: '*', threshold: 2 } },
    `Images a/*: they must be signed by 2 of: ${all}; ${pinned.en}.`,
  ],
  [
    'some, and one of them for sure',
    { pattern: 'a/*', with: { trustRoot: '*', threshold: 2, required: ['ci'] } },
    `Images a/*: they must be signed by 2 of: ${all}; among them ci; ${pinned.en}.`,
  ],
  [
    'those that are required, without a log and without a digest',
    {
      pattern: 'a/*',
      with: {
        trustRoot: '*',
        required: ['default', 'qa'],
        verifyInTransparencyLog: false,
        mode: 'insecureValidateOnly',
      },
    },
    'Images a/*: they must be signed by all of: default: the key in the policy (no transparency log required); qa: key qa.pub (no transparency log required); the tag stays without a digest, so that later another image may run.',
    'Images a/*: Sie müssen signiert sein von allen folgenden: default: dem Schlüssel in der Richtlinie (kein Transparenzlog nötig); qa: Schlüssel qa.pub (kein Transparenzlog nötig); das Tag bleibt ohne Digest, sodass später ein anderes Image laufen kann.',
  ],
  [
    'any of some authorities',
    { pattern: 'a/*', validator: 'notary', with: { trustRoot: '*', verificationLevel: 'permissive' } },
    `Images a/*: they must be signed by anyone whom the CA of the trust root a or b certifies (in the format of the Notary Project; level permissive); ${pinned.en}.`,
    `Images a/*: Sie müssen signiert sein von jedem, den die CA der Vertrauenswurzel a oder b bescheinigt (im Format des Notary Project; Stufe permissive); ${pinned.de}.`,
  ],
  [
    'whatever it is',
    { pattern: 'a/*', validator: 'allow' },
    'Images a/*: they are let through, without a look at them.',
    'Images a/*: Sie werden ohne Prüfung zugelassen.',
  ],
  [
    'nothing',
    { pattern: 'a/*', validator: 'deny' },
    'Images a/*: they are refused.',
    'Images a/*: Sie werden abgelehnt.',
  ],
];

test('what a rule demands', () => {
  for (const [what, rule, en, de] of rules) {
    assert.equal(describe([rule])[2], en, what);
    if (de !== undefined) assert.equal(describe([rule], undefined, 'de')[2], de, what);
  }
});

test('how seriously it is meant', () => {
  const rule = { pattern: '*', validator: 'deny' };
  assert.match(describe([rule])[0] ?? '', /^It is about all images\. .* the most specific decides/);
  assert.equal(describe([rule])[1], 'Enforced.');
  assert.equal(describe([rule], { detectionMode: true })[1], 'Only warned of.');
  assert.equal(
    describe([rule], { resourceValidationMode: 'podsOnly' }, 'de')[1],
    'Durchgesetzt (was Pods erzeugt: nur gemeldet).',
  );
});

test('many rules do not flood', () => {
  const many = describe(Array.from({ length: 500 }, (_, index) => ({ pattern: `a${index}`, validator: 'deny' })));
  assert.deepEqual([many.length, many.at(-1)], [53, 'And 450 more rules.']);
});
