import { asList, asObject, asText, asTexts, parseJson, type JsonObject } from '#kit/narrow.ts';
import { namesKind } from './match/kinds.ts';

/** Kinds that make pods, for which rules about pods are written too. */
const controllers = ['DaemonSet', 'Deployment', 'Job', 'ReplicaSet', 'ReplicationController', 'StatefulSet'] as const;
const cronJob = 'CronJob';

/** Which kinds a policy wants it for; all by default, `none` for none. */
const annotation = 'pod-policies.kyverno.io/autogen-controllers';

/**
 * The rules of a policy, and those that follow from them for kinds that make pods: a rule about pods also looks at templates of pods.
 * None follow if any rule picks objects by name, selector or annotations, names pods beside other kinds, or patches by JSON Patch: then
 * it would be about something else. Nor if no rule names pods, or kinds that make them, without group and version.
 */
export function withGenerated(rules: readonly JsonObject[], annotations: JsonObject): readonly GeneratedRule[] {
  const wanted = asText(annotations[annotation]) ?? [...controllers, cronJob].join(',');
  const kinds = wanted.split(',').map((kind) => kind.trim());
  const asWritten = rules.map((written): GeneratedRule => ({ written, kinds: undefined }));
  if (!rules.every(allowsGeneration) || !rules.some(namesPlainly)) return asWritten;
  const generated = rules.flatMap((rule) => [
    ...generate(
      rule,
      forTemplates,
      controllers.filter((kind) => kinds.includes(kind) || kinds.includes('all')),
    ),
    ...generate(rule, forCronJobs, kinds.includes(cronJob) || kinds.includes('all') ? [cronJob] : []),
  ]);
  return [...asWritten, ...generated];
}

/** A rule, and for which kinds it follows from another; nothing for one that is written. */
export interface GeneratedRule {
  readonly written: JsonObject;
  readonly kinds: readonly string[] | undefined;
}

/** How a rule is rewritten: its name, the keys below which the pod stands, and the path to the pod in expressions. */
interface Rewriting {
  readonly prefix: string;
  readonly keys: readonly string[];
}

const forTemplates: Rewriting = { prefix: 'autogen-', keys: ['spec', 'template'] };
const forCronJobs: Rewriting = { prefix: 'autogen-cronjob-', keys: ['spec', 'jobTemplate', 'spec', 'template'] };

const longestName = 63;

function generate(rule: JsonObject, rewriting: Rewriting, kinds: readonly string[]): readonly GeneratedRule[] {
  const match = asObject(rule['match']) ?? {};
  const exclude = asObject(rule['exclude']);
  const excluded = kindsOf(exclude ?? {});
  const name = asText(rule['name']) ?? '';
  // What was signed is the pod itself.
  if (asObject(rule['validate'])?.['manifests'] !== undefined) return [];
  if (kinds.length === 0 || name.startsWith('autogen-') || !namesKind(kindsOf(match), 'Pod')) return [];
  if (excluded.length > 0 && !namesKind(excluded, 'Pod')) return [];
  const rewritten = {
    ...rule,
    name: `${rewriting.prefix}${name}`.slice(0, longestName),
    match: withKinds(match, kinds),
    ...(exclude === undefined ? {} : { exclude: withKinds(exclude, kinds) }),
    ...patternsBelow(rule, rewriting.keys),
  };
  return [{ written: rewritePaths(rewritten, rewriting.keys), kinds }];
}

function filtersOf(block: JsonObject): readonly JsonObject[] {
  const filters = [block, ...asList(block['any']), ...asList(block['all'])];
  return filters.map((filter) => asObject(asObject(filter)?.['resources']) ?? {});
}

function kindsOf(block: JsonObject): readonly string[] {
  return filtersOf(block).flatMap((resources) => asTexts(resources['kinds']));
}

function allowsGeneration(rule: JsonObject): boolean {
  const mutate = asObject(rule['mutate']) ?? {};
  const patches = [mutate, ...asList(mutate['foreach'])].map((one) => asObject(one)?.['patchesJson6902']);
  if (Object.hasOwn(rule, 'generate') || patches.some((patch) => patch !== undefined && patch !== '')) return false;
  const blocks = [asObject(rule['match']), asObject(rule['exclude'])];
  return blocks.every((block) => filtersOf(block ?? {}).every(isGeneral));
}

function namesPlainly(rule: JsonObject): boolean {
  const plain: readonly string[] = ['Pod', ...controllers, cronJob];
  const kinds = [rule['match'], rule['exclude']].flatMap((block) => kindsOf(asObject(block) ?? {}));
  return kinds.some((kind) => plain.includes(kind));
}

function isGeneral({ name, names, selector, annotations, kinds }: JsonObject): boolean {
  const named = asTexts(kinds);
  const isPicky = (asText(name) ?? '') !== '' || asList(names).length > 0 || selector != null || annotations != null;
  return !isPicky && !(named.length > 1 && namesKind(named, 'Pod'));
}

/** The same block for other kinds. */
function withKinds(block: JsonObject, kinds: readonly string[]): JsonObject {
  const replaced = (filter: unknown): unknown => {
    const fields = asObject(filter) ?? {};
    const resources = asObject(fields['resources']) ?? {};
    if (!namesKind(asTexts(resources['kinds']), 'Pod')) return filter;
    return { ...fields, resources: { ...resources, kinds } };
  };
  const lists = ['any', 'all'].filter((name) => Array.isArray(block[name]));
  if (lists.length === 0) return asObject(replaced(block)) ?? block;
  return { ...block, ...Object.fromEntries(lists.map((name) => [name, asList(block[name]).map(replaced)])) };
}

/** Patterns and patches of pods, below where the pod stands. */
function patternsBelow(rule: JsonObject, keys: readonly string[]): JsonObject {
  const below = (pattern: unknown) => keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), pattern);
  const validate = asObject(rule['validate']);
  const mutate = asObject(rule['mutate']);
  const patched = (patch: JsonObject): JsonObject =>
    patch['patchStrategicMerge'] === undefined
      ? patch
      : { ...patch, patchStrategicMerge: below(patch['patchStrategicMerge']) };
  return {
    ...(validate?.['pattern'] === undefined ? {} : { validate: { ...validate, pattern: below(validate['pattern']) } }),
    ...(Array.isArray(validate?.['anyPattern'])
      ? { validate: { ...validate, anyPattern: asList(validate['anyPattern']).map(below) } }
      : {}),
    ...(mutate === undefined
      ? {}
      : {
          mutate: {
            ...patched(mutate),
            ...(Array.isArray(mutate['foreach'])
              ? { foreach: asList(mutate['foreach']).map((one) => patched(asObject(one) ?? {})) }
              : {}),
          },
        }),
  };
}

/** Expressions that name the pod as the object name the pod within it. */
function rewritePaths(rule: JsonObject, keys: readonly string[]): JsonObject {
  const path = keys.join('.');
  const usesCel = asObject(rule['validate'])?.['cel'] !== undefined;
  const objects = usesCel ? String.raw`(object|oldObject)` : String.raw`(request\.(?:object|oldObject))`;
  const { match, exclude, ...rest } = rule;
  const text = JSON.stringify(rest).replaceAll(
    new RegExp(String.raw`${objects}\.(spec|metadata)`, 'g'),
    `$1.${path}.$2`,
  );
  return { ...asObject(parseJson(text)), match, ...(exclude === undefined ? {} : { exclude }) };
}
