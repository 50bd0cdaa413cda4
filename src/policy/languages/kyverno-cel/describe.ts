import {
  describeConditions,
  describeFailure,
  describeSubject,
  describeValidations,
} from '#policy/cel/admission/describe.ts';
import { modeOf } from '#policy/cel/admission/judge.ts';
import { describeByAuthor } from '#policy/description/author.ts';
import { describeMode } from '#policy/description/mode.ts';
import { about, limited, listed, named, ofFirst, type Said } from '#policy/description/said.ts';
import { readControllers } from './autogen.ts';
import type { Exception } from './exceptions.ts';
import type { WrittenImageValidating, WrittenMutating, WrittenPolicy, WrittenValidating } from './schema.ts';

/** What a policy demands by its validations alone, as sentences for people who read no YAML. */
export function describeValidating(policy: WrittenValidating, exceptions: readonly Exception[]): readonly Said[] {
  return [
    ...describeFrame(policy),
    ...describeActions(policy),
    ...describeValidations(policy.spec.validations),
    ...describeExceptions(exceptions),
  ];
}

/** What a policy changes. */
export function describeMutating(policy: WrittenMutating, exceptions: readonly Exception[]): readonly Said[] {
  const { mutations, failurePolicy } = policy.spec;
  const count = mutations.length;
  const changes: Said =
    count === 1
      ? { en: 'It changes the object; an expression says how.', de: 'Sie ändert das Objekt; ein Ausdruck sagt, wie.' }
      : {
          en: `It changes the object; ${count} expressions say how.`,
          de: `Sie ändert das Objekt; ${count} Ausdrücke sagen, wie.`,
        };
  return [
    ...describeFrame(policy),
    changes,
    ...describeFailure(failurePolicy, ['enforce']),
    ...describeExceptions(exceptions),
  ];
}

/** How seriously a policy is meant. */
export function describeActions({ spec }: WrittenValidating | WrittenImageValidating): readonly Said[] {
  const mode = modeOf(spec.validationActions ?? ['Deny']);
  return [describeMode(mode), ...describeFailure(spec.failurePolicy, [mode])];
}

/** What a policy is about, and when it is asked: as `frame.ts` reads it. */
export function describeFrame(policy: WrittenPolicy): readonly Said[] {
  const { kind, metadata, spec } = policy;
  const evaluation: WrittenValidating['spec']['evaluation'] = spec.evaluation;
  const { mode, admission, background } = evaluation ?? {};
  const isAboutAnything = mode === 'JSON';
  const match = isAboutAnything ? {} : (spec.matchConstraints ?? {});
  const controllers = [...readControllers(match, spec.autogen?.podControllers?.controllers)];
  return [
    ...describeByAuthor(policy),
    ...(kind.startsWith('Namespaced') ? [inNamespace(metadata.namespace ?? 'default')] : []),
    describeSubject(match),
    ...(isAboutAnything || controllers.length === 0 ? [] : [alsoFor(controllers)]),
    ...(admission?.enabled === false ? [notAtAdmission] : []),
    ...(background?.enabled === false ? [notInBackground] : []),
    ...describeConditions(spec.matchConditions),
  ];
}

function inNamespace(written: string): Said {
  const namespace = named(written);
  return {
    en: `It is about the namespace ${namespace.en} alone.`,
    de: `Sie gilt allein im Namespace ${namespace.de}.`,
  };
}

function alsoFor(controllers: readonly string[]): Said {
  const kinds = listed(controllers);
  return {
    en: `What it says of pods also holds for workloads that make pods: ${kinds.en}.`,
    de: `Was sie von Pods sagt, gilt auch für Workloads, die Pods erzeugen: ${kinds.de}.`,
  };
}

const notAtAdmission: Said = {
  en: 'It is not asked when objects come into the cluster.',
  de: 'Sie wird nicht gefragt, wenn Objekte in den Cluster kommen.',
};

const notInBackground: Said = {
  en: 'It is not asked about what is in the cluster already.',
  de: 'Sie wird nicht zu dem gefragt, was schon im Cluster ist.',
};

/** Whatever is excepted, in full or for the expressions to ask. */
export function describeExceptions(exceptions: readonly Exception[]): readonly Said[] {
  return ofFirst(
    exceptions,
    ({ name: written, conditions, images, values }) => {
      const name = named(written);
      const where = listed(conditions.map((one) => one.name));
      const accepted = [
        ...(images.length === 0 ? [] : [titled('images', 'Images', images)]),
        ...(values.length === 0 ? [] : [titled('values', 'Werte', values)]),
      ];
      const what: Said =
        accepted.length === 0
          ? { en: 'the policy does not count', de: 'Die Richtlinie zählt nicht' }
          : limited({ en: 'its expressions may accept more', de: 'ihre Ausdrücke dürfen mehr zulassen' }, accepted);
      const limits =
        conditions.length === 0
          ? []
          : [{ en: `where these conditions hold: ${where.en}`, de: `wo diese Bedingungen gelten: ${where.de}` }];
      return [about({ en: `Exception ${name.en}`, de: `Ausnahme ${name.de}` }, limited(what, limits))];
    },
    (count) => ({ en: `And ${count} more exceptions.`, de: `Und ${count} weitere Ausnahmen.` }),
  );
}

function titled(en: string, de: string, names: readonly string[]): Said {
  const all = listed(names);
  return { en: `${en} ${all.en}`, de: `${de} ${all.de}` };
}
