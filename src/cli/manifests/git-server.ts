import { cliError } from '#cli/errors.ts';
import { collect } from '#kit/bytes.ts';
import { messageOf } from '#kit/error.ts';
import { readGitRefs, type GitRefs } from '#policy/pinning/git-refs.ts';

/** Bytes of what a server says of its refs; the largest public repositories stay below. */
const largestAnswer = 64 << 20;
const patience = 30_000;

/**
 * Asks a server of git which tags and branches a repository has, as `git ls-remote` does. No redirect is followed: an action whose
 * repository was renamed may be somebody else's tomorrow.
 *
 * @param server such as `https://github.com`
 * @throws `git-unreachable`, `git-not-found`
 */
export async function askGitServer(server: string, repository: string): Promise<GitRefs> {
  const url = `${server.replace(/\/+$/, '')}/${repository}.git/info/refs?service=git-upload-pack`;
  const { status, body } = await get(url);
  if (status === 401 || status === 404) {
    throw cliError('git-not-found', `${server} has no public repository ${repository}`, { hint: 'check the name' });
  }
  if (status >= 300 && status < 400) {
    throw cliError('git-not-found', `${repository} has moved away from ${server}`, {
      hint: 'use it by its new name, if it is still who you trust',
    });
  }
  const refs = status === 200 && body !== undefined ? readGitRefs(body) : undefined;
  if (refs !== undefined) return refs;
  throw cliError('git-unreachable', `${server} gives no list of the tags of ${repository} (${status})`, {
    hint: 'try again later',
  });
}

async function get(url: string): Promise<{ readonly status: number; readonly body: Buffer | undefined }> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(patience) });
    const chunks: AsyncIterable<Uint8Array> | null = answer.body;
    return { status: answer.status, body: chunks === null ? undefined : await collect(chunks, largestAnswer) };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw cliError('git-unreachable', `${new URL(url).host} cannot be asked: ${messageOf(cause)}`, {
      hint: 'check the network and the proxy',
    });
  }
}
