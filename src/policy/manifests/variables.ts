import { asObject, asText } from '#kit/narrow.ts';
import type { Steps, YamlCollector } from './yaml-collector.ts';
import type { YamlDocument } from './yaml/read-yaml.ts';

/** Notes the variables of an environment, in whichever of the usual forms it is: a map, a list of `NAME=value`, a list of maps. */
export function noteVariables(
  collector: YamlCollector,
  document: YamlDocument,
  environment: unknown,
  steps: Steps,
  place: string,
): void {
  if (!Array.isArray(environment)) {
    for (const [name, value] of Object.entries(asObject(environment) ?? {})) {
      const isDescribed = asObject(value) !== undefined;
      collector.variable(document, isDescribed ? [...steps, name, 'value'] : [...steps, name], place, name);
    }
    return;
  }
  for (const [index, item] of environment.entries()) {
    const text = asText(item);
    const map = asObject(item);
    if (text !== undefined && text.includes('=')) {
      const equals = text.indexOf('=');
      collector.variable(document, [...steps, index], place, text.slice(0, equals), equals + 1);
    }
    const [nameKey, valueKey] = map?.['Name'] === undefined ? ['name', 'value'] : ['Name', 'Value'];
    const name = asText(map?.[nameKey]);
    if (name !== undefined) collector.variable(document, [...steps, index, valueKey], place, name);
  }
}
