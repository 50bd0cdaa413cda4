const version = /^(v?)(\d{1,9})(?:\.(\d{1,9})(?:\.(\d{1,9})(-[0-9A-Za-z.-]+)?)?)?(?:\+[0-9A-Za-z.-]+)?$/;

/** Whether a ref, which BuildKit writes as briefly as whoever started it, is this full one. */
export function isSameRef(stated: string, full: string): boolean {
  return (
    stated === full || (!stated.startsWith('refs/') && [`refs/heads/${stated}`, `refs/tags/${stated}`].includes(full))
  );
}

/** The tag that a full ref is, if it is one. */
export function tagIn(ref: string): string | undefined {
  return ref.startsWith('refs/tags/') ? ref.slice('refs/tags/'.length) : undefined;
}

/**
 * Whether a tag is a release of a version, of which as much may be written as matters: `v1.2` is every `v1.2.N`. A pre-release is
 * meant only by its full name. Build metadata does not count (SemVer 2.0.0, 10).
 */
export function isReleaseOf(tag: string, wanted: string): boolean {
  const [, prefix, ...parts] = version.exec(tag) ?? [];
  const [, wantedPrefix, ...wantedParts] = version.exec(wanted) ?? [];
  // A tag must be a whole version: "v1" is a tag that moves.
  if (prefix === undefined || parts[2] === undefined || prefix !== wantedPrefix) return false;
  const [major, minor, patch, prerelease] = wantedParts;
  const written = [major, minor, patch].filter((part) => part !== undefined);
  return written.every((part, index) => Number(part) === Number(parts[index])) && prerelease === parts[3];
}
