import { signatureError } from '#signatures/errors.ts';
import { refuse, type Refusal, type RefusalCode } from '#signatures/refusal.ts';
import type { CertificateIdentity, ClaimName } from './certificate-identity.ts';
import type { Pattern } from './pattern.ts';

/** Who must have signed: everything that is named must hold. */
export interface ExpectedIdentity {
  /** Who has certified the signer, the issuer of the token; nothing where the authority itself is one's own. */
  readonly issuer?: Pattern;
  /** A name of the subject: an address, an e-mail, a SPIFFE id. */
  readonly name?: Pattern;
  /** What the issuer says of the build. */
  readonly claims: Readonly<Partial<Record<ExpectedClaim, Pattern>>>;
}

/** The claims that can be asked for, where they are found, and what it is called if they differ. */
const claims = {
  repository: { from: repository, refused: 'repository-mismatch', what: 'repository' },
  workflow: { from: workflow, refused: 'workflow-mismatch', what: 'workflow' },
  ref: { from: claim('ref'), refused: 'ref-mismatch', what: 'branch or tag' },
  trigger: { from: claim('trigger'), refused: 'trigger-mismatch', what: 'trigger' },
  runner: { from: claim('runner'), refused: 'runner-mismatch', what: 'runner' },
  environment: { from: claim('environment'), refused: 'claim-mismatch', what: 'environment' },
  commit: { from: claim('commit'), refused: 'claim-mismatch', what: 'commit' },
  repositoryId: { from: claim('repositoryId'), refused: 'claim-mismatch', what: 'id of the repository' },
  ownerId: { from: claim('ownerId'), refused: 'claim-mismatch', what: 'id of the owner' },
} as const satisfies Record<string, ClaimRule>;

interface ClaimRule {
  readonly from: (identity: CertificateIdentity) => string | undefined;
  readonly refused: RefusalCode;
  readonly what: string;
}

export type ExpectedClaim = keyof typeof claims;

/** Checks a certified identity against the one expected. @returns what differs first, or nothing */
export function checkIdentity(identity: CertificateIdentity, expected: ExpectedIdentity): Refusal | undefined {
  const { names } = identity;
  const { issuer } = identity.claims;
  // A certificate for nobody is for nobody.
  if (names.length === 0) return refuse('identity-missing', 'the certificate names no subject');
  if (expected.issuer !== undefined && (issuer === undefined || !expected.issuer.matches(issuer))) {
    return refuse('issuer-mismatch', `the issuer is ${issuer ?? 'not named'}, not ${expected.issuer.written}`);
  }
  const { name } = expected;
  if (name !== undefined && !names.some(({ value }) => name.matches(value))) {
    const found = names.map(({ value }) => value).join(', ');
    return refuse('identity-mismatch', `it was signed by ${found}, not by ${name.written}`);
  }
  for (const [key, pattern] of Object.entries(expected.claims)) {
    // The keys of the record are those of the table.
    const rule: ClaimRule = claims[key as ExpectedClaim];
    const found = rule.from(identity);
    if (found === undefined || !pattern.matches(found)) {
      return refuse(rule.refused, `the ${rule.what} is ${found ?? 'not certified'}, not ${pattern.written}`);
    }
  }
  return undefined;
}

/** The issuers of the forges whose repositories can be told by their address. */
const forgeIssuers: Readonly<Record<string, string>> = {
  'github.com': 'https://token.actions.githubusercontent.com',
  'gitlab.com': 'https://gitlab.com',
};

/** The issuer that certifies builds of a repository; a name without a host is one of GitHub's. */
export function issuerOfRepository(repositoryName: string): string {
  const host = /^(?:https:\/\/)?([^/]+\.[^/]+)\/[^/]+\//.exec(`${repositoryName}/`)?.[1] ?? 'github.com';
  const issuer = forgeIssuers[host];
  if (issuer !== undefined) return issuer;
  throw signatureError('identity-invalid', `who certifies builds of ${host} is not known`, {
    hint: 'name it: --issuer URL',
  });
}

function claim(name: ClaimName): ClaimRule['from'] {
  return ({ claims: known }) => known[name];
}

/** `owner/name`, whichever way it is certified; of another forge than GitHub with its host. */
function repository({ claims: { repositoryUri, repository: old } }: CertificateIdentity): string | undefined {
  return repositoryUri?.replace(/^https:\/\/(?:github\.com\/)?/, '') ?? old;
}

/** The file of the workflow within its repository: `.github/workflows/release.yml`. */
function workflow({ claims: { workflowUri, buildSignerUri }, names }: CertificateIdentity): string | undefined {
  const uri = workflowUri ?? buildSignerUri ?? names.find(({ kind }) => kind === 'uri')?.value;
  return /^https:\/\/[^/]+\/(?:[^/]+\/+)+?(\.[^@]+?)@/.exec(uri ?? '')?.[1]?.replace(/^\//, '');
}
