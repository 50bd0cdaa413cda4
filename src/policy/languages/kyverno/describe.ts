import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { describeByAuthor } from '#policy/description/author.ts';
import { about, listed, named, ofFirst, type Said } from '#policy/description/said.ts';
import { describeMutation } from './describing/mutation.ts';
import { describeRuleMode, isEnforcedAnywhere } from './describing/rule-mode.ts';
import { describeBlock, describeScope } from './describing/scope.ts';
import { describeValidation } from './describing/validation.ts';
import { describeVerification } from './describing/verification.ts';
import type { Exception } from './exception.ts';
import type { KyvernoPolicy } from './policy.ts';
import { changesOthers, type Rule } from './rule.ts';

/** What a policy demands, as sentences for people who read no YAML. */
export function describePolicy(policy: KyvernoPolicy, body: JsonObject): readonly Said[] {
  const { rules, namespace, spec, exceptions } = policy;
  const written = rules.filter(({ generatedFor }) => generatedFor === undefined);
  const scopes = sharedOrEach(written, ({ written: rule }) => describeScope(rule));
  const modes = sharedOrEach(written, (rule) => describeRuleMode(spec, rule));
  return [
    ...describeByAuthor(body),
    ...(namespace === undefined ? [] : [inNamespace(namespace)]),
    ...describeConditions(spec),
    ...sentencesOf(scopes.shared, { en: 'It is about', de: 'Sie betrifft' }),
    ...sentencesOf(modes.shared),
    ...describeGenerated(rules, written),
    ...(spec['applyRules'] === 'One' && written.length > 1 ? [onlyOne] : []),
    ...ofFirst(
      written,
      (rule) => {
        const name = named(rule.name);
        return [
          ...sentencesOf(scopes.of(rule), { en: `Rule ${name.en} is about`, de: `Regel ${name.de} betrifft` }),
          ...sentencesOf(modes.of(rule), { en: `Rule ${name.en}:`, de: `Regel ${name.de}:` }),
          ...describeRule(rule, spec),
        ];
      },
      (count) => ({ en: `And ${count} more rules.`, de: `Und ${count} weitere Regeln.` }),
    ),
    ...ofFirst(
      exceptions,
      (exception) => [describeException(exception)],
      (count) => ({ en: `And ${count} more exceptions.`, de: `Und ${count} weitere Ausnahmen.` }),
    ),
  ];
}

const onlyOne: Said = {
  en: 'Only the first rule that says something counts.',
  de: 'Nur die erste Regel, die etwas sagt, zählt.',
};

/** What is the same for all rules is said once, and else of each. */
function sharedOrEach(rules: readonly Rule[], say: (rule: Rule) => Said | undefined) {
  const said = new Map(rules.map((rule) => [rule, say(rule)]));
  const different = new Set([...said.values()].flatMap((one) => (one === undefined ? [] : [one.en])));
  const isShared = different.size === 1;
  return {
    shared: isShared ? [...said.values()].find((one) => one !== undefined) : undefined,
    of: (rule: Rule) => (isShared ? undefined : said.get(rule)),
  };
}

function sentencesOf(said: Said | undefined, begin?: Said): readonly Said[] {
  if (said === undefined) return [];
  return begin === undefined ? [said] : [{ en: `${begin.en} ${said.en}`, de: `${begin.de} ${said.de}` }];
}

function inNamespace(written: string): Said {
  const namespace = named(written);
  return {
    en: `It is about the namespace ${namespace.en} alone.`,
    de: `Sie gilt allein im Namespace ${namespace.de}.`,
  };
}

function describeConditions(spec: JsonObject): readonly Said[] {
  const conditions = asList(asObject(spec['webhookConfiguration'])?.['matchConditions']);
  const names = listed(conditions.map((one) => asText(asObject(one)?.['name']) ?? ''));
  if (conditions.length === 0) return [];
  return [
    {
      en: `It is asked only where these conditions hold, which are expressions: ${names.en}.`,
      de: `Sie wird nur gefragt, wo diese Bedingungen gelten, die Ausdrücke sind: ${names.de}.`,
    },
  ];
}

function describeGenerated(rules: readonly Rule[], written: readonly Rule[]): readonly Said[] {
  const generated = rules.filter(({ generatedFor }) => generatedFor !== undefined);
  if (generated.length === 0) return [];
  const kinds = listed([...new Set(generated.flatMap(({ generatedFor = [] }) => generatedFor))]);
  const names = new Set(generated.map(({ name }) => name));
  const follows = ({ name }: Rule) => generatedNames(name).some((one) => names.has(one));
  const sources = written.filter(follows).map(({ name }) => name);
  if (sources.length === written.length) {
    return [
      {
        en: `What it says of pods also holds for workloads that make pods: ${kinds.en}.`,
        de: `Was sie von Pods sagt, gilt auch für Workloads, die Pods erzeugen: ${kinds.de}.`,
      },
    ];
  }
  const where = listed(sources);
  return [
    {
      en: `What it says of pods in ${where.en} also holds for workloads that make pods: ${kinds.en}.`,
      de: `Was sie in ${where.de} von Pods sagt, gilt auch für Workloads, die Pods erzeugen: ${kinds.de}.`,
    },
  ];
}

/** How `autogen.ts` calls the rules that follow from one. */
function generatedNames(name: string): readonly string[] {
  return ['autogen-', 'autogen-cronjob-'].map((prefix) => `${prefix}${name}`.slice(0, 63));
}

function describeRule(rule: Rule, spec: JsonObject): readonly Said[] {
  const name = named(rule.name);
  const hasConditions =
    (rule.written['preconditions'] ?? undefined) !== undefined || asList(rule.written['celPreconditions']).length > 0;
  const begin: Said = {
    en: `Rule ${name.en}${hasConditions ? ', where its preconditions hold' : ''}`,
    de: `Regel ${name.de}${hasConditions ? ', wo ihre Vorbedingungen gelten' : ''}`,
  };
  return demandsOf(rule, spec).map((demand) => about(begin, demand));
}

const leftToKyverno: Said = {
  en: 'it changes objects that are already there, which is left to Kyverno; here it decides nothing',
  de: 'sie ändert Objekte, die schon da sind; das bleibt Kyverno überlassen, hier entscheidet sie nichts',
};

function demandsOf(rule: Rule, spec: JsonObject): readonly Said[] {
  if (changesOthers(rule.written)) return [leftToKyverno];
  return [
    ...(rule.validate === undefined ? [] : describeValidation(rule, rule.validate)),
    ...(rule.mutate === undefined ? [] : [describeMutation(rule.mutate)]),
    ...ofFirst(
      rule.verifications,
      (verification) => describeVerification(verification, isEnforcedAnywhere(spec, rule)),
      (count) => ({ en: `and ${count} more demands on images`, de: `und ${count} weitere Forderungen an Images` }),
    ),
  ];
}

function describeException({ name: written, rules, match, conditions, podSecurity }: Exception): Said {
  const [name, all, objects] = [named(written), listed(rules), describeBlock(match)];
  const controls = listed(podSecurity.map(({ controlName }) => controlName));
  const only: Said =
    podSecurity.length === 0
      ? { en: '', de: '' }
      : {
          en: `; of Pod Security Standards only these controls do not count: ${controls.en}`,
          de: `; von Pod Security Standards zählen nur diese Kontrollen nicht: ${controls.de}`,
        };
  const where: Said =
    (conditions ?? undefined) === undefined
      ? { en: '', de: '' }
      : { en: ', where its conditions hold', de: ', wo ihre Bedingungen gelten' };
  return {
    en: `Exception ${name.en}: the rules ${all.en} do not count for ${objects.en}${where.en}${only.en}.`,
    de: `Ausnahme ${name.de}: Die Regeln ${all.de} zählen nicht für ${objects.de}${where.de}${only.de}.`,
  };
}
