import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import type { PolicyDocument } from '#policy/policy.ts';
import type { Resources } from '#policy/surroundings.ts';

/** A kind of objects of a cluster that are policies or belong to them: `policy.bulla/v1` and `TrustPolicy`. */
export interface PolicyKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * The policies that are objects of the cluster, as documents: in the order of their names, and without what the API server writes
 * about them, so that the same policies are the same bytes.
 * @throws `resource-unavailable` where they cannot be asked: then nobody knows what is demanded
 */
export async function clusterPolicies(
  resources: Pick<Resources, 'list'>,
  kinds: readonly PolicyKind[],
): Promise<readonly PolicyDocument[]> {
  const lists = await Promise.all(kinds.map(async (kind) => documentsOf(kind, await resources.list(kind))));
  return lists.flat().toSorted((a, b) => (a.origin < b.origin ? -1 : 1));
}

function documentsOf({ apiVersion, kind }: PolicyKind, objects: readonly JsonObject[]): PolicyDocument[] {
  return objects.map((object) => {
    const { status: _, metadata, ...rest } = object;
    const { name, namespace, labels, annotations } = asObject(metadata) ?? {};
    const origin = [apiVersion, kind, asText(namespace), asText(name)].filter((part) => part !== undefined).join('/');
    const kept = Object.entries({ name, namespace, labels, annotations }).filter(([, value]) => value !== undefined);
    return { origin, body: { ...rest, apiVersion, kind, metadata: Object.fromEntries(kept) } };
  });
}
