/** The names of the version schemes, as `bulla versions` and the rest of the program know them. */
export type SchemeName =
  | 'dpkg'
  | 'apk'
  | 'rpm'
  | 'semver'
  | 'go'
  | 'pep440'
  | 'maven'
  | 'gem'
  | 'nuget'
  | 'composer'
  | 'cran'
  | 'hackage'
  | 'pub';

/**
 * How one ecosystem writes and orders its versions. Each scheme is one pure file, listed in `index.ts`, and answers exactly as
 * the ecosystem's own tool does.
 */
export interface VersionScheme<Version = unknown> {
  readonly name: SchemeName;
  /**
   * Reads a version, or gives nothing if the ecosystem's tool would not take it for one. Nothing is ever guessed: what cannot
   * be read is *undetermined*, and never "not affected".
   */
  parse(text: string): Version | undefined;
  /** Negative if `a` comes before `b`, positive if after, 0 if the ecosystem takes them for the same. A total order. */
  compare(a: Version, b: Version): number;
}

/** Versions are short; text beyond this many characters is not one, whatever the scheme. */
const longestVersion = 1024;

/**
 * Makes a scheme safe for any text: nothing at all and text that is too long are not versions, even where the ecosystem's tool
 * would read an empty text as version 0.
 */
export function defineScheme<Version>(scheme: VersionScheme<Version>): VersionScheme<Version> {
  return {
    ...scheme,
    parse: (text) => (text.length > longestVersion || text.trim() === '' ? undefined : scheme.parse(text)),
  };
}
