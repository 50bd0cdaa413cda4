import type { Found } from '#provenance/fact.ts';
import { commitOf, readGitUri } from '#provenance/git-uri.ts';

/** What the address of a source and its digests say: repository, ref and commit. */
export function sourceFacts(uri: string, digests: Readonly<Record<string, string>>, at: string): readonly Found[] {
  const place = readGitUri(uri);
  if (place === undefined) return uri === '' ? [] : [['repository', uri, `${at}.uri`]];
  return [
    ['repository', place.repository, `${at}.uri`],
    ['ref', place.ref, `${at}.uri`],
    ['commit', place.commit, `${at}.uri`],
    ['commit', commitOf(digests), `${at}.digest`],
  ];
}
