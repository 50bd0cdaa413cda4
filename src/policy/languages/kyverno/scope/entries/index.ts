import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import type { Entry } from '#policy/languages/kyverno/scope/scope.ts';
import { apiCall } from './api-call.ts';
import { configMap } from './config-map.ts';
import { globalReference } from './global-reference.ts';
import { imageRegistry } from './image-registry.ts';
import { variable } from './variable.ts';

/** Loads what an entry of a context says, when it is asked for. @throws `expression-failed`, `resource-unavailable`, `registry-…` */
type Loader = (written: JsonObject) => Entry['load'];

/** Every kind of entry there is. To add one, write its file and name it here. */
const loaders: Readonly<Record<string, Loader>> = { variable, configMap, apiCall, imageRegistry, globalReference };

/** What a context can load. */
export const entryKinds: readonly string[] = Object.keys(loaders);

/** The entries of a context, in their order. */
export function readEntries(context: unknown): readonly Entry[] {
  return (Array.isArray(context) ? context : []).flatMap((written: unknown) => {
    const fields = asObject(written) ?? {};
    const kind = entryKind(fields);
    const load = loaders[kind];
    return load === undefined ? [] : [{ name: asText(fields['name']) ?? '', load: load(asObject(fields[kind]) ?? {}) }];
  });
}

/** The field of an entry that says what is loaded. */
export function entryKind(fields: JsonObject): string {
  return entryKinds.find((kind) => asObject(fields[kind]) !== undefined) ?? '';
}
