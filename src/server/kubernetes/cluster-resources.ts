import { messageOf } from '#kit/error.ts';
import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import type { ResourceName, Resources } from '#policy/surroundings.ts';
import type { ClusterClient } from './client.ts';

/** Kinds and their resources are asked for again after some minutes: a new one may have been defined. */
const knownFor = 5 * 60_000;
/** Pages of a list, and objects of one: larger lists are not for policies. */
const pageSize = 500;
const mostPages = 40;

/** Objects of a cluster for policies. What cannot be asked is an error, never an empty answer. */
export function clusterResources(client: ClusterClient, now: () => number): Resources {
  const groups = new Map<string, { readonly names: Promise<ReadonlyMap<string, Resource>>; readonly until: number }>();

  function resourcesOf(apiVersion: string): Promise<ReadonlyMap<string, Resource>> {
    const known = groups.get(apiVersion);
    if (known !== undefined && known.until > now()) return known.names;
    const names = client.get(rootOf(apiVersion)).then((list) => readResources(list));
    groups.set(apiVersion, { names, until: now() + knownFor });
    names.catch(() => groups.delete(apiVersion));
    return names;
  }

  async function pathOf({ apiVersion, kind, namespace }: Omit<ResourceName, 'name'>): Promise<string | undefined> {
    const resource = (await resourcesOf(apiVersion)).get(kind);
    if (resource === undefined) return undefined;
    const place =
      resource.isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
    return `${rootOf(apiVersion)}${place}/${resource.name}`;
  }

  return {
    get: (wanted) =>
      available(wanted, async () => {
        const path = await pathOf(wanted);
        return path === undefined ? undefined : client.get(`${path}/${encodeURIComponent(wanted.name)}`);
      }),
    list: (wanted) =>
      available(wanted, async () => {
        const path = await pathOf(wanted);
        return path === undefined ? [] : listAll(client, path, wanted);
      }),
  };
}

interface Resource {
  readonly name: string;
  readonly isNamespaced: boolean;
}

function rootOf(apiVersion: string): string {
  const parts = apiVersion.split('/').map(encodeURIComponent);
  return parts.length === 1 ? `/api/${parts[0] ?? ''}` : `/apis/${parts.join('/')}`;
}

function readResources(list: JsonObject | undefined): ReadonlyMap<string, Resource> {
  const found = new Map<string, Resource>();
  for (const one of asList(list?.['resources'])) {
    const { name, kind, namespaced } = asObject(one) ?? {};
    const [resource, ofKind] = [asText(name) ?? '', asText(kind) ?? ''];
    if (!resource.includes('/') && resource !== '')
      found.set(ofKind, { name: resource, isNamespaced: namespaced === true });
  }
  return found;
}

/** Items of a list do not say of which kind they are, because the list does. */
async function listAll(
  client: ClusterClient,
  path: string,
  { apiVersion, kind }: Omit<ResourceName, 'name'>,
): Promise<readonly JsonObject[]> {
  const items: JsonObject[] = [];
  let next = '';
  for (let page = 0; page < mostPages; page++) {
    const list = await client.get(
      `${path}?limit=${pageSize}${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`,
    );
    for (const item of asList(list?.['items'])) items.push({ ...asObject(item), apiVersion, kind });
    next = asText(asObject(list?.['metadata'])?.['continue']) ?? '';
    if (next === '') return items;
  }
  throw new Error(`there are more than ${pageSize * mostPages}`);
}

async function available<T>({ kind, namespace }: Omit<ResourceName, 'name'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const place = namespace === undefined ? '' : ` of ${namespace}`;
    throw policyError('resource-unavailable', `objects of kind ${kind}${place} cannot be read: ${messageOf(error)}`, {
      hint: 'give the gate the right to read them',
      cause: error,
    });
  }
}
