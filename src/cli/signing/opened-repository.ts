import type { CliProcess } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import type { Settings } from '#cli/settings.ts';
import { imageError } from '#image/errors.ts';
import { formatReference, parseReference } from '#image/reference.ts';
import { registryStore } from '#image/registry/store.ts';
import { createTransport } from '#image/registry/transport.ts';
import { isInRegistry } from '#image/sources/index.ts';
import type { Store } from '#image/store.ts';
import type { Repository } from '#signatures/storage/repository.ts';

/** A repository that is written to, and what its reference means there. */
export interface OpenedRepository {
  readonly repository: Repository;
  readonly store: Store;
  /** The repository with its registry, as signatures name it. */
  readonly name: string;
  /** Whether the reference names a digest; a tag may mean something else tomorrow. */
  readonly isPinned: boolean;
}

/**
 * Opens the repository of a reference for writing. Whoever opened it closes its store.
 * @throws `usage` where it is in no registry, `offline`, `reference-invalid`
 */
export function openRepository(
  source: string,
  { registry, offline }: Settings,
  environment: CliProcess['env'],
): OpenedRepository {
  if (!isInRegistry(source) || source.startsWith('file:')) {
    throw cliError('usage', `${source} is not in a registry, and signatures are put beside an image in its registry`, {
      hint: 'push it, and name it as it is called there; a file is signed by itself: bulla sign file:PATH',
    });
  }
  const reference = parseReference(source.replace(/^registry:(?!\d)/, ''));
  if (offline) {
    throw imageError('offline', `${formatReference(reference)} is in a registry, and --offline asks none`, {
      hint: 'sign where there is a network; a file is signed without one: bulla sign file:PATH --key KEY',
    });
  }
  const transport = createTransport(reference.host, { ...registry, environment });
  const { repository, digest } = reference;
  const name = formatReference({ ...reference, tag: undefined, digest: undefined });
  return {
    repository: { transport, name: repository },
    store: registryStore(transport, reference),
    name,
    isPinned: digest !== undefined,
  };
}
