import { policyError } from '#policy/errors.ts';
import { fn, type CelFunction, type Library } from '#policy/cel/function.ts';
import { fromJson, toJson } from '#policy/cel/json.ts';
import { dyn, map, text, type Type } from '#policy/cel/type.ts';
import type { Value } from '#policy/cel/value.ts';
import { labelsOf } from '#policy/workloads/label-selector.ts';
import { kindOfResource } from './resource-kinds.ts';

const labels = map(text, text);

/**
 * `resource.Get(apiVersion, resource, namespace, name)` and `resource.List(apiVersion, resource, namespace[, labels])`. In policies of a
 * namespace without the namespace: other namespaces are none of their business. What is not there is null.
 * @param home the namespace of the policy, if it is in one
 */
export function resource(home: string | undefined): Library {
  const place: readonly Type[] = home === undefined ? [text] : [];
  const functions = ['Get', 'get'].map((name) => call(`resource.${name}`, [text, text, ...place, text], get(home)));
  const lists = ['List', 'list'].flatMap((name) => [
    call(`resource.${name}`, [text, text, ...place], list(home)),
    call(`resource.${name}`, [text, text, ...place, labels], list(home)),
  ]);
  const byGroup = 'name the API version and the resource themselves';
  return {
    name: 'resource',
    functions: [...functions, ...lists],
    refused: new Map(['ToGVR', 'toGVR'].map((name) => [`resource.${name}`, byGroup])),
  };
}

function call(name: string, parameters: readonly Type[], run: CelFunction['call']): CelFunction {
  return { ...fn(name, [], dyn, () => null), parameters, call: run };
}

/** Where it is to be looked, and the arguments after that. */
function placeIn(values: readonly Value[], home: string | undefined) {
  return home === undefined
    ? { namespace: textAt(values, 2), rest: values.slice(3) }
    : { namespace: home, rest: values.slice(2) };
}

function get(home: string | undefined): CelFunction['call'] {
  return (values, run) => {
    const [apiVersion, plural] = [textAt(values, 0), textAt(values, 1)];
    const { namespace, rest } = placeIn(values, home);
    const name = textAt(rest, 0);
    const wanted = { apiVersion, kind: kindOfResource(plural), name, ...(namespace === '' ? {} : { namespace }) };
    return run.waitFor(`get ${JSON.stringify([apiVersion, plural, namespace, name])}`, async () =>
      fromJson((await run.surroundings.resources.get(wanted)) ?? null),
    );
  };
}

function list(home: string | undefined): CelFunction['call'] {
  return (values, run) => {
    const [apiVersion, plural] = [textAt(values, 0), textAt(values, 1)];
    const { namespace, rest } = placeIn(values, home);
    const selected = Object.entries(toJson(rest[0] ?? new Map()) ?? {});
    const kind = kindOfResource(plural);
    return run.waitFor(`list ${JSON.stringify([apiVersion, plural, namespace, selected])}`, async () => {
      const all = await run.surroundings.resources.list({
        apiVersion,
        kind,
        ...(namespace === '' ? {} : { namespace }),
      });
      const items = all.filter((one) => {
        const own = labelsOf(one);
        return selected.every(([key, value]) => own.get(key) === value);
      });
      return fromJson({ apiVersion, kind: `${kind}List`, items });
    });
  };
}

function textAt(values: readonly Value[], at: number): string {
  const value = values[at];
  if (typeof value !== 'string') throw policyError('expression-failed', 'a name is no text');
  return value;
}
