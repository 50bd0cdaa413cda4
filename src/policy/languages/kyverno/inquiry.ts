import { asObject, type JsonObject } from '#kit/narrow.ts';
import { evaluateConditions } from './conditions/conditions.ts';
import { imagesForExpressions } from './images/extract.ts';
import { newBudget } from './jmespath/budget.ts';
import { isAbout } from './match/matches.ts';
import { subjectOf, type Subject } from './match/subject.ts';
import type { KyvernoPolicy } from './policy.ts';
import { requestFields, serviceAccountOf } from './request.ts';
import type { Rule } from './rule.ts';
import { readEntries } from './scope/entries/index.ts';
import { newScope, type Scope } from './scope/scope.ts';
import type { GivenValues, World } from './scope/world.ts';
import { aboutPod } from '#policy/creation.ts';
import { askAbout, type Question } from '#policy/question.ts';
import type { Surroundings } from '#policy/surroundings.ts';

/** A policy that is being asked. */
export interface Inquiry {
  readonly policy: KyvernoPolicy;
  /** With an object, even where only images are asked about. */
  readonly question: Question;
  /** Whether there is an object, and not only images. */
  readonly hasObject: boolean;
  readonly subject: Subject;
  readonly world: World;
  /** Values that are given for a rule in place of what it would load. */
  readonly given: ((rule: string) => GivenValues | undefined) | undefined;
}

/** Begins to ask a policy; nothing where it is not about what is asked. @throws what decides that, and cannot be found out */
export async function inquire(
  policy: KyvernoPolicy,
  asked: Question,
  surroundings: Surroundings,
  given?: Inquiry['given'],
): Promise<Inquiry | undefined> {
  const { request } = aboutPod(asked);
  const hasObject = asked.request !== undefined;
  const question = hasObject ? asked : { ...asked, request };
  const subject = subjectOf(request, surroundings);
  if (subject === undefined) return undefined;
  if (policy.namespace !== undefined && policy.namespace !== subject.namespace) return undefined;
  const world: World = { surroundings, budget: newBudget(), policyNamespace: policy.namespace };
  if (!(await policy.matchConditions(request, surroundings))) return undefined;
  return { policy, question, hasObject, subject, world, given };
}

/** The same about another object, such as one that a rule has changed. */
export function withObject(inquiry: Inquiry, object: JsonObject): Inquiry {
  const { question, world } = inquiry;
  const request = { ...aboutPod(question).request, object };
  const subject = subjectOf(request, world.surroundings) ?? inquiry.subject;
  return { ...inquiry, subject, question: askAbout(request, question.place, question.imagePaths) };
}

/** The scope of a rule: the request, its images, and what the rule loads. */
export function scopeOf({ question, subject, world, given }: Inquiry, { name, written }: Rule): Scope {
  const { request } = subject;
  const values = given?.(name);
  const data = { request: requestFields(request), ...serviceAccountOf(request), ...named(values) };
  const extractors = asObject(written['imageExtractors']);
  const images = {
    name: 'images',
    load: () => Promise.resolve().then(() => imagesForExpressions(question, extractors, world)),
  };
  // Who asks has roles only if somebody asks for them: they must be looked up.
  const roles = ['roles', 'clusterRoles'].map((field) => ({
    name: field,
    sets: 'request',
    load: async () => ({ ...data.request, ...(await subject.roles()) }),
  }));
  const ruleWorld = values === undefined ? world : { ...world, given: values };
  return newScope(data, [images, ...roles, ...readEntries(written['context'])], ruleWorld);
}

/** Names with dots are fields of objects. */
function named(given: GivenValues | undefined): JsonObject {
  const data = new Map<string, unknown>();
  for (const [path, value] of given?.values ?? []) {
    const [first = '', ...rest] = path.split('.');
    const inner = rest.reduceRight<unknown>((below, step) => ({ [step]: below }), value);
    data.set(first, merged(data.get(first), inner));
  }
  return Object.fromEntries(data);
}

function merged(one: unknown, other: unknown): unknown {
  const areObjects = [one, other].every((side) => typeof side === 'object' && side !== null && !Array.isArray(side));
  return areObjects ? { ...(one as object), ...(other as object) } : other;
}

/** Why a rule is not asked that is about other objects. */
export const otherObjects = 'it is about other objects';

/** Why a rule is not asked; nothing if it is. @throws what decides that, and cannot be found out */
export async function notAsked(inquiry: Inquiry, rule: Rule, scope: Scope): Promise<string | undefined> {
  const { subject, world } = inquiry;
  // Filters that name no pods are taken over as they are, and could be about anything.
  if (rule.generatedFor?.includes(subject.request.kind.kind) === false) return otherObjects;
  if (!(await isAbout(rule.written, subject))) return otherObjects;
  if (!(await rule.celPreconditions(subject.request, world.surroundings))) return 'its celPreconditions do not hold';
  const { holds, messages } = await evaluateConditions(rule.written['preconditions'], scope);
  return holds ? undefined : ['its preconditions do not hold', ...messages].join('; ');
}
