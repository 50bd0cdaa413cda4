import { BullaError, messageOf } from '#kit/error.ts';
import { formatReference } from '#image/reference.ts';
import type { Evidence } from '#policy/evidence/evidence.ts';
import { pinImages, referenceOf } from '#policy/languages/pin-images.ts';
import { readStrictly } from '#policy/languages/read-strictly.ts';
import type { Mode, Reason, RuleOutcome } from '#policy/outcome.ts';
import type { Policy, PolicyDocument } from '#policy/policy.ts';
import type { AdmissionRequest, GateName, ImageUse, Question } from '#policy/question.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { readAuthority, unsupportedLanguage, type Authority, type Judgement } from './authority.ts';
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
  const others = isFirst ? readOthers(document, all, readNoMatch(companions)) : undefined;
  const mode = spec.mode ?? 'enforce';
  const { name } = metadata;
  return {
    name,
    language: 'cluster-image-policy',
    remarks: remarksOn(written),
    async decide(question, surroundings) {
      const { request, images } = question;
      const judge = once(authorities, surroundings);
      const outcomes = images.map(async (use): Promise<readonly RuleOutcome[]> => {
        if (isAbout(use, request)) return [await outcomeOf({ name, mode }, use, question, surroundings, judge)];
        const unmatched = others?.(use, request);
        return unmatched === undefined ? [] : [unmatched];
      });
      return (await Promise.all(outcomes)).flat();
    },
    change: pinImages,
  };
}

type Scope = (use: ImageUse, request: AdmissionRequest | undefined) => boolean;

function readScope({ spec }: WrittenPolicy): Scope {
  const globs = spec.images.map(({ glob }, index) => readGlob(glob, `spec.images[${index}].glob`));
  const isAboutObject = readMatch(spec.match);
  return ({ image }, request) => {
    const names = namesOf(image);
    return isAboutObject(request) && globs.some((glob) => glob.matches(names));
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
  return (use, request) => {
    if (scopes.some((isAbout) => isAbout(use, request))) return undefined;
    const { image: written, pointer } = use;
    const reason = reasonOf('no-policy', { image: written });
    const policy = 'cluster-image-policies';
    return { policy, rule: 'no-match', image: { written, pointer }, outcome: 'failed', mode, reason, evidence: [] };
  };
}

/** Gates at which what runs is what was asked about: a tag would mean something else by then. */
const byDigest: readonly GateName[] = ['admission', 'containerd', 'docker'];

async function outcomeOf(
  { name: policy, mode }: { readonly name: string; readonly mode: Mode },
  { image: written, pointer }: ImageUse,
  { place }: Question,
  surroundings: Surroundings,
  judge: (evidence: Evidence) => Promise<Named>,
): Promise<RuleOutcome> {
  const say = (outcome: RuleOutcome['outcome'], reason: Reason, rest: Partial<RuleOutcome> = {}): RuleOutcome => ({
    policy,
    rule: 'authorities',
    image: { written, pointer },
    outcome,
    mode,
    evidence: [],
    ...rest,
    reason: { ...reason, words: { image: written, ...reason.words } },
  });
  const reference = referenceOf(written);
  if (reference === undefined) return say('failed', reasonOf('reference-invalid'));
  if (reference.digest === undefined && byDigest.includes(place.gate)) return say('failed', reasonOf('not-pinned'));
  const evidence = surroundings.evidenceOf(reference);
  const digest = reference.digest ?? (await evidence.resolve().then((found) => found.digest, unavailable));
  if (typeof digest !== 'string') return say('unknown', digest);
  const { rule, judgement } = await judge(evidence);
  return say(judgement.outcome, judgement.reason, {
    rule,
    image: { written, pointer, digest },
    evidence: judgement.evidence,
  });
}

interface Named {
  readonly rule: string;
  readonly judgement: Judgement;
}

/** The same image is judged once, however often it is named. */
function once(authorities: readonly Authority[], surroundings: Surroundings): (evidence: Evidence) => Promise<Named> {
  const known = new Map<string, Promise<Named>>();
  return (evidence) => {
    const name = formatReference(evidence.reference);
    const judged = known.get(name) ?? judgeAll(authorities, evidence, surroundings);
    known.set(name, judged);
    return judged;
  };
}

/** Any authority is enough. Where none vouches and one could not be asked, nothing is known. */
async function judgeAll(
  authorities: readonly Authority[],
  evidence: Evidence,
  surroundings: Surroundings,
): Promise<Named> {
  const judged = await Promise.all(
    authorities.map(async (authority) => ({
      rule: authority.name,
      judgement: await authority.judge(evidence, surroundings).catch((error: unknown): Judgement => ({
        outcome: 'unknown',
        reason: unavailable(error),
        evidence: [],
      })),
    })),
  );
  const of = (outcome: Judgement['outcome']) => judged.find(({ judgement }) => judgement.outcome === outcome);
  const chosen = of('passed') ?? of('unknown') ?? of('failed');
  if (chosen === undefined) throw new Error('a policy without authorities is not loaded');
  if (chosen.judgement.outcome === 'passed') return chosen;
  const rest = judged.map(({ rule, judgement: { reason } }) => ({
    authority: rule,
    reason: reason.code,
    ...reason.words,
  }));
  const evidenceOfAll = [{ what: 'authorities', value: rest }, ...chosen.judgement.evidence];
  return { rule: 'authorities', judgement: { ...chosen.judgement, evidence: evidenceOfAll } };
}

function unavailable(error: unknown): Reason {
  const code = error instanceof BullaError ? error.code : 'unexpected';
  const isGone = code === 'registry-not-found';
  return reasonOf(isGone ? 'image-unavailable' : 'evidence-unavailable', { problem: messageOf(error), code });
}

/** What whoever wrote it should know. */
function remarksOn({ spec }: WrittenPolicy): readonly string[] {
  return spec.authorities.flatMap(({ keyless, source }, index) => {
    const path = `spec.authorities[${index}]`;
    const open = fieldsForAnyone(keyless?.identities ?? [], `${path}.keyless.identities`);
    const secrets = source?.some(({ signaturePullSecrets = [] }) => signaturePullSecrets.length > 0) === true;
    return [
      ...open.map((field) => `${field}: anyone matches it`),
      ...(keyless?.insecureIgnoreSCT === true
        ? [`${path}.keyless.insecureIgnoreSCT: certificates need not be published`]
        : []),
      ...(secrets
        ? [`${path}.source[0].signaturePullSecrets: the credentials of the gate and of the pod are used`]
        : []),
    ];
  });
}
