import { spoken } from '#policy/description/said.ts';
import type { Said } from '#policy/description/said.ts';
import type { Evidence } from '#policy/evidence/evidence.ts';
import { judgeImage, oncePerImage, type Judgement } from '#policy/languages/judge-image.ts';
import { unavailable } from '#policy/evidence/unavailable.ts';
import { pinImages } from '#policy/languages/pin-images.ts';
import { readStrictly } from '#policy/languages/read-strictly.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import type { Policy, PolicyDocument } from '#policy/policy.ts';
import type { ImageUse, Question } from '#policy/question.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { readAuthority, unsupportedLanguage, type Authority } from './authority.ts';
import { describePolicy } from './describe.ts';
import { namesOf, readGlob } from './glob.ts';
import { fieldsForAnyone } from './identities.ts';
import { readMatch } from './match.ts';
import { readNoMatch, type NoMatch } from './no-match.ts';
import { clusterImagePolicySchema, type WrittenPolicy } from './schema.ts';
import { readTrustRoots } from './trust-roots.ts';

/**
 * Makes a policy of a `ClusterImagePolicy`: where its globs match, one of its authorities must vouch for the image. The first of
 * several also speaks for images that none of them is about.
 * @throws `policy-invalid`, `policy-unsupported`, `trust-root-invalid`
 */
export function compileClusterImagePolicy(document: PolicyDocument, companions: readonly PolicyDocument[]): Policy {
  const written = readStrictly(clusterImagePolicySchema, document.body);
  const { spec, metadata } = written;
  if (spec.policy !== undefined) throw unsupportedLanguage('spec.policy');
  const roots = readTrustRoots(companions);
  const authorities = spec.authorities.map((one, index) => readAuthority(one, index, roots));
  const isAbout = readScope(written);
  const all = companions.filter(({ body }) => body['kind'] === 'ClusterImagePolicy');
  const isFirst = all.length === 0 || all[0]?.body === document.body;
  const noMatch = isFirst ? readNoMatch(companions) : undefined;
  const others = noMatch === undefined ? undefined : readOthers(document, all, noMatch);
  const mode = spec.mode ?? 'enforce';
  const { name } = metadata;
  return {
    name,
    language: 'cluster-image-policy',
    remarks: remarksOn(written),
    describe: (language) => spoken(describePolicy(written, noMatch), language),
    async decide(question, surroundings) {
      const judge = oncePerImage((evidence) => judgeAll(authorities, evidence, surroundings));
      const rule = { policy: name, rule: 'authorities', mode, needsDigest: true, judge };
      const outcomes = question.images.map(async (use): Promise<readonly RuleOutcome[]> => {
        if (isAbout(use, question)) return [await judgeImage(rule, use, question, surroundings)];
        const unmatched = others?.(use, question);
        return unmatched === undefined ? [] : [unmatched];
      });
      return (await Promise.all(outcomes)).flat();
    },
    change: (question, surroundings) =>
      pinImages(question, surroundings, (use) => others !== undefined || isAbout(use, question)),
  };
}

type Scope = (use: ImageUse, question: Pick<Question, 'request'>) => boolean;

function readScope({ spec }: WrittenPolicy): Scope {
  const globs = spec.images.map(({ glob }, index) => readGlob(glob, `spec.images[${index}].glob`));
  const isAboutObject = readMatch(spec.match);
  return ({ image }, question) => {
    const names = namesOf(image);
    // What is no reference is about no image that could be left out.
    return isAboutObject(question) && (names.length === 0 || globs.some((glob) => glob.matches(names)));
  };
}

/** Speaks for images that no policy is about. */
function readOthers(
  document: PolicyDocument,
  all: readonly PolicyDocument[],
  noMatch: NoMatch,
): ((...asked: Parameters<Scope>) => RuleOutcome | undefined) | undefined {
  if (noMatch === 'allow') return undefined;
  const documents = all.length === 0 ? [document] : all;
  const scopes = documents.map(({ body }) => readScope(readStrictly(clusterImagePolicySchema, body)));
  const mode = noMatch === 'warn' ? 'warn' : 'enforce';
  return (use, question) => {
    if (scopes.some((isAbout) => isAbout(use, question))) return undefined;
    const { image: written, pointer } = use;
    const reason = reasonOf('no-policy', { image: written });
    const policy = 'cluster-image-policies';
    return { policy, rule: 'no-match', image: { written, pointer }, outcome: 'failed', mode, reason, evidence: [] };
  };
}

/** Any authority is enough. Where none vouches and one could not be asked, nothing is known. */
async function judgeAll(
  authorities: readonly Authority[],
  evidence: Evidence,
  surroundings: Surroundings,
): Promise<Judgement> {
  const judged = await Promise.all(
    authorities.map(async (authority) => ({
      rule: authority.name,
      ...(await authority.judge(evidence, surroundings).catch(unavailable)),
    })),
  );
  const of = (wanted: Judgement['outcome']) => judged.find(({ outcome }) => outcome === wanted);
  const chosen = of('passed') ?? of('unknown') ?? of('failed');
  if (chosen === undefined) throw new Error('a policy without authorities is not loaded');
  if (chosen.outcome === 'passed') return chosen;
  const all = judged.map(({ rule, reason }) => ({ authority: rule, reason: reason.code, ...reason.words }));
  const { outcome, reason, evidence: proofs } = chosen;
  return { outcome, reason, evidence: [{ what: 'authorities', value: all }, ...proofs] };
}

/** What whoever wrote it should know. */
function remarksOn({ spec }: WrittenPolicy): readonly Said[] {
  return spec.authorities.flatMap(({ keyless, source }, index) => {
    const path = `spec.authorities[${index}]`;
    const open = fieldsForAnyone(keyless?.identities ?? [], `${path}.keyless.identities`);
    const secrets = source?.some(({ signaturePullSecrets = [] }) => signaturePullSecrets.length > 0) === true;
    return [
      ...open.map((field) => ({ en: `${field}: anyone matches it`, de: `${field}: passt auf jeden` })),
      ...(keyless?.insecureIgnoreSCT === true
        ? [
            {
              en: `${path}.keyless.insecureIgnoreSCT: certificates need not be published`,
              de: `${path}.keyless.insecureIgnoreSCT: Zertifikate müssen nicht veröffentlicht sein`,
            },
          ]
        : []),
      ...(secrets
        ? [
            {
              en: `${path}.source[0].signaturePullSecrets: the credentials of the gate and of the pod are used`,
              de: `${path}.source[0].signaturePullSecrets: benutzt werden die Zugangsdaten des Gates und des Pods`,
            },
          ]
        : []),
    ];
  });
}
