import { z } from 'zod';
import { policyError } from '#policy/errors.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import {
  issuerOfRepository,
  type ExpectedClaim,
  type ExpectedIdentity,
} from '#signatures/identity/expected-identity.ts';
import { expressionPattern, globPattern, type Pattern } from '#signatures/identity/pattern.ts';
import type { Demand, Examine } from '#signatures/judge.ts';
import type { VerificationKey } from '#signatures/keys/verification-key.ts';
import type { Trust } from './trust.ts';

const glob = (what: string) => z.string().min(1).describe(`${what}; * within a part of it, ** for several.`);

const keySigner = z
  .strictObject({
    key: z
      .string()
      .min(1)
      .describe('A public key: PEM text, a name in the folder of keys, or SCHEME://… of a service.'),
    from: z.iso.datetime({ offset: true }).optional().describe('From when on the key counts.'),
    until: z.iso.datetime({ offset: true }).optional().describe('Until when the key counts.'),
  })
  .describe('Whoever has this key.');

const certifiedSigner = z
  .strictObject({
    issuer: glob('Who has certified the signer; known for repositories of GitHub and GitLab').optional(),
    identity: glob('Name of the signer: an address, an e-mail, a SPIFFE id').optional(),
    identityRegex: z.string().min(1).optional().describe('The same as a regular expression for the whole name.'),
    repository: glob('Repository that built it, OWNER/NAME').optional(),
    workflow: glob('File of the workflow').optional(),
    ref: glob('Branch or tag, such as refs/tags/v*').optional(),
    trigger: glob('Event, such as push').optional(),
    runner: glob('Kind of runner, such as github-hosted').optional(),
    environment: glob('Deployment environment').optional(),
    repositoryId: glob('Id of the repository, which survives renaming').optional(),
    ownerId: glob("Id of the repository's owner").optional(),
  })
  .describe('Whoever an authority has certified as this. Everything that is written must hold.');

const signerSchema = z.union([keySigner, certifiedSigner]);
export type WrittenSigner = z.infer<typeof signerSchema>;

/** Who may have signed; and how many different ones of them must have. */
export const signersSchema = {
  signedBy: z.array(signerSchema).min(1).max(100).describe('Who may have signed: any of these.'),
  atLeast: z
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('How many different signers there must be; 1 by default.'),
};

/** Signers of a policy, ready to be demanded. */
export interface Signers {
  readonly atLeast: number;
  /** What is demanded of a signature, or of an attestation. @throws `key-…`, `tuf-…`, `trust-root-invalid` */
  readonly demand: (surroundings: Surroundings, wanted: Demand['wanted'], examine?: Examine) => Promise<Demand>;
}

/** @throws `policy-invalid`, `identity-invalid` */
export function readSigners(
  { signedBy, atLeast = 1 }: { readonly signedBy: readonly WrittenSigner[]; readonly atLeast?: number },
  trust: Trust,
): Signers {
  if (atLeast > signedBy.length && signedBy.every(isKey)) {
    throw policyError('policy-invalid', `${atLeast} signers are asked for, and ${signedBy.length} keys are named`, {
      hint: 'name as many keys as there must be signers',
    });
  }
  const identities = signedBy.flatMap((signer) => (isKey(signer) ? [] : readIdentity(signer)));
  const keys = signedBy.filter(isKey);
  return {
    atLeast,
    async demand(surroundings, wanted, examine) {
      const verifier = {
        // Keys are believed by themselves; who has certified them is asked only where that counts.
        trust: identities.length > 0 || trust.isOwn ? await trust.root(surroundings) : undefined,
        keys: await Promise.all(keys.map((signer) => readKey(signer, surroundings))),
        log: trust.log,
        now: surroundings.now,
      };
      return { verifier, identities, wanted, examine };
    },
  };
}

function isKey(signer: WrittenSigner): signer is z.infer<typeof keySigner> {
  return 'key' in signer;
}

async function readKey(
  { key, from, until }: z.infer<typeof keySigner>,
  surroundings: Surroundings,
): Promise<VerificationKey> {
  const found = await surroundings.key(key);
  if (from === undefined && until === undefined) return found;
  return {
    ...found,
    validFor: { start: new Date(from ?? 0), end: until === undefined ? undefined : new Date(until) },
  };
}

const claimNames = [
  'workflow',
  'ref',
  'trigger',
  'runner',
  'environment',
  'repositoryId',
  'ownerId',
] as const satisfies readonly ExpectedClaim[];

function readIdentity(written: z.infer<typeof certifiedSigner>): ExpectedIdentity {
  const { issuer, identity, identityRegex, repository } = written;
  const claims: Partial<Record<ExpectedClaim, Pattern>> = {};
  if (repository !== undefined) {
    claims.repository = globPattern(repository.replace(/^https:\/\//, '').replace(/^github\.com\//, ''), false);
  }
  for (const name of claimNames) {
    const value = written[name];
    if (value !== undefined) claims[name] = globPattern(value, false);
  }
  const name =
    identity === undefined
      ? identityRegex === undefined
        ? undefined
        : expressionPattern(identityRegex, false)
      : globPattern(identity, false);
  if (name === undefined && Object.keys(claims).length === 0) {
    throw policyError('policy-invalid', 'a signer is not named: it says who certifies, and not whom', {
      hint: 'write its repository, or its identity',
    });
  }
  const certifier = issuer ?? (repository === undefined ? undefined : issuerOfRepository(repository));
  if (certifier === undefined) {
    throw policyError('policy-invalid', 'it is not said who must have certified a signer', {
      hint: 'write its issuer, such as https://token.actions.githubusercontent.com',
    });
  }
  return { issuer: globPattern(certifier, false), name, claims };
}

/** Signers as a part of a sentence. */
export function describeSigners({
  signedBy,
  atLeast = 1,
}: {
  readonly signedBy: readonly WrittenSigner[];
  readonly atLeast?: number;
}): { readonly en: string; readonly de: string } {
  const named = signedBy.map((signer) => (isKey(signer) ? `key ${shortKey(signer.key)}` : describeIdentity(signer)));
  const list = named.join('; ');
  if (named.length === 1) return { en: list, de: list.replace(/^key /, 'Schlüssel ') };
  return { en: `${atLeast} of: ${list}`, de: `${atLeast} von: ${list.replaceAll(/(^|; )key /g, '$1Schlüssel ')}` };
}

function shortKey(key: string): string {
  return key.includes('-----BEGIN') ? '(PEM)' : key;
}

function describeIdentity(written: z.infer<typeof certifiedSigner>): string {
  return Object.entries(written)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
