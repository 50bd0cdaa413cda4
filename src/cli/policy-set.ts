import { digestOf } from '#kit/digest.ts';
import type { PolicySet } from '#server/judge/policy-set.ts';
import { generation } from './generation.ts';
import { readPolicies, readPolicyDocuments } from './policies.ts';
import { tool } from './tool.ts';

/**
 * The policies of files and folders, and a name for every byte of them and for the program that reads them.
 * @throws as {@link readPolicies}
 */
export async function loadPolicySet(paths: readonly string[]): Promise<PolicySet> {
  const documents = await readPolicyDocuments(paths);
  const id = digestOf(JSON.stringify([tool, generation, documents]));
  return { id, policies: await readPolicies(paths) };
}
