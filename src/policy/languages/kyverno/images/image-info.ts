import { parseDigest } from '#kit/digest.ts';
import { messageOf } from '#kit/error.ts';
import { policyError } from '#policy/errors.ts';

/** An image reference in the parts that Kyverno knows; Docker Hub's official images have no `library/`. */
export interface ImageInfo {
  readonly registry: string;
  /** The whole path in the registry. */
  readonly path: string;
  /** The last part of the path. */
  readonly name: string;
  /** Empty for a reference with a digest and no tag. */
  readonly tag: string;
  /** Empty where there is none. */
  readonly digest: string;
}

const defaultRegistry = 'docker.io';
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const host = new RegExp(String.raw`^(?:${label}(?:\.${label})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$`);
const component = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const longestName = 255;
const longestReference = 600;

/** Reads a reference as it is written in an object. @throws `expression-failed` for what is none */
export function readImageInfo(written: string): ImageInfo {
  try {
    return parse(written);
  } catch (error) {
    throw policyError('expression-failed', `"${written.slice(0, 300)}" is no image: ${messageOf(error)}`);
  }
}

/**
 * What the patterns of a policy are matched with: registry, path, and the digest if there is one, else the tag.
 */
export function imageText({ registry, path, tag, digest }: ImageInfo): string {
  return `${registry}/${path}${digest === '' ? `:${tag}` : `@${digest}`}`;
}

/** What expressions see of an image, as `images.containers.NAME`; parts that are empty are not there. */
export function imageFields(info: ImageInfo): Record<string, string> {
  const { registry, path, name, tag, digest } = info;
  const fields = {
    registry,
    name,
    path,
    tag,
    digest,
    reference: imageText(info),
    referenceWithTag: `${registry}/${path}:${tag}`,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

function parse(written: string): ImageInfo {
  if (written.length > longestReference) throw new Error('it is too long');
  const slash = written.indexOf('/');
  const first = written.slice(0, Math.max(0, slash));
  const hasRegistry = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const registry = hasRegistry ? first : defaultRegistry;
  if (!host.test(registry)) throw new Error('it names no registry');
  const rest = hasRegistry ? written.slice(slash + 1) : written;
  const at = rest.indexOf('@');
  const digest = at < 0 ? '' : rest.slice(at + 1);
  if (at >= 0 && parseDigest(digest) === undefined) throw new Error('its digest is none');
  const beforeDigest = at < 0 ? rest : rest.slice(0, at);
  const colon = beforeDigest.lastIndexOf(':');
  const hasTag = colon > beforeDigest.lastIndexOf('/');
  const tag = hasTag ? beforeDigest.slice(colon + 1) : '';
  if (hasTag && !/^\w[\w.-]{0,127}$/.test(tag)) throw new Error('its tag is none');
  const path = hasTag ? beforeDigest.slice(0, colon) : beforeDigest;
  const steps = path.split('/');
  if (registry.length + path.length > longestName || !steps.every((step) => component.test(step))) {
    throw new Error('its path is none');
  }
  return { registry, path, name: steps.at(-1) ?? '', tag: tag === '' && digest === '' ? 'latest' : tag, digest };
}
