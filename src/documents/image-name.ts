import { PackageURL } from 'packageurl-js';
import { formatReference, parseReference, type Reference } from '#image/reference.ts';
import type { Subject } from '#documents/report.ts';

/** What an image is called in documents. */
export interface ImageName {
  /** `docker.io/library/nginx` for an image of a registry; else how it was asked for, or what it is called. */
  readonly name: string;
  /** Package URL of an image of a registry. */
  readonly purl?: string;
}

/**
 * Names an image. The name has neither tag nor digest, so that it stays the same from build to build; the digest is its version.
 *
 * @example
 * imageNameOf({ reference: 'docker.io/library/nginx:1.27', digest }).purl
 * // pkg:oci/nginx@sha256:…?arch=amd64&repository_url=docker.io%2Flibrary%2Fnginx&tag=1.27
 */
export function imageNameOf(subject: Pick<Subject, 'reference' | 'digest' | 'platform'>): ImageName {
  const reference = registryReference(subject.reference);
  if (reference === undefined) return { name: subject.reference };
  return { name: `${reference.host}/${reference.repository}`, purl: purlOf(reference, subject) };
}

/** The reference, if the text is one in canonical form, tag or not; `oci:FOLDER` and `docker:NAME` are not. */
function registryReference(text: string): Reference | undefined {
  try {
    const reference = parseReference(text);
    const { host, repository } = reference;
    if (text === `${host}/${repository}`) return { host, repository };
    return formatReference(reference) === text ? reference : undefined;
  } catch {
    return undefined;
  }
}

/** Follows the definition of the type `oci` in the package-url specification: the name is the last part of the repository. */
function purlOf(
  { host, repository, tag }: Reference,
  { digest, platform }: Pick<Subject, 'digest' | 'platform'>,
): string {
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  const qualifiers = {
    ...(platform === undefined ? {} : { arch: platform.architecture }),
    repository_url: `${host}/${repository}`,
    ...(tag === undefined ? {} : { tag }),
  };
  return new PackageURL('oci', undefined, name, digest, qualifiers, undefined).toString();
}
