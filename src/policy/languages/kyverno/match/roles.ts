import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import type { RequestUser } from '#policy/question.ts';
import type { Resources } from '#policy/surroundings.ts';

/** The roles of whoever asks: those of namespaces as `NAMESPACE:NAME`. */
export interface Roles {
  readonly roles: readonly string[];
  readonly clusterRoles: readonly string[];
}

const group = 'rbac.authorization.k8s.io/v1';

/** The roles that bindings give to a user, its groups, or the service account that it is. @throws `resource-unavailable` */
export async function rolesOf(user: RequestUser, resources: Resources): Promise<Roles> {
  const [ofNamespaces, ofCluster] = await Promise.all([
    resources.list({ apiVersion: group, kind: 'RoleBinding' }),
    resources.list({ apiVersion: group, kind: 'ClusterRoleBinding' }),
  ]);
  const bindings = [...ofNamespaces, ...ofCluster].filter((binding) => binds(binding, user));
  return {
    roles: bindings.filter((one) => kindOf(one) === 'Role').map((one) => `${namespaceOf(one)}:${nameOf(one)}`),
    clusterRoles: bindings.filter((one) => kindOf(one) === 'ClusterRole').map(nameOf),
  };
}

function binds(binding: JsonObject, { username, groups }: RequestUser): boolean {
  return asList(binding['subjects']).some((one) => {
    const { kind, name, namespace } = asObject(one) ?? {};
    if (kind === 'User') return name === username;
    if (kind === 'Group') return groups.some((known) => known === name);
    const home = asText(namespace) ?? namespaceOf(binding);
    return kind === 'ServiceAccount' && username === `system:serviceaccount:${home}:${asText(name) ?? ''}`;
  });
}

function kindOf(binding: JsonObject): string {
  return asText(asObject(binding['roleRef'])?.['kind']) ?? '';
}

function nameOf(binding: JsonObject): string {
  return asText(asObject(binding['roleRef'])?.['name']) ?? '';
}

function namespaceOf(binding: JsonObject): string {
  return asText(asObject(binding['metadata'])?.['namespace']) ?? '';
}
