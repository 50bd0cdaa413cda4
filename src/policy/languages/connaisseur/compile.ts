import { spoken } from '#policy/description/said.ts';
import type { Said } from '#policy/description/said.ts';
import { judgeImage, oncePerImage, type ImageRule } from '#policy/languages/judge-image.ts';
import { pinImages, referenceOf } from '#policy/languages/pin-images.ts';
import { isForAnyone } from '#policy/languages/read-pattern.ts';
import { invalidField, readStrictly, unsupportedField } from '#policy/languages/read-strictly.ts';
import type { Mode, RuleOutcome } from '#policy/outcome.ts';
import type { Policy, PolicyDocument } from '#policy/policy.ts';
import type { ImageUse, Question } from '#policy/question.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { describeConfig } from './describe.ts';
import { chooseRules, nameOf, readPattern, type ChosenRules, type Pattern } from './patterns.ts';
import {
  configSchema,
  valuesSchema,
  type WrittenAlerting,
  type WrittenConfig,
  type WrittenFeatures,
  type WrittenRule,
} from './schema.ts';
import { readValidator, type Validate, type Validator } from './validator.ts';

/**
 * Makes a policy of Connaisseur's configuration: the values of its chart, or the file that the chart makes of them.
 * @throws `policy-invalid`, `policy-unsupported`, `trust-root-invalid`
 */
export function compileConnaisseur({ body }: PolicyDocument): Policy {
  const { config, features, alerting, path } = readConfig(body);
  checkAlerting(alerting);
  const validators = config.validators.map((one, index) => readValidator(one, `${path}validators[${index}]`));
  const twice = validators.findIndex(({ name }, index) =>
    validators.some((one, at) => at < index && one.name === name),
  );
  if (twice >= 0) throw invalidField(`${path}validators[${twice}].name`, 'another validator is called so');
  const rules = config.policy.map((one, index) => readRule(one, validators, `${path}policy[${index}]`));
  return {
    name,
    language: 'connaisseur',
    remarks: remarksOn(config, features),
    describe: (language) => spoken(describeConfig(config, features), language),
    async decide(question, surroundings) {
      const mode = modeFor(question, features);
      const judges = new Map(rules.map((rule) => [rule, imageRule(rule, mode, surroundings)]));
      const outcomes = question.images.map(async (use) => {
        const { rules: chosen, isNamed } = choose(rules, use);
        const judged = chosen.flatMap((rule) => judges.get(rule) ?? []);
        const said = await Promise.all(judged.map((rule) => judgeImage(rule, use, question, surroundings)));
        return isNamed ? said : [...said, unnamed(use, mode)];
      });
      return (await Promise.all(outcomes)).flat();
    },
    change: (question, surroundings) =>
      pinImages(question, surroundings, (use) => choose(rules, use).rules.some(({ needsDigest }) => needsDigest)),
  };
}

const name = 'connaisseur';

interface ReadConfig {
  readonly config: WrittenConfig;
  readonly features: WrittenFeatures;
  readonly alerting: WrittenAlerting | undefined;
  /** Before the names of its fields. */
  readonly path: string;
}

function readConfig(body: PolicyDocument['body']): ReadConfig {
  if (!('application' in body)) {
    const config = readStrictly(configSchema, body);
    return { config, features: {}, alerting: config.alerting, path: '' };
  }
  const { application, alerting } = readStrictly(valuesSchema, body);
  return { config: application, features: application.features ?? {}, alerting, path: 'application.' };
}

/** Nobody is alerted here, so that nothing may depend on it. */
function checkAlerting(alerting: WrittenAlerting | undefined): void {
  for (const field of ['admitRequest', 'rejectRequest'] as const) {
    const index = (alerting?.[field]?.receivers ?? []).findIndex((one) => one.failIfAlertSendingFails === true);
    if (index < 0) continue;
    throw unsupportedField(
      `alerting.${field}.receivers[${index}].failIfAlertSendingFails`,
      'no alerts are sent, so that nothing can depend on them',
      'leave it out, and alert on the metrics of the gate',
    );
  }
}

interface Rule {
  readonly pattern: Pattern;
  readonly validate: Validate;
  readonly needsDigest: boolean;
}

function readRule(written: WrittenRule, validators: readonly Validator[], path: string): Rule {
  const { pattern, validator: wanted, with: options = {} } = written;
  const called = wanted === undefined || wanted === '' ? 'default' : wanted;
  const validator = validators.find((one) => one.name === called);
  if (validator === undefined) throw invalidField(`${path}.validator`, `there is no validator ${called}`);
  if (options.delegations !== undefined) {
    throw unsupportedField(`${path}.with.delegations`, 'they are those of notaryv1', 'name trust roots in required');
  }
  return {
    pattern: readPattern(pattern, `${path}.pattern`),
    validate: validator.prepare(options, `${path}.with`),
    needsDigest: !validator.isStatic && options.mode !== 'insecureValidateOnly',
  };
}

function imageRule({ pattern, validate, needsDigest }: Rule, mode: Mode, surroundings: Surroundings): ImageRule {
  const judge = oncePerImage((evidence) => validate(evidence, surroundings));
  return { policy: name, rule: pattern.written, mode, needsDigest, judge };
}

/** What is no reference has no rule. */
function choose(rules: readonly Rule[], { image }: ImageUse): ChosenRules<Rule> {
  const reference = referenceOf(image);
  return reference === undefined ? { rules: [], isNamed: false } : chooseRules(rules, nameOf(reference));
}

function unnamed({ image: written, pointer }: ImageUse, mode: Mode): RuleOutcome {
  const reason = reasonOf('no-policy', { image: written });
  return { policy: name, rule: 'no-match', image: { written, pointer }, outcome: 'failed', mode, reason, evidence: [] };
}

/** In detection nothing is denied; `podsOnly` denies pods alone, and warns of what makes them. */
function modeFor(question: Question, { detectionMode, resourceValidationMode }: WrittenFeatures): Mode {
  if (detectionMode === true) return 'warn';
  // The request is looked at where it matters, and not before: what was decided without it holds for others.
  if (resourceValidationMode !== 'podsOnly') return 'enforce';
  return question.request === undefined || question.request.object?.['kind'] === 'Pod' ? 'enforce' : 'warn';
}

const everyPod: Said = {
  en: 'automaticChildApproval: nobody is believed to be a child; every pod is judged by itself',
  de: 'automaticChildApproval: keinem wird geglaubt, Kind zu sein; jeder Pod wird für sich beurteilt',
};
const judgedAgain: Said = {
  en: 'automaticUnchangedApproval: what did not change is judged again',
  de: 'automaticUnchangedApproval: was sich nicht geändert hat, wird neu beurteilt',
};
const everyNamespace: Said = {
  en: 'namespacedValidation: labels of namespaces are not heeded; every namespace is judged',
  de: 'namespacedValidation: Labels von Namespaces werden nicht beachtet; jeder Namespace wird beurteilt',
};

/** What whoever wrote it should know. */
function remarksOn({ validators, policy }: WrittenConfig, features: WrittenFeatures): readonly Said[] {
  const secrets = validators.filter((one) => 'auth' in one || 'cert' in one).map((one) => one.name);
  const open = validators.flatMap((one) =>
    one.type === 'cosign'
      ? one.trustRoots.filter(({ keyless }) => isForAnyone(keyless?.subjectRegex) || isForAnyone(keyless?.issuerRegex))
      : [],
  );
  return [
    ...open.map((root) => ({
      en: `trust root ${root.name}: anyone matches it`,
      de: `trust root ${root.name}: passt auf jeden`,
    })),
    ...policy
      .filter((rule) => rule.with?.mode === 'insecureValidateOnly')
      .map(({ pattern }) => ({
        en: `${pattern}: insecureValidateOnly, so that another image may run than was judged`,
        de: `${pattern}: insecureValidateOnly, sodass ein anderes Image laufen kann als das beurteilte`,
      })),
    ...secrets.map((one) => ({
      en: `validator ${one}: auth and cert are not read; the gate has its own`,
      de: `validator ${one}: auth und cert werden nicht gelesen; das Gate hat seine eigenen`,
    })),
    ...(features.automaticChildApproval === true ? [everyPod] : []),
    ...(features.automaticUnchangedApproval === true ? [judgedAgain] : []),
    ...(features.namespacedValidation === undefined ? [] : [everyNamespace]),
  ];
}
