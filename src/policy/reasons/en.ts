import type { Catalogue, Words } from './catalogue.ts';

/** The sentences in English. */
export const english: Catalogue = {
  passed: { sentence: () => 'It is as the rule wants it.' },
  'not-applicable': { sentence: () => 'The rule is not about this.' },
  'reference-invalid': {
    sentence: (w) => `"${w('image')}" is not the name of an image: ${w('problem')}.`,
    cure: () => 'write it as REGISTRY/NAME:TAG@DIGEST',
  },
  'image-unavailable': {
    sentence: (w) => `The image cannot be found where its name says: ${w('problem')}.`,
    cure: (w) => w('hint') || 'check the name and the tag, and whether the image was pushed',
  },
  'not-pinned': {
    sentence: (w) => `${w('image')} has no digest, so that nobody can say which image will run tomorrow.`,
    cure: () => 'bulla pin FILE writes the digest into the file',
  },
  'registry-not-allowed': {
    sentence: (w) => `Images from ${w('image')} are not allowed here (${w('patterns')}).`,
    cure: () => 'push the image to a registry that is allowed: bulla promote',
  },
  'base-image-not-allowed': {
    sentence: (w) => `${w('image')} is built on ${w('base')}, which is not allowed or cannot be proven.`,
    cure: () => 'build on a base that is allowed, and name it in org.opencontainers.image.base.name and .digest',
  },
  'image-too-old': {
    sentence: (w) => `${w('image')} was built ${w('days')} days ago; at most ${w('limit')} are allowed.`,
    cure: () => 'build it again, so that it gets the corrections of its base',
  },
  'age-unknown': {
    sentence: (w) => `${w('image')} does not say when it was built, or says what cannot be.`,
    cure: () => 'build it with its date: SOURCE_DATE_EPOCH',
  },
  'configuration-refused': {
    sentence: (w) => `${w('image')} is configured in a way that is not allowed: ${w('problem')}.`,
    cure: () => 'change the configuration in the Dockerfile',
  },
  unsigned: {
    sentence: (w) => `Nobody has signed ${w('image')}, and the policy wants to know who vouches for it.`,
    cure: (w) => `bulla sign ${w('image')}`,
  },
  'signature-refused': {
    sentence: (w) => `${w('image')} is signed, but no signature is one that the policy believes: ${w('refusals')}.`,
    cure: (w) => `bulla verify ${w('image')} shows each signature and what mends it`,
  },
  'signers-too-few': {
    sentence: (w) => `Only ${w('found')} of ${w('needed')} signers have signed ${w('image')}.`,
    cure: (w) => `let another one sign: bulla sign ${w('image')}`,
  },
  'attestation-missing': {
    sentence: (w) => `${w('image')} has no signed statement of type ${w('type')}.`,
    cure: (w) => `bulla attest --type ${w('type')} ${w('image')}`,
  },
  'attestation-refused': {
    sentence: (w) => `A statement of type ${w('type')} about ${w('image')} is not believed: ${w('refusals')}.`,
    cure: (w) => `bulla verify --type ${w('type')} ${w('image')} shows what mends it`,
  },
  'provenance-missing': {
    sentence: (w) => `${w('image')} does not say how it was built: it has no signed provenance.`,
    cure: (w) => `let the build attest it: bulla attest --type slsa ${w('image')}`,
  },
  'provenance-refused': {
    sentence: (w) => `What ${w('image')} says of how it was built is not enough: ${w('refusals')}.`,
    cure: (w) => `bulla verify --provenance ${w('image')} shows each step`,
  },
  'evidence-unavailable': {
    sentence: (w) => `What the rule must know cannot be had now: ${w('problem')}.`,
    cure: (w) => w('hint') || 'mend what the message names, and ask again; unknown is never a pass',
  },
  'vulnerability-blocked': {
    sentence: (w) => `${flaws(w)} in ${w('image')} that the policy blocks: ${first(w)}${tracked(w)}.`,
    cure,
  },
  'vulnerability-overdue': {
    sentence: (w) => `${flaws(w)} in ${w('image')} whose time to be corrected has passed: ${first(w)}, by ${w('due')}.`,
    cure,
  },
  'vulnerability-due': {
    sentence: (w) => `${flaws(w)} in ${w('image')} to be corrected${until(w)}: ${first(w)}.`,
    cure,
  },
  'vulnerability-undetermined': {
    sentence: (w) => `${flaws(w)} in ${w('image')} of which it is not known how bad or how old they are: ${first(w)}.`,
    cure: () => 'look at them, and draw a line for them in the policy',
  },
  'malware-found': {
    sentence: (w) => `${w('image')} has a package that is known to be malicious: ${first(w)}.`,
    cure: () => 'do not run it; remove the package, and see what it may have done where it was built',
  },
  'secret-found': {
    sentence: (w) => `${w('image')} has a secret in it that everybody who pulls it can read: ${w('first')}.`,
    cure: () => 'withdraw the secret, and build without it',
  },
  'license-not-allowed': {
    sentence: (w) =>
      `${packages(w)} of ${w('image')} under a licence that is not allowed: ${w('package')} (${w('license')}).`,
    cure: () => 'replace the package, or allow its licence in the policy',
  },
  'scan-incomplete': {
    sentence: (w) => `Not everything in ${w('image')} could be looked at: ${w('first')}.`,
    cure: (w) => `bulla scan ${w('image')} lists what and why`,
  },
  'scan-too-old': {
    sentence: (w) => `What is known about flaws (${w('feed')}) was last asked more than ${w('limit')} ago.`,
    cure: () => 'bulla db update',
  },
  'manifest-unread': {
    sentence: (w) => `${w('where')} may name images that nobody can read here: ${w('problem')}.`,
    cure: () => 'render templates first: helm template, kustomize build; and check what comes out',
  },
  'manifest-unsigned': {
    sentence: (w) => `${w('object')} does not carry the signed manifest that the policy wants: ${w('problem')}.`,
    cure: () => 'sign the manifest, and apply what comes out: kubectl sigstore sign -f FILE --tarball no',
  },
  'manifest-refused': {
    sentence: (w) =>
      `${w('object')} carries a signed manifest, but not enough of those whom the policy believes have signed it: ${w('refusals')}.`,
    cure: () => 'let somebody sign it whom the policy names: kubectl sigstore sign -f FILE --append-signature',
  },
  'manifest-changed': {
    sentence: (w) => `${w('object')} is not as its manifest was signed: ${w('fields')}.`,
    cure: () =>
      'take the change back, or sign the manifest anew; the policy may name fields that change (ignoreFields)',
  },
  'pattern-mismatch': {
    sentence: (w) => `The object is not as the pattern wants it${at(w)}.`,
    cure: () => 'change the field, or ask whoever keeps the policy',
  },
  'condition-refused': {
    sentence: (w) => `The policy refuses this${at(w)}.`,
    cure: () => 'change the object, or ask whoever keeps the policy',
  },
  'expression-false': {
    sentence: (w) => `The policy's expression does not hold: ${w('expression')}.`,
    cure: () => 'change the object, or ask whoever keeps the policy',
  },
  excepted: { sentence: (w) => `An exception accepts it in ${w('image')}.` },
  'policy-failed': {
    sentence: (w) => `The policy could not decide: ${w('problem')}.`,
    cure: () => 'bulla policy lint checks the policy',
  },
  'policy-unsupported': {
    sentence: (w) => `The policy asks for what cannot be done here: ${w('problem')}.`,
    cure: () => 'docs/policy.md says what can',
  },
  'no-policy': {
    sentence: (w) => `No policy is about ${w('image')}.`,
    cure: () => 'write a policy for it, or let one be about all images',
  },
};

function cure(w: Words): string {
  return w('fix') === '' ? `bulla explain ${w('first')} ${w('image')}` : `update to ${w('fix')} or newer`;
}

function flaws(w: Words): string {
  return w('count') === '1' ? 'There is a known flaw' : `There are ${w('count')} known flaws`;
}

function packages(w: Words): string {
  return w('count') === '1' ? 'There is a package' : `There are ${w('count')} packages`;
}

function first(w: Words): string {
  const more = Number(w('count')) > 1 ? ' and others' : '';
  return `${w('first')} in ${w('package')} (${w('severity')})${more}`;
}

function tracked(w: Words): string {
  return w('needsException') === '' ? '' : '; without a correction it needs an exception';
}

function until(w: Words): string {
  return w('due') === '' ? '' : ` by ${w('due')}`;
}

function at(w: Words): string {
  return w('path') === '' ? '' : ` at ${w('path')}`;
}
