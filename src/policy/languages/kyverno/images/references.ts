import { formatReference, parseReference } from '#image/reference.ts';
import { isLike } from '#policy/languages/kyverno/values/wildcard.ts';
import { imageText, type ImageInfo } from './image-info.ts';

/**
 * Whether a demand is about an image. A name has several forms (with tag or digest, with and without `library/`, `index.docker.io`),
 * and whoever writes the object chooses: it is enough that one of them is meant.
 */
export function isMeant(patterns: readonly string[], info: ImageInfo, written: string): boolean {
  const forms = formsOf(info, written);
  return patterns.some((pattern) => forms.some((form) => isLike(pattern.trim(), form)));
}

/** Whether an image is left out, by the one form in which Kyverno matches it. */
export function isLeftOut(patterns: readonly string[], info: ImageInfo): boolean {
  return patterns.some((pattern) => isLike(pattern.trim(), imageText(info)));
}

function formsOf(info: ImageInfo, written: string): readonly string[] {
  const { host, repository } = parseReference(written);
  const tag = info.tag === '' ? 'latest' : info.tag;
  const tails = [`:${tag}`, ...(info.digest === '' ? [] : [`@${info.digest}`, `:${tag}@${info.digest}`])];
  const isHub = host === 'docker.io';
  const hosts = [
    info.registry,
    host,
    ...(isHub ? ['index.docker.io'] : []),
    ...(host.includes(':') ? [] : [`${host}:443`]),
  ];
  const paths = [info.path, repository, ...(isHub ? [repository.replace(/^library\//, '')] : [])];
  const names = hosts.flatMap((name) => paths.map((path) => `${name}/${path}`));
  return [...names.flatMap((name) => tails.map((tail) => name + tail)), formatReference(parseReference(written))];
}
