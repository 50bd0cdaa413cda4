import { readFile } from 'node:fs/promises';
import { digestOf } from '#kit/digest.ts';
import type { PolicySet } from '#server/judge/policy-set.ts';
import { generation } from './generation.ts';
import { policyFilesAt, readPolicies } from './policies.ts';
import { tool } from './tool.ts';

/**
 * Loads the policies of files and folders, with a name for every byte of them and for the program that reads them. Where nothing has
 * changed since the last time, it is the same set: to look costs little.
 * @throws `policy-…`
 */
export function policySetLoader(paths: readonly string[]): () => Promise<PolicySet> {
  let last: PolicySet | undefined;
  return async () => {
    const id = await nameOf(paths);
    if (last?.id === id) return last;
    const policies = await readPolicies(paths);
    const after = await nameOf(paths);
    // Files may have been changed while they were read: then nobody knows of which the policies are.
    if (after !== id) return { id: digestOf(`${id} ${after}`), policies };
    last = { id, policies };
    return last;
  };
}

async function nameOf(paths: readonly string[]): Promise<string> {
  const files = await policyFilesAt(paths);
  const contents = await Promise.all(files.map(async (file) => [file, digestOf(await readFile(file).catch(() => ''))]));
  return digestOf(JSON.stringify([tool, generation, contents]));
}
