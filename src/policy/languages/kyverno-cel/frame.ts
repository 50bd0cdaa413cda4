import { isMatched } from '#policy/cel/admission/match.ts';
import type { WrittenMatch } from '#policy/cel/admission/schema.ts';
import { admissionVariables, bindSituation } from '#policy/cel/admission/situation.ts';
import type { Bindings, Environment } from '#policy/cel/compile/compile.ts';
import { list, record, text, type Type } from '#policy/cel/type.ts';
import { unsupportedField } from '#policy/languages/read-strictly.ts';
import type { AdmissionRequest, GateName, Question } from '#policy/question.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { readControllers, seenBy, type Seen } from './autogen.ts';
import { kyvernoLibraries } from './libraries/index.ts';
import type { WrittenPolicy, WrittenValidating } from './schema.ts';

type Evaluation = NonNullable<WrittenValidating['spec']['evaluation']>;

/** When a policy is asked, and about what: the same for policies of all kinds. */
export interface Frame {
  /** What outcomes call it. */
  readonly name: string;
  readonly environment: Environment;
  /** What there is to evaluate with, where the policy is about what is asked. @throws `resource-unavailable` */
  enter(question: Question, surroundings: Surroundings): Promise<Entered | undefined>;
}

export interface Entered {
  readonly request: AdmissionRequest;
  readonly seen: Seen;
  readonly bindings: Bindings;
}

const exceptionsType = record('Exceptions', { allowedImages: list(text), allowedValues: list(text) });

/** What can be named beside an admission request. */
const more: readonly (readonly [string, Type])[] = [['exceptions', exceptionsType]];

/** Reads the frame of a policy. @throws `policy-invalid` */
export function readFrame({ kind, metadata, spec }: WrittenPolicy): Frame {
  const isNamespaced = kind.startsWith('Namespaced');
  const home = isNamespaced ? (metadata.namespace ?? 'default') : undefined;
  const match: WrittenMatch = spec.matchConstraints ?? {};
  const controllers = readControllers(match, spec.autogen?.podControllers?.controllers);
  const evaluation: Evaluation = spec.evaluation ?? {};
  const { mode = 'Kubernetes', admission, background } = evaluation;
  if (mode === 'HTTP' || mode === 'Envoy') {
    throw unsupportedField('spec.evaluation.mode', `${mode} is about requests of others`, 'leave it to Kyverno');
  }
  const sleepsAt: readonly GateName[] = [
    ...(admission?.enabled === false ? (['admission'] as const) : []),
    ...(background?.enabled === false ? (['audit'] as const) : []),
  ];
  return {
    name: home === undefined ? metadata.name : `${home}/${metadata.name}`,
    environment: { variables: new Map([...admissionVariables, ...more]), libraries: kyvernoLibraries(home) },
    enter: async ({ request, place }, surroundings) => {
      if (request === undefined || sleepsAt.includes(place.gate)) return undefined;
      if (home !== undefined && request.namespace !== home) return undefined;
      const seen = seenBy(mode === 'JSON' ? new Set() : controllers, request);
      const isAbout =
        mode === 'JSON' ||
        (await isMatched(match, request, request, surroundings)) ||
        (await isMatched(match, request, seen.as, surroundings));
      if (!isAbout) return undefined;
      const { object, oldObject } = seen;
      return { request, seen, bindings: bindSituation({ request, object, oldObject }, surroundings) };
    },
  };
}
