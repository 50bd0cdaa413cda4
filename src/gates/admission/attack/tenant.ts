/** Somebody who works in one namespace of the cluster. */
export interface Tenant {
  /** Whether the API server would let him. @param resource with its group behind it: `pods`, `deployments.apps` */
  may(verb: string, resource: string): Promise<boolean>;
}

/** What of all this a tenant may do, in words: `delete trustpolicies.policy.bulla`. */
export async function rightsOf(
  tenant: Tenant,
  verbs: readonly string[],
  resources: readonly string[],
): Promise<readonly string[]> {
  const asked = resources.flatMap((resource) => verbs.map((verb) => ({ verb, resource })));
  const answers = await Promise.all(asked.map(({ verb, resource }) => tenant.may(verb, resource)));
  return asked.filter((_, index) => answers[index] === true).map(({ verb, resource }) => `${verb} ${resource}`);
}
