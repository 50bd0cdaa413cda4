import { asNumber, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import type { Claims } from '#signatures/box/claims.ts';
import type { Identity } from '#signatures/box/extensions.ts';

/** What a token says of its bearer, as a certificate will say it. */
export interface TokenIdentity {
  readonly identity: Identity;
  readonly issuer: string;
  readonly claims: Claims;
  /** What the bearer signs to prove that the key is theirs: the e-mail address, or the subject. */
  readonly challenge: string;
}

/** Makes an identity token (JWT) for a box, which takes tokens at their word: nobody has signed it, though it says that somebody has. */
export function createToken(claims: JsonObject): string {
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'ES256', typ: 'JWT' })}.${encode(claims)}.${Buffer.alloc(64).toString('base64url')}`;
}

/** Reads a token for the audience `sigstore` that has not expired; nothing if it is not one. */
export function readToken(token: string, now: Date): TokenIdentity | undefined {
  const claims = asObject(parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url')));
  const issuer = asText(claims?.['iss']);
  const subject = asText(claims?.['sub']);
  if (claims === undefined || issuer === undefined || subject === undefined) return undefined;
  if (![claims['aud']].flat().includes('sigstore')) return undefined;
  if ((asNumber(claims['exp']) ?? 0) * 1000 <= now.getTime()) return undefined;
  const email = claims['email_verified'] === true ? asText(claims['email']) : undefined;
  if (email !== undefined) {
    return { identity: { kind: 'email', value: email }, issuer, claims: { tokenSubject: subject }, challenge: email };
  }
  const workflow = asText(claims['job_workflow_ref']);
  const uri = workflow === undefined ? subject : `${github}/${workflow}`;
  return { identity: { kind: 'uri', value: uri }, issuer, claims: claimsOf(claims), challenge: subject };
}

const github = 'https://github.com';

/** The claims of GitHub Actions under the names of Fulcio's extensions (fulcio, docs/oid-info.md). */
function claimsOf(token: JsonObject): Claims {
  const text = (name: string): string | undefined => asText(token[name]);
  const url = (...names: readonly string[]): string | undefined => {
    const parts = names.map((name) => (name.startsWith('/') ? name.slice(1) : text(name)));
    return parts.includes(undefined) ? undefined : [github, ...parts].join('/');
  };
  const claims = {
    githubWorkflowTrigger: text('event_name'),
    githubWorkflowSha: text('sha'),
    githubWorkflowName: text('workflow'),
    githubWorkflowRepository: text('repository'),
    githubWorkflowRef: text('ref'),
    buildSignerUri: url('job_workflow_ref'),
    buildSignerDigest: text('job_workflow_sha'),
    runnerEnvironment: text('runner_environment'),
    sourceRepositoryUri: url('repository'),
    sourceRepositoryDigest: text('sha'),
    sourceRepositoryRef: text('ref'),
    sourceRepositoryIdentifier: text('repository_id'),
    sourceRepositoryOwnerUri: url('repository_owner'),
    sourceRepositoryOwnerIdentifier: text('repository_owner_id'),
    buildConfigUri: url('workflow_ref'),
    buildConfigDigest: text('workflow_sha'),
    buildTrigger: text('event_name'),
    runInvocationUri: url('repository', '/actions/runs', 'run_id', '/attempts', 'run_attempt'),
    sourceRepositoryVisibility: text('repository_visibility'),
    deploymentEnvironment: text('environment'),
    tokenSubject: text('sub'),
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}
