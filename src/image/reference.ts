import { parseDigest, type Digest } from '#kit/digest.ts';
import { imageError } from './errors.ts';

/**
 * The name of an image in a registry, in its one canonical form: two references that mean the same image are equal field by
 * field. Follows the grammar and the normalisation of Docker's reference package, and goes one step further for hosts
 * (lower case, no `:443`), so that an alias can never pass for another registry.
 */
export interface Reference {
  /** Registry host, with its port unless that is 443. Docker Hub is always `docker.io`. */
  readonly host: string;
  /** Path in the registry; Docker Hub's official images have `library/` before them. */
  readonly repository: string;
  /** Which image of the repository; `latest` if the text said neither tag nor digest. */
  readonly tag?: string;
  readonly digest?: Digest;
}

const domainLabel = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const domain = new RegExp(`^(?:${domainLabel}(?:\\.${domainLabel})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]{1,5})?$`);
const pathComponent = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const path = new RegExp(`^${pathComponent}(?:/${pathComponent})*$`);
const tagPattern = /^\w[\w.-]{0,127}$/;
const longestName = 255;
/** Name, tag and digest; what is longer is not looked at, because expressions take long over it. */
const longestReference = 600;

/**
 * Reads a reference as people write it: `nginx`, `ghcr.io/org/app:1.2`, `localhost:5000/app@sha256:…`, `app:1.2@sha256:…`.
 * @throws `reference-invalid`, saying which part is wrong and what it should look like
 */
export function parseReference(text: string): Reference {
  if (text.length > longestReference) {
    const start = `${text.slice(0, 50)}…`;
    throw invalid(start, `it is longer than ${longestReference} characters`, 'check for a copying mistake');
  }
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : parseDigest(text.slice(at + 1));
  if (at >= 0 && digest === undefined) {
    throw invalid(text, `"${text.slice(at + 1)}" is not a digest`, 'a digest is sha256: and 64 hexadecimal digits');
  }
  const beforeDigest = at < 0 ? text : text.slice(0, at);
  const colon = beforeDigest.lastIndexOf(':');
  // A colon before the last slash belongs to the host's port.
  const hasTag = colon > beforeDigest.lastIndexOf('/');
  const tag = hasTag ? beforeDigest.slice(colon + 1) : undefined;
  if (tag !== undefined && !tagPattern.test(tag)) {
    throw invalid(text, `"${tag}" is not a tag`, 'a tag is up to 128 letters, digits, "_", "." and "-"');
  }
  const { host, repository } = splitName(text, hasTag ? beforeDigest.slice(0, colon) : beforeDigest);
  return { host, repository, tag: tag ?? (digest === undefined ? 'latest' : undefined), digest };
}

/** The canonical text of a reference: always with host and path, and with whatever of tag and digest it has. */
export function formatReference(reference: Reference): string {
  const { host, repository, tag, digest } = reference;
  return `${host}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

function splitName(text: string, name: string): { host: string; repository: string } {
  if (name === '') throw invalid(text, 'the name is empty', 'write it like docker.io/library/nginx:1.27');
  if (/^[0-9a-f]{64}$/.test(name)) {
    throw invalid(text, 'it is an image id, not a name', `for an image of the local engine write docker:${name}`);
  }
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const named = isHost(first);
  const host = canonicalHost(named ? first : 'docker.io');
  const rest = named ? name.slice(slash + 1) : name;
  if (named && !domain.test(first)) throw invalid(text, `"${first}" is not a host name`, 'write host or host:port');
  const repository = host === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest;
  if (!path.test(repository)) {
    const lower = rest.toLowerCase();
    const better = path.test(lower)
      ? `repository names are lower case: ${lower}`
      : 'allowed: a-z 0-9 and . _ - between them';
    throw invalid(text, `"${rest}" is not a repository name`, better);
  }
  if (host.length + 1 + repository.length > longestName) {
    throw invalid(text, `the name is longer than ${longestName} characters`, 'check for a copying mistake');
  }
  return { host, repository };
}

/** Whether the part before the first slash is a registry rather than a Docker Hub user: Docker's own rule. */
function isHost(first: string): boolean {
  return /[.:[]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
}

function canonicalHost(host: string): string {
  const bare = host.toLowerCase().replace(/:443$/, '');
  // A plain word would be taken for a user of Docker Hub when it is read again, so that it keeps its port.
  const lower = isHost(bare) ? bare : `${bare}:443`;
  return lower === 'index.docker.io' || lower === 'registry-1.docker.io' ? 'docker.io' : lower;
}

function invalid(text: string, problem: string, hint: string) {
  return imageError('reference-invalid', `"${text}" is not an image reference: ${problem}`, { hint });
}
