import { readFile } from 'node:fs/promises';
import { policyFilesAt, readPolicies } from '#cli/checking/policies.ts';
import { generation } from '#cli/generation.ts';
import { tool } from '#cli/tool.ts';
import { digestOf } from '#kit/digest.ts';
import type { PolicyDocument } from '#policy/policy.ts';
import type { PolicySet } from '#server/judge/policy-set.ts';

/**
 * Loads the policies of files and folders, with a name for every byte of them and for the program that reads them. Where nothing has
 * changed since the last time, it is the same set: to look costs little.
 * @param inCluster policies that are objects of a cluster
 * @throws `policy-…`, `resource-unavailable`
 */
export function policySetLoader(
  paths: readonly string[],
  inCluster: () => Promise<readonly PolicyDocument[]> = () => Promise.resolve([]),
): () => Promise<PolicySet> {
  let last: PolicySet | undefined;
  return async () => {
    const others = await inCluster();
    const id = await nameOf(paths, others);
    if (last?.id === id) return last;
    const policies = await readPolicies(paths, others);
    const after = await nameOf(paths, others);
    // Files may have been changed while they were read: then nobody knows of which the policies are.
    if (after !== id) return { id: digestOf(`${id} ${after}`), policies };
    last = { id, policies };
    return last;
  };
}

async function nameOf(paths: readonly string[], others: readonly PolicyDocument[]): Promise<string> {
  const files = await policyFilesAt(paths);
  const contents = await Promise.all(files.map(async (file) => [file, digestOf(await readFile(file).catch(() => ''))]));
  return digestOf(JSON.stringify([tool, generation, contents, others]));
}
