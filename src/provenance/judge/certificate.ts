import type { Fact, FactName } from '#provenance/fact.ts';
import { repositoryOf } from '#provenance/git-uri.ts';
import { refuseProvenance, type ProvenanceCode, type ProvenanceRefusal } from '#provenance/refusal.ts';
import { shown } from '#provenance/shown.ts';
import type { CertificateIdentity } from '#signatures/identity/certificate-identity.ts';
import { isSameRef } from './ref.ts';

/** What provenance says, beside what the certificate of its signer says of the same. */
export interface CheckedFact extends Fact {
  /** Nothing if the certificate does not say. */
  readonly certified?: string;
}

/** What a certificate says of a build, by the name of the fact. */
export function certifiedFact({ names, claims }: CertificateIdentity, name: FactName): string | undefined {
  switch (name) {
    case 'repository':
      return claims.repositoryUri === undefined
        ? onGithub(claims.repository, claims.issuer)
        : repositoryOf(claims.repositoryUri);
    case 'workflow':
      return workflowPath(claims.workflowUri);
    case 'workflowUri':
      return claims.workflowUri;
    case 'workflowCommit':
      return claims.workflowDigest;
    case 'run':
      return claims.runUri;
    case 'builder':
      return claims.buildSignerUri ?? names.find(({ kind }) => kind === 'uri')?.value;
    default:
      return claims[name];
  }
}

/** Whether a certificate says anything of a build: then it is asked, and not the provenance. */
export function certifiesBuild({ claims }: CertificateIdentity): boolean {
  return (claims.repositoryUri ?? claims.repository ?? claims.commit ?? claims.runUri) !== undefined;
}

/**
 * Compares everything that provenance says with the certificate. Whoever runs a workflow can write what they like into provenance,
 * but not into the certificate.
 */
export function compareFacts(facts: readonly Fact[], identity: CertificateIdentity): readonly CheckedFact[] {
  return facts.map((fact) => {
    const certified = certifiedFact(identity, fact.name);
    return certified === undefined ? fact : { ...fact, certified };
  });
}

/** A refusal for each fact that the certificate contradicts, one for each code. */
export function contradictions(facts: readonly CheckedFact[]): readonly ProvenanceRefusal[] {
  const found = new Map<ProvenanceCode, ProvenanceRefusal>();
  for (const { name, value, at, certified } of facts) {
    const { refused, what, agrees = isSame } = comparisons[name];
    if (certified === undefined || agrees(value, certified) || found.has(refused)) continue;
    const message = `the ${what} is ${shown(value)} in ${at}, and ${shown(certified)} in the certificate`;
    found.set(refused, refuseProvenance(refused, message));
  }
  return [...found.values()];
}

interface Comparison {
  readonly refused: ProvenanceCode;
  readonly what: string;
  readonly agrees?: (stated: string, certified: string) => boolean;
}

const comparisons: Readonly<Record<FactName, Comparison>> = {
  builder: { refused: 'builder-contradicted', what: 'builder' },
  repository: { refused: 'source-contradicted', what: 'repository' },
  commit: { refused: 'commit-contradicted', what: 'commit' },
  ref: { refused: 'ref-contradicted', what: 'branch or tag', agrees: isSameRef },
  workflow: { refused: 'workflow-contradicted', what: 'workflow' },
  workflowUri: { refused: 'workflow-contradicted', what: 'workflow' },
  workflowCommit: { refused: 'workflow-contradicted', what: 'commit of the workflow' },
  trigger: { refused: 'trigger-contradicted', what: 'trigger' },
  runner: { refused: 'runner-contradicted', what: 'runner' },
  run: { refused: 'run-contradicted', what: 'run', agrees: isSameRun },
  repositoryId: { refused: 'id-contradicted', what: 'id of the repository' },
  ownerId: { refused: 'id-contradicted', what: "id of the repository's owner" },
};

function isSame(stated: string, certified: string): boolean {
  return stated === certified;
}

/** A run is named by its address, with or without its attempt; or by its number; or by both numbers as `4711-1`. */
function isSameRun(stated: string, certified: string): boolean {
  const [address = '', attempt] = certified.split('/attempts/');
  if (/^https?:/.test(stated)) return stated === certified || stated === address;
  const [, id, statedAttempt] = /^(\d+)(?:-(\d+))?$/.exec(stated) ?? [];
  return id !== undefined && address.endsWith(`/${id}`) && (statedAttempt === undefined || statedAttempt === attempt);
}

/** The file in `https://HOST/OWNER/NAME/PATH@REF`; GitLab puts two slashes before it. */
function workflowPath(uri: string | undefined): string | undefined {
  const [place = ''] = (uri ?? '').split('@', 1);
  const slashes = place.indexOf('//', 'https://'.length);
  if (slashes > 0) return place.slice(slashes + 2);
  return /^https:\/\/[^/]+\/[^/]+\/[^/]+\/(.+)$/.exec(place)?.[1];
}

/** Certificates from before 2023 name the repository without its host. */
function onGithub(name: string | undefined, issuer: string | undefined): string | undefined {
  const isGithub = issuer === 'https://token.actions.githubusercontent.com';
  return name === undefined || !isGithub ? undefined : `https://github.com/${name}`;
}
