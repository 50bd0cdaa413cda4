/** A place in a Git repository, as provenance names it. */
export interface GitPlace {
  /** `https://HOST/PATH`, without `.git`, whichever protocol it was reached by, and without credentials. */
  readonly repository: string;
  readonly ref?: string;
  readonly commit?: string;
}

const address = /^(?:git\+)?(?:https?|ssh|git):\/\/(?:[^/@]*@)?([^/@]+)(\/[^@#]*)(?:@([^#]*))?(?:#(.*))?$/s;
/** `git@HOST:PATH.git`, as `git clone` takes it. */
const scpAddress = /^(?:git\+)?[\w.-]+@([\w.-]+):([^@#]+)()(?:#(.*))?$/s;
const commitId = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const longest = 4096;

/**
 * Reads the address of a repository with what follows it: `git+https://HOST/PATH@REF` (SPDX 2.3, 7.7), `https://HOST/PATH.git#REF`
 * (BuildKit), `https://HOST/PATH/commit/ID` (Cloud Build).
 */
export function readGitUri(uri: string): GitPlace | undefined {
  if (uri.length > longest) return undefined;
  const match = address.exec(uri) ?? scpAddress.exec(uri);
  if (match === null) return undefined;
  const [, host = '', path = '', atRef, fragment] = match;
  const [, inPath = path, pathCommit] = /^(.*)\/commit\/([0-9a-f]{40})$/s.exec(path) ?? [];
  // BuildKit: the fragment is REF:FOLDER.
  const named = pathCommit ?? (atRef || fragment?.split(':')[0] || undefined);
  const repository = `https://${host.toLowerCase()}/${trimmed(inPath)}`;
  if (named === undefined) return { repository };
  return commitId.test(named) ? { repository, commit: named } : { repository, ref: named };
}

/** The repository that a text names; the text itself where it is no address. */
export function repositoryOf(text: string): string {
  return readGitUri(text)?.repository ?? text;
}

/** Whether an address is one of a Git repository, and not just any address. */
export function isGitUri(uri: string): boolean {
  if (/^git[+:@]/.test(uri)) return true;
  return uri.length <= longest && address.exec(uri)?.[2]?.endsWith('.git') === true;
}

/** The commit among digests: in-toto calls it `gitCommit`, older writers `sha1`, and GitLab's runner, wrongly, `sha256`. */
export function commitOf(digests: Readonly<Record<string, string>>): string | undefined {
  const { gitCommit, sha1, sha256 } = digests;
  return [gitCommit, sha1, sha256?.length === 40 ? sha256 : undefined].find(
    (value) => value !== undefined && commitId.test(value),
  );
}

function trimmed(path: string): string {
  let from = 0;
  while (path[from] === '/') from += 1;
  let to = path.length;
  while (to > from && path[to - 1] === '/') to -= 1;
  return path.slice(from, to).replace(/\.git$/, '');
}
