/** What the name of an archive tells. */
export interface FileName {
  /** The name without version, classifier and extension. */
  readonly name: string;
  readonly version?: string;
  readonly classifier?: string;
}

const extension = /\.[A-Za-z]{3}$/;

/** Parts of a version that do not start with a digit. */
const qualifier =
  /^(?:snapshot|final|ga|release|sp|cr|rc|m|alpha|beta|b|a|pre|ea|dev|jre|jdk|android|java|incubating|redhat|jbossorg|jakarta|preview|milestone|build|fuse|atlassian|r|v|hadoop|cdh|hdp)[\d.]*$/i;

/** What follows the version of an archive that is not the main one of its artifact. */
const classifier =
  /^(?:sources|javadoc|tests?|test-sources|all|shaded|shadow|fat|uber|jar|with|dependencies|bin|exec|boot|plain|noaop|no_aop|nolog|standalone|bundle|osgi|uberjar|native|natives|linux|windows|osx|macos|macosx|darwin|mac|win|unix|x86|x64|x86_32|x86_64|amd64|i386|i686|aarch_64|aarch64|arm64|arm|armv7|ppc64le|ppcle_64|s390_64|s390x|riscv64|musl|glibc|runner|classes)$/i;

/**
 * Takes apart the name that Maven gives an archive, `ARTIFACT-VERSION[-CLASSIFIER].jar`. Hyphens and digits stand in all three
 * parts (`log4j-1.2-api-2.19.0`, `foo-1.0-20240101.120000-1`), so that the version starts at the first digit behind a hyphen
 * from which on nothing is found but what versions and classifiers are made of.
 *
 * @param versions those that the archive states elsewhere: where one of them is in the name, it is the version
 */
export function parseFileName(file: string, versions: readonly string[]): FileName {
  const base = file.slice(0, 300).replace(extension, '');
  return byStatedVersion(base, versions) ?? byForm(base) ?? { name: base };
}

/** Artifacts of Scala are named after the version of the language: `kafka_2.13-3.6.0`. */
const scala = /^_(?:2\.\d{1,2}|3)-/;

function byStatedVersion(base: string, versions: readonly string[]): FileName | undefined {
  for (const version of versions) {
    for (const separator of ['-', '_']) {
      const at = base.indexOf(separator + version);
      const rest = base.slice(at + 1 + version.length);
      if (at <= 0 || (rest !== '' && rest[0] !== '-')) continue;
      // More of a version may follow: the manifest says 1.0, the name 1.0-rc1.
      const parts = byForm(`x-${version}${rest}`);
      return { ...parts, name: base.slice(0, at), version: parts?.version ?? version };
    }
  }
  return undefined;
}

function byForm(base: string): FileName | undefined {
  for (const { index } of base.matchAll(/[-_](?=v?\d)/gi)) {
    if (index === 0 || scala.test(base.slice(index))) continue;
    const tokens = base.slice(index + 1).split('-');
    const isFirst = /^v?\d[\w.+~]*$/i.test(tokens[0] ?? '');
    const count = isFirst ? 1 + countWhile(tokens.slice(1), (token) => /^\d/.test(token) || qualifier.test(token)) : 0;
    const rest = tokens.slice(count);
    if (count === 0 || !rest.every((token) => classifier.test(token))) continue;
    return {
      name: base.slice(0, index),
      version: tokens
        .slice(0, count)
        .join('-')
        .replace(/^v(?=\d)/i, ''),
      classifier: rest.length === 0 ? undefined : rest.join('-'),
    };
  }
  return undefined;
}

function countWhile<T>(items: readonly T[], test: (item: T) => boolean): number {
  const end = items.findIndex((item) => !test(item));
  return end < 0 ? items.length : end;
}
