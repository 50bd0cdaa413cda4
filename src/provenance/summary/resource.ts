import { parseDigest, type Digest } from '#kit/digest.ts';

/**
 * Whether a summary is about an image in this repository, whichever tag or digest it names.
 * @param repository with its registry: `registry.example/team/shop`
 */
export function isSameResource(resourceUri: string, repository: string): boolean {
  const name = resourceUri.replace(/^(?:oci|docker|https):\/\//, '');
  return name === repository || name.startsWith(`${repository}@`) || isTagged(name, repository);
}

/** `host:5000` is no tag of `host`. */
function isTagged(name: string, repository: string): boolean {
  return name.startsWith(`${repository}:`) && !name.slice(repository.length).includes('/');
}

/** The digest that a resource is named by, if it is. */
export function digestIn(resourceUri: string): Digest | undefined {
  return parseDigest(resourceUri.slice(resourceUri.lastIndexOf('@') + 1));
}
