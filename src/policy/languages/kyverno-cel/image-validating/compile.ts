import { asTexts } from '#kit/narrow.ts';
import { aboutPod } from '#policy/creation.ts';
import { checkConditions, compileConditions } from '#policy/cel/admission/conditions.ts';
import { inField } from '#policy/cel/admission/in-field.ts';
import { modeOf, notApplicable, outcomeOf, unknownOutcome } from '#policy/cel/admission/judge.ts';
import {
  annotate,
  checkValidation,
  compileAnnotations,
  compileValidations,
} from '#policy/cel/admission/validations.ts';
import { compileVariables } from '#policy/cel/admission/variables.ts';
import type { Bindings, Environment } from '#policy/cel/compile/compile.ts';
import { compileExpression, evaluate } from '#policy/cel/expression.ts';
import { fromJson, toJson } from '#policy/cel/json.ts';
import { startRun, type Run } from '#policy/cel/run.ts';
import { list, record, text } from '#policy/cel/type.ts';
import { spoken } from '#policy/description/said.ts';
import type { Said } from '#policy/description/said.ts';
import { excepted } from '#policy/languages/kyverno-cel/excepted.ts';
import { exceptedBy, readExceptions } from '#policy/languages/kyverno-cel/exceptions.ts';
import { readFrame, type Entered } from '#policy/languages/kyverno-cel/frame.ts';
import { remarksOf } from '#policy/languages/kyverno-cel/remarks.ts';
import { imageValidatingSchema, type WrittenImageValidating } from '#policy/languages/kyverno-cel/schema.ts';
import { pinImages, referenceOf } from '#policy/languages/pin-images.ts';
import { byDigest } from '#policy/languages/judge-image.ts';
import { invalidField, readStrictly } from '#policy/languages/read-strictly.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import type { Policy, PolicyDocument } from '#policy/policy.ts';
import type { Question } from '#policy/question.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { attestorBindings, readAttestors } from './attestors.ts';
import { describeImageValidating } from './describe.ts';
import { imagesIn } from './images.ts';
import { readMatchReferences } from './match-references.ts';
import { attestorType, foundBy, verificationLibrary } from './verification.ts';

/**
 * Makes a policy of an `ImageValidatingPolicy` or `NamespacedImageValidatingPolicy`.
 * @throws `policy-invalid`, `policy-unsupported`, with the path of the field
 */
export function compileImageValidating(document: PolicyDocument, companions: readonly PolicyDocument[]): Policy {
  const written = readStrictly(imageValidatingSchema, document.body);
  const { spec } = written;
  const frame = readFrame(written);
  const matches = readMatchReferences(spec.matchImageReferences ?? [], 'spec.matchImageReferences');
  const attestations = readAttestations(spec.attestations ?? []);
  const extractors = (spec.images ?? []).map(({ name, expression }, at) => ({
    name,
    expression: inField(`spec.images[${at}].expression`, () =>
      compileExpression(expression, frame.environment, list(text)),
    ),
  }));
  const environment = environmentOf(written, frame.environment, verificationLibrary({ matches, attestations }));
  const variables = compileVariables(spec.variables ?? [], 'spec.variables', environment);
  const attestors = readAttestors(spec.attestors ?? [], 'spec.attestors', variables.environment);
  const validations = compileValidations(spec.validations, 'spec.validations', variables.environment);
  const annotations = compileAnnotations(spec.auditAnnotations ?? [], 'spec.auditAnnotations', variables.environment);
  const conditions = compileConditions(spec.matchConditions ?? [], 'spec.matchConditions', frame.environment);
  const exceptions = readExceptions(companions, written, frame.environment);
  const { required = true, verifyDigest = true, mutateDigest = true } = spec.validationConfigurations ?? {};
  const rules = {
    name: frame.name,
    mode: modeOf(spec.validationActions ?? ['Deny']),
    failurePolicy: spec.failurePolicy ?? 'Fail',
  } as const;

  /** Whether the policy applies: the situation and the images that it is about, or what is to be said instead. */
  async function approach(question: Question, surroundings: Surroundings, run: Run): Promise<Approach> {
    const entered = await frame.enter(aboutPod(question), surroundings);
    if (entered === undefined) return { instead: [notApplicable(rules)] };
    const { whole } = await exceptedBy(exceptions, entered.bindings, run);
    if (whole !== undefined) return { instead: [excepted(rules, whole, entered.request)] };
    const matched = await checkConditions(conditions, entered.bindings, run);
    if ('problem' in matched) {
      return { instead: [unknownOutcome(rules, `matchConditions.${matched.name}`, matched.problem)] };
    }
    if (!matched.holds) return { instead: [notApplicable(rules)] };
    const named = imagesIn(entered.seen.object ?? entered.seen.oldObject ?? {});
    const lists = new Map<string, readonly string[]>([...named, ...(await extract(entered, run))]);
    const chosen = new Map([...lists].map(([name, images]) => [name, images.filter(matches)] as const));
    return { entered, images: chosen };
  }

  async function extract({ bindings }: Entered, run: Run): Promise<(readonly [string, readonly string[]])[]> {
    const extracted: [string, readonly string[]][] = [];
    for (const { name, expression } of extractors) {
      const values = toJson(await evaluate(expression, bindings, run));
      if (!Array.isArray(values) || values.length !== asTexts(values).length) {
        throw invalidField(`spec.images: ${name}`, 'it gives no list of texts');
      }
      extracted.push([name, asTexts(values)]);
    }
    return extracted;
  }

  async function decide(question: Question, surroundings: Surroundings): Promise<readonly RuleOutcome[]> {
    const run = startRun(surroundings);
    const approached = await approach(question, surroundings, run);
    if ('instead' in approached) return approached.instead;
    const { entered, images } = approached;
    const all = [...new Set([...images.values()].flat())];
    const wrong = all.flatMap((image) => refusedName(image, verifyDigest && byDigest.includes(question.place.gate)));
    const complete: Bindings = variables.bind(
      new Map([
        ...entered.bindings,
        ...[...attestations.keys()].map((name) => [`attestations.${name}`, () => name] as const),
        ['images', () => fromJson(Object.fromEntries(images))],
        ...attestorBindings(attestors, () => complete),
      ]),
    );
    const outcomes: RuleOutcome[] = [];
    for (const validation of validations) {
      outcomes.push(outcomeOf(rules, validation, await checkValidation(validation, complete, run)));
    }
    const notes = await annotate(annotations, complete, run);
    const said = outcomes.map((outcome) => ({ ...outcome, evidence: [...outcome.evidence, ...notes] }));
    return [...wrong, ...said, ...(required ? all.map((image) => verifiedOutcome(image, run, outcomes)) : [])];
  }

  function refusedName(image: string, needsDigest: boolean): readonly RuleOutcome[] {
    const reference = referenceOf(image);
    if (reference !== undefined && (!needsDigest || reference.digest !== undefined)) return [];
    const code = reference === undefined ? 'reference-invalid' : 'not-pinned';
    const reason = reasonOf(code, { image, problem: 'no reference looks like that' });
    const { name: policy, mode } = rules;
    return [{ policy, rule: 'verifyDigest', image: { written: image }, outcome: 'failed', mode, reason, evidence: [] }];
  }

  /** An image that the policy is about must be vouched for, whatever its expressions ask (`required`). */
  function verifiedOutcome(image: string, run: Run, said: readonly RuleOutcome[]): RuleOutcome {
    const verified = foundBy(run).verifications.get(image);
    const { isVerified = false, refusals = [], proofs = [] } = verified ?? {};
    const { name: policy, mode } = rules;
    const about = {
      policy,
      rule: 'required',
      image: { written: image, digest: referenceOf(image)?.digest },
      mode,
    } as const;
    if (isVerified) return { ...about, outcome: 'passed', reason: reasonOf('passed', { image }), evidence: proofs };
    // An expression that failed may have failed on the way to it: then nobody knows.
    const failure = verified === undefined ? said.find(({ outcome }) => outcome === 'unknown') : undefined;
    if (failure !== undefined)
      return { ...about, mode: failure.mode, outcome: 'unknown', reason: failure.reason, evidence: [] };
    const words = { image, refusals: refusals.join('; ') };
    const reason = reasonOf(refusals.length === 0 ? 'unsigned' : 'signature-refused', words);
    return { ...about, outcome: 'failed', reason, evidence: proofs };
  }

  return {
    name: frame.name,
    language: 'kyverno-cel',
    describe: (language) => spoken(describeImageValidating(written, exceptions), language),
    remarks: [...remarksOf(written), ...credentialRemarks(written)],
    decide: (question, surroundings) =>
      decide(question, surroundings).catch((error: unknown) => [unknownOutcome(rules, '', error)]),
    change: async (question, surroundings) => {
      if (!mutateDigest) return question.request?.object;
      const approached = await approach(question, surroundings, startRun(surroundings));
      if ('instead' in approached) return question.request?.object;
      const wanted = new Set([...approached.images.values()].flat());
      return pinImages(question, surroundings, ({ image }) => wanted.has(image));
    },
  };
}

type WrittenAttestations = NonNullable<WrittenImageValidating['spec']['attestations']>;

type Approach =
  | { readonly instead: readonly RuleOutcome[] }
  | { readonly entered: Entered; readonly images: ReadonlyMap<string, readonly string[]> };

function environmentOf(
  { spec }: WrittenImageValidating,
  given: Environment,
  library: ReturnType<typeof verificationLibrary>,
): Environment {
  const attestations = spec.attestations ?? [];
  const why = 'signatures of other artifacts beside an image are not read; attest with Sigstore, and write intoto';
  const refused = new Map(
    attestations.flatMap(({ name, referrer }) =>
      referrer === undefined ? [] : [[`attestations.${name}`, why] as const],
    ),
  );
  const images = [...imagesIn({}).keys(), ...(spec.images ?? []).map(({ name }) => name)];
  return {
    variables: new Map([
      ...given.variables,
      ['images', record('Images', Object.fromEntries(images.map((name) => [name, list(text)])))],
      ...(spec.attestors ?? []).map(({ name }) => [`attestors.${name}`, attestorType] as const),
      ...attestations.flatMap(({ name, intoto }) =>
        intoto === undefined ? [] : [[`attestations.${name}`, text] as const],
      ),
    ]),
    libraries: [...given.libraries, library, { name: 'referrers', functions: [], refused }],
  };
}

/** The types of statements, by their names in the policy. Those that are not read must not be asked for. */
function readAttestations(written: WrittenAttestations): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const [at, { name, intoto, referrer }] of written.entries()) {
    if ((intoto === undefined) === (referrer === undefined)) {
      throw invalidField(`spec.attestations[${at}]`, 'exactly one of intoto and referrer must be there');
    }
    if (intoto !== undefined) types.set(name, intoto.type);
  }
  return types;
}

function credentialRemarks({ spec }: WrittenImageValidating): readonly Said[] {
  const pulls = (spec.attestors ?? []).some(({ cosign }) => (cosign?.source?.PullSecrets ?? []).length > 0);
  if (spec.credentials === undefined && !pulls) return [];
  return [
    {
      en: 'credentials do not count: how registries are reached is said to the gate, and not in a policy',
      de: 'credentials zählen nicht: wie Registries erreicht werden, wird dem Gate gesagt und nicht in einer Richtlinie',
    },
  ];
}
