import { refusalTable } from './refusal-table.ts';

/**
 * Why a signature is not believed. Refusals are answers, not exceptions: an image may have many signatures, of which some are
 * good. Each has a stable code and a sentence; `docs/refusals.md` explains them all.
 */
export interface Refusal {
  readonly refused: RefusalCode;
  readonly message: string;
  readonly details?: Details;
}

/** What was found out beyond the signature, such as what provenance is worth: for a person, and as JSON. */
export interface Details {
  /** The name of the field that it is in JSON. */
  readonly name: string;
  readonly lines: readonly string[];
  readonly json: object;
}

/** The links of the chain, the ways in which each breaks, and what mends it. */
const table = refusalTable({
  /** The document itself: what it is and how it is written. */
  format: {
    'format-missing': 'sign it: bulla sign IMAGE',
    'evidence-missing':
      "sign it again; and keep what refers to images from the registry's garbage collection: see docs/verify.md",
    'format-invalid': 'sign again; what is stored is damaged',
    'format-unsupported': 'sign in a format that is read: bulla sign, or cosign sign',
    'format-too-large': 'remove what nobody needs beside the image, or sign a digest instead of a large statement',
    'bundle-version-unknown': 'write the bundle with a released version of a Sigstore client',
    'bundle-incomplete': 'sign again, and let the signature be published in the log',
    'bundle-with-root': 'leave the root certificate out of the bundle; whoever verifies has it',
  },
  /** When it was signed. */
  time: {
    'time-missing': 'sign with a transparency log or a timestamp authority that the trusted root names',
    'timestamp-invalid': 'sign again; the timestamp is damaged',
    'timestamp-mismatch': 'sign again; the timestamp belongs to another signature',
    'timestamp-authority-untrusted':
      'name a trusted root that has this authority: --trusted-root FILE; for Notation, put it into a trust store',
    'timestamp-authority-expired': 'sign again with a timestamp authority that is in use',
    'time-in-future': 'set the clocks of this machine and of the signer right',
    'signature-expired': 'sign again; the signer has set this end',
  },
  /** Who had the key. */
  certificate: {
    'certificate-invalid': 'sign again; the certificate is damaged',
    'certificate-authority-untrusted':
      'name a trusted root that has this authority: --trusted-root FILE; for Notation, put it into a trust store',
    'certificate-chain-invalid': 'get the certificate from an authority that issues for signing code',
    'certificate-expired': 'sign while the certificate is valid, with a timestamp that proves it',
    'certificate-purpose': 'get a certificate for signing code',
    'sct-missing': 'get the certificate from an authority that publishes what it issues',
    'sct-invalid': 'name a trusted root that has the log of the certificates: --trusted-root FILE',
    'key-missing': 'sign again; the document names nobody',
    'key-invalid':
      'name a public key in PEM, -----BEGIN PUBLIC KEY-----; of a private key it is: bulla key public --key FILE',
    'key-unknown': 'name the key that has signed: --key FILE',
    'key-out-of-time': 'sign again with the key that is in use',
    'trust-policy-missing':
      'name the configuration of Notation with a trust policy for this repository: --notation-trust DIR',
    'trust-policy-unenforced': 'set the level of the trust policy to strict or permissive',
    'revocation-unchecked': 'ask by other means, and allow it in the trust policy: "override": {"revocation": "log"}',
  },
  /** That it was published. */
  log: {
    'log-entry-missing': 'sign with a transparency log, or allow signatures without: --log optional',
    'log-untrusted': 'name a trusted root that has this log: --trusted-root FILE',
    'log-promise-invalid': 'sign again; the entry is not one of this log',
    'log-proof-invalid': 'sign again; the entry is not one of this log',
    'log-checkpoint-invalid': 'sign again; the checkpoint is not one of this log',
    'log-entry-unsupported': 'sign with a client that enters what others can read',
    'log-entry-mismatch': 'do not use it: an entry of something else was put beside it',
    'log-entry-duplicate': 'do not use it: an entry was put there twice to count twice',
  },
  /** That the key signed these bytes. */
  signature: {
    'signature-invalid': 'do not use it: it was changed after it was signed, or signed with another key',
    'signature-algorithm': 'sign with a key of ECDSA P-256, P-384 or P-521, RSA or Ed25519',
    'artifact-needed': 'name the file itself instead of its digest: file:PATH',
  },
  /** What was signed: the very image, and as what is wanted. */
  subject: {
    'subject-mismatch': 'do not use it: it vouches for something else; sign this digest',
    'claim-invalid': 'attest again; what was signed is no statement',
    'claim-type': 'sign the image itself: an attestation about it is no signature of it, and the other way round',
    'predicate-type': 'attest what is wanted: bulla attest --type TYPE',
    'predicate-refused': 'see what is said of it; docs/provenance.md explains it',
    'claim-unsigned': 'sign it: bulla attest --type TYPE --predicate FILE',
  },
  /** Whether it is who is expected. */
  identity: {
    'identity-missing': 'get a certificate that names its subject',
    'identity-mismatch':
      'if this signer is right, name them: --identity NAME --issuer URL; for Notation, in its trust policy',
    'issuer-mismatch': 'if this issuer is right, name it: --issuer URL',
    'repository-mismatch': 'if this repository is right, name it: --repository OWNER/NAME',
    'workflow-mismatch': 'if this workflow is right, name it: --workflow PATH',
    'ref-mismatch': 'build from a branch or tag that is allowed, or allow this one: --ref REF',
    'trigger-mismatch': 'build on an event that is allowed, or allow this one: --trigger EVENT',
    'runner-mismatch': 'build on a runner that is allowed, or allow this one: --runner KIND',
    'claim-mismatch': 'compare what is certified with what you ask for',
  },
});

/** The links of the chain, in the order in which they are looked at. */
export const links = table.stages;
export type Link = (typeof links)[number];

/** The codes of one link. */
export const { codesOf } = table;
export type RefusalCode = ReturnType<typeof codesOf>[number];

/** A refusal. @param message what is wrong, for a person, without the cure */
export function refuse(refused: RefusalCode, message: string): Refusal {
  return { refused, message };
}

/** Tells a refusal from what was asked for. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value;
}

/** The link of the chain that broke. */
export function linkOf({ refused }: Refusal): Link {
  return table.stageOf(refused);
}

/** What mends it, as a command or as advice. */
export function cureOf({ refused }: Refusal): string {
  return table.cureOf(refused);
}
