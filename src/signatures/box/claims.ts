import { fulcioExtension } from './extensions.ts';

/** What a token said about a build, as Fulcio copies it into certificates (fulcio, docs/oid-info.md). */
export type Claims = { readonly [claim in Claim]?: string };

/** The numbers below `1.3.6.1.4.1.57264.1`; 1 to 6 are deprecated and hold bare text. */
const claimNumbers = {
  legacyIssuer: 1,
  githubWorkflowTrigger: 2,
  githubWorkflowSha: 3,
  githubWorkflowName: 4,
  githubWorkflowRepository: 5,
  githubWorkflowRef: 6,
  issuer: 8,
  buildSignerUri: 9,
  buildSignerDigest: 10,
  runnerEnvironment: 11,
  sourceRepositoryUri: 12,
  sourceRepositoryDigest: 13,
  sourceRepositoryRef: 14,
  sourceRepositoryIdentifier: 15,
  sourceRepositoryOwnerUri: 16,
  sourceRepositoryOwnerIdentifier: 17,
  buildConfigUri: 18,
  buildConfigDigest: 19,
  buildTrigger: 20,
  runInvocationUri: 21,
  sourceRepositoryVisibility: 22,
  deploymentEnvironment: 23,
  tokenSubject: 24,
} as const;

type Claim = keyof typeof claimNumbers;

/** The extensions of a certificate for an issuer and its claims, in ascending order; Fulcio names the issuer twice. */
export function claimExtensions(issuer: string | undefined, claims: Claims): readonly Buffer[] {
  const all: Claims = issuer === undefined ? claims : { legacyIssuer: issuer, issuer, ...claims };
  return Object.entries(claimNumbers).flatMap(([claim, number]) => {
    // The entries of an object lose the type of its keys.
    const value = all[claim as Claim];
    return value === undefined ? [] : [fulcioExtension(number, value)];
  });
}
