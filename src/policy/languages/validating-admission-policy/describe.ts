import {
  describeConditions,
  describeFailure,
  describeMatch,
  describeNotes,
  describeSubject,
  describeValidations,
} from '#policy/cel/admission/describe.ts';
import { modeOf } from '#policy/cel/admission/judge.ts';
import { describeByAuthor } from '#policy/description/author.ts';
import { describeLabels } from '#policy/description/labels.ts';
import { describeMode } from '#policy/description/mode.ts';
import { about, named, ofFirst, type Said } from '#policy/description/said.ts';
import type { WrittenBinding, WrittenParamKind, WrittenParamRef, WrittenPolicy } from './schema.ts';

/** What a policy demands where it is bound, as sentences for people who read no YAML. */
export function describePolicy(policy: WrittenPolicy, bindings: readonly WrittenBinding[]): readonly Said[] {
  const {
    matchConstraints,
    matchConditions,
    paramKind,
    validations = [],
    auditAnnotations = [],
    failurePolicy,
  } = policy.spec;
  const modes = bindings.map(({ spec }) => modeOf(spec.validationActions));
  const isUnbound = bindings.length === 0;
  return [
    ...describeByAuthor(policy),
    describeSubject(matchConstraints),
    ...describeConditions(matchConditions),
    ...(isUnbound ? [unbound] : []),
    ...ofFirst(
      bindings,
      (binding) => describeBinding(binding, bindings.length > 1, paramKind),
      (count) => ({ en: `And ${count} more bindings.`, de: `Und ${count} weitere Bindungen.` }),
    ),
    ...describeFailure(failurePolicy, isUnbound ? ['enforce'] : modes),
    ...describeValidations(validations),
    ...(validations.length === 0 ? [describeNotes(auditAnnotations.map(({ key }) => key))] : []),
  ];
}

const unbound: Said = {
  en: 'Nothing binds it: here it is enforced everywhere, and in a cluster it is not in force.',
  de: 'Nichts bindet sie: Hier wird sie überall durchgesetzt, in einem Cluster gilt sie nicht.',
};

/** Of several bindings each is said by its name. */
function describeBinding(
  { metadata, spec }: WrittenBinding,
  isOneOfSeveral: boolean,
  paramKind: WrittenParamKind | undefined,
): readonly Said[] {
  const name = named(metadata.name);
  const part: Said = { en: `Binding ${name.en}`, de: `Bindung ${name.de}` };
  const mode = describeMode(modeOf(spec.validationActions));
  const match = describeMatch(spec.matchResources ?? {});
  const isEverywhere = match.en === describeMatch({}).en;
  return [
    isOneOfSeveral ? { en: `${part.en}: ${mode.en}`, de: `${part.de}: ${mode.de}` } : mode,
    ...(isEverywhere
      ? []
      : [about(part, { en: `of these it is only about ${match.en}`, de: `davon betrifft sie nur ${match.de}` })]),
    ...(paramKind === undefined || spec.paramRef === undefined
      ? []
      : [about(part, describeParams(paramKind, spec.paramRef))]),
  ];
}

function describeParams(
  { kind }: WrittenParamKind,
  { name, namespace, selector, parameterNotFoundAction }: WrittenParamRef,
): Said {
  const [object, labels] = [named(kind), describeLabels(selector ?? {})];
  const which: Said =
    name === undefined
      ? { en: `each ${object.en} with the labels ${labels.en}`, de: `jedem ${object.de} mit den Labels ${labels.de}` }
      : named([kind, [namespace, name].filter((part) => part !== undefined).join('/')].join(' '));
  return parameterNotFoundAction === 'Allow'
    ? {
        en: `its values are in ${which.en}; without that it demands nothing`,
        de: `ihre Werte stehen in ${which.de}; ohne das verlangt sie nichts`,
      }
    : {
        en: `its values are in ${which.en}; without that nothing is known, and so nothing passed`,
        de: `ihre Werte stehen in ${which.de}; ohne das ist nichts bekannt und darum nichts bestanden`,
      };
}
