import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '#kit/error.ts';
import { readDocuments } from '#policy/documents.ts';
import { policyError } from '#policy/errors.ts';
import { defaultPolicy } from '#policy/languages/trust-policy/default-policy.ts';
import { loadPolicies, type LoadedPolicy } from '#policy/load.ts';
import type { PolicyDocument } from '#policy/policy.ts';

const mostFiles = 5000;

/**
 * The policies of files, and of folders with all below them; the default policy if none are named.
 * @param others documents that are in no file
 * @throws `policy-unreadable`, `policy-invalid`, `policy-unsupported`
 */
export async function readPolicies(
  paths: readonly string[],
  others: readonly PolicyDocument[] = [],
): Promise<readonly LoadedPolicy[]> {
  const documents = [...(await readPolicyDocuments(paths)), ...others];
  const policies = await loadPolicies(documents);
  if (policies.length > 0) return policies;
  if (paths.length === 0) return loadPolicies(readDocuments(defaultPolicy, 'the default policy'));
  throw policyError('policy-unreadable', `there is no policy in ${paths.join(', ')}`, { hint: 'check the path' });
}

/** The documents of files and folders, in the order of their names. @throws `policy-unreadable`, `policy-invalid` */
async function readPolicyDocuments(paths: readonly string[]): Promise<readonly PolicyDocument[]> {
  const files = await policyFilesAt(paths);
  return (await Promise.all(files.map(readPolicyFile))).flat();
}

/** The documents of one file. @throws `policy-unreadable`, `policy-invalid` */
export async function readPolicyFile(file: string): Promise<readonly PolicyDocument[]> {
  return readDocuments(await readFile(file, 'utf8').catch(unreadable(file)), file);
}

/** What tools keep beside policies, in files of names that have no other meaning. */
const besidePolicies = /^(?:artifacthub-pkg|kustomization|kyverno-test)\.ya?ml$/i;

/**
 * The files of policies that are named, and in folders all but those in hidden ones, where tests lie, and those that never are
 * policies.
 * @throws `policy-unreadable`
 */
export async function policyFilesAt(paths: readonly string[]): Promise<readonly string[]> {
  const files = (await Promise.all(paths.map(filesAt))).flat();
  if (files.length <= mostFiles) return files;
  throw policyError('policy-too-large', `there are more than ${mostFiles} files of policies`, {
    hint: 'name the folder in which the policies are',
  });
}

async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(unreadable(path));
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(unreadable(path));
  // A ConfigMap is mounted as links into a hidden folder.
  const files = entries.filter(
    (entry) => (entry.isFile() || entry.isSymbolicLink()) && /\.(?:ya?ml|json)$/i.test(entry.name),
  );
  const policies = files.filter(
    ({ parentPath, name }) =>
      !besidePolicies.test(name) && !/(?:^|\/)\./.test(join(parentPath, name).slice(path.length)),
  );
  return policies.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
}

function unreadable(path: string) {
  return (error: unknown): never => {
    throw policyError('policy-unreadable', `${path} cannot be read: ${messageOf(error)}`, { hint: 'check the path' });
  };
}
