import { unsupportedField, invalidField } from '#policy/languages/read-strictly.ts';
import type { Leniency } from '#policy/languages/kyverno/leniency.ts';
import { regularExpression } from '#policy/languages/kyverno/regular-expression/expression.ts';
import type { WrittenEntry } from '#policy/languages/kyverno/schema/images.ts';
import { isLike } from '#policy/languages/kyverno/values/wildcard.ts';
import { inField } from '#policy/cel/admission/in-field.ts';
import type { ClaimName } from '#signatures/identity/certificate-identity.ts';
import type { Pattern } from '#signatures/identity/pattern.ts';
import type { Examine } from '#signatures/judge.ts';
import { refuse } from '#signatures/refusal.ts';
import type { Attestor, AttestorContext } from './attestor-set.ts';
import { readTrust } from './trust.ts';

type Written = NonNullable<WrittenEntry['keyless']>;

/** Who has a certificate, by whom it was issued to and who has said so (`keyless`). */
export function readByIdentity(written: Written, { path, leniency }: AttestorContext): Attestor['demand'] {
  const place = `${path}.keyless`;
  const { issuer = '', issuerRegExp = '', subject = '', subjectRegExp = '' } = written;
  if (issuer + issuerRegExp + subject + subjectRegExp === '' && !leniency.anySigner) {
    throw invalidField(place, 'it says neither issuer nor subject, and so anyone could sign');
  }
  const trustOf = readTrust(written, place);
  const expected = {
    // Of an issuer both must hold, of a subject one is enough: that is how Kyverno reads them.
    issuer: all([like(issuer), expression(issuerRegExp, `${place}.issuerRegExp`, leniency)]),
    name: any([like(subject), expression(subjectRegExp, `${place}.subjectRegExp`, leniency)]),
    claims: {},
  };
  const examine = readExtensions(written.additionalExtensions ?? {}, `${place}.additionalExtensions`);
  const isLogged = written.rekor?.ignoreTlog !== true;
  return async (surroundings) => {
    const trust = await trustOf(surroundings);
    const log = isLogged ? 'required' : 'optional';
    return { verifier: { trust, keys: [], log, now: surroundings.now }, identities: [expected], examine };
  };
}

function like(written: string): Pattern | undefined {
  return written === '' ? undefined : { written, matches: (text) => isLike(written, text) };
}

/** The whole text must match, unless the policy asks to be read as Kyverno does. */
function expression(written: string, path: string, { unanchoredExpressions }: Leniency): Pattern | undefined {
  if (written === '') return undefined;
  const compiled = inField(path, () => regularExpression(written));
  return { written, matches: (text) => (unanchoredExpressions ? compiled.test(text) : compiled.testWhole(text)) };
}

function all(patterns: readonly (Pattern | undefined)[]): Pattern | undefined {
  return combined(patterns, ' and ', (said, text) => said.every((pattern) => pattern.matches(text)));
}

function any(patterns: readonly (Pattern | undefined)[]): Pattern | undefined {
  return combined(patterns, ' or ', (said, text) => said.some((pattern) => pattern.matches(text)));
}

function combined(
  patterns: readonly (Pattern | undefined)[],
  word: string,
  holds: (said: readonly Pattern[], text: string) => boolean,
): Pattern | undefined {
  const said = patterns.filter((pattern) => pattern !== undefined);
  if (said.length === 0) return undefined;
  return { written: said.map(({ written }) => written).join(word), matches: (text) => holds(said, text) };
}

/** What Fulcio certifies, by the names that cosign has for it and by the last number of the extension. */
const claimNames: ReadonlyMap<string, ClaimName> = new Map<string, ClaimName>([
  ['githubWorkflowTrigger', 'trigger'],
  ['githubWorkflowSha', 'commit'],
  ['githubWorkflowName', 'workflowName'],
  ['githubWorkflowRepository', 'repository'],
  ['githubWorkflowRef', 'ref'],
  ...(
    [
      [1, 'issuer'],
      [2, 'trigger'],
      [3, 'commit'],
      [4, 'workflowName'],
      [5, 'repository'],
      [6, 'ref'],
      [8, 'issuer'],
      [9, 'buildSignerUri'],
      [10, 'buildSignerDigest'],
      [11, 'runner'],
      [12, 'repositoryUri'],
      [13, 'commit'],
      [14, 'ref'],
      [15, 'repositoryId'],
      [16, 'ownerUri'],
      [17, 'ownerId'],
      [18, 'workflowUri'],
      [19, 'workflowDigest'],
      [20, 'trigger'],
      [21, 'runUri'],
      [22, 'visibility'],
    ] as const
  ).map(([number, claim]): [string, ClaimName] => [`1.3.6.1.4.1.57264.1.${number}`, claim]),
]);

function readExtensions(written: Readonly<Record<string, string>>, path: string): Examine | undefined {
  const wanted = Object.entries(written).map(([name, pattern]) => {
    const claim = claimNames.get(name);
    if (claim === undefined) {
      throw unsupportedField(`${path}.${name}`, 'this extension of a certificate is not read', 'name one of Fulcio');
    }
    return { name, claim, pattern };
  });
  if (wanted.length === 0) return undefined;
  return ({ identity }) => {
    const differing = wanted.find(({ claim, pattern }) => {
      const found = identity?.claims[claim];
      return found === undefined || !isLike(pattern, found);
    });
    if (differing === undefined) return undefined;
    const { name, claim, pattern } = differing;
    return refuse('claim-mismatch', `${name} is ${identity?.claims[claim] ?? 'not certified'}, not ${pattern}`);
  };
}
