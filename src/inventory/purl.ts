import { PackageURL } from 'packageurl-js';
import type { FoundPackage } from './cataloger.ts';
import type { Distribution } from './distribution.ts';
import { isOsPackage } from './package.ts';

/**
 * The package URL of a package (package-url specification, with the qualifiers that Syft and Trivy use too). It holds all that
 * a matcher needs, so that a list of purls is judged like the image: distribution and release, source package, epoch, module.
 *
 * @example
 * pkg:deb/debian/libssl3@3.0.9-1?arch=amd64&distro=debian-12&upstream=openssl
 */
export function purlOf(found: FoundPackage, distribution: Distribution | undefined): string {
  const { namespace, name } = splitName(found, distribution);
  const qualifiers = isOsPackage(found.type) ? osQualifiers(found, distribution) : {};
  const version = found.type === 'rpm' ? found.version.replace(/^\d+:/, '') : found.version;
  try {
    return new PackageURL(found.type, namespace, name, version, qualifiers, undefined).toString();
  } catch {
    // A name that its own type does not allow is still a package; the generic type takes any name.
    return new PackageURL('generic', undefined, found.name, version, qualifiers, undefined).toString();
  }
}

function splitName({ type, name }: FoundPackage, distribution: Distribution | undefined) {
  if (isOsPackage(type)) return { namespace: distribution?.id.toLowerCase(), name };
  const separator = type === 'maven' ? ':' : '/';
  const end = name.lastIndexOf(separator);
  return end < 0 ? { namespace: undefined, name } : { namespace: name.slice(0, end), name: name.slice(end + 1) };
}

function osQualifiers(found: FoundPackage, distribution: Distribution | undefined): Record<string, string> {
  const epoch = found.type === 'rpm' ? /^(\d+):/.exec(found.version)?.[1] : undefined;
  const distro =
    distribution === undefined ? undefined : [distribution.id, distribution.version].filter((part) => part !== '');
  const entries = {
    arch: found.architecture,
    distro: distro?.join('-'),
    epoch,
    rpmmod: found.module,
    upstream: upstreamOf(found),
    vendor: found.vendor,
  };
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function upstreamOf({ name, version, source }: FoundPackage): string | undefined {
  if (source === undefined) return undefined;
  if (source.version !== undefined && source.version !== version) return `${source.name}@${source.version}`;
  return source.name === name ? undefined : source.name;
}
