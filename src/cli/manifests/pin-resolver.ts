import type { CliProcess } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import type { Settings } from '#cli/settings.ts';
import { verifyImage } from '#cli/verification/verify-images.ts';
import { formatReference, type Reference } from '#image/reference.ts';
import { openRepository } from '#image/sources/registry.ts';
import type { GitRefs } from '#policy/pinning/git-refs.ts';
import { rememberingResolver, type Resolved, type Resolver } from '#policy/pinning/plan-pins.ts';
import type { Demand } from '#signatures/judge.ts';
import { isRefusal } from '#signatures/refusal.ts';
import { askGitServer } from './git-server.ts';

/** Who must have signed an image before it is pinned. */
export interface PinDemand {
  readonly demand: Demand;
  readonly signers: number;
}

/**
 * Says what tags mean now: images at their registries, actions at the server of git that `GITHUB_SERVER_URL` names, or GitHub. Of an
 * index its own digest is taken, never that of a platform. With a demand, the digest that was verified is the one that is pinned.
 */
export function pinResolver(settings: Settings, { env }: Pick<CliProcess, 'env'>, signed?: PinDemand): Resolver {
  const { GITHUB_SERVER_URL: named = '' } = env;
  const server = named === '' ? 'https://github.com' : named;
  const asked = new Map<string, Promise<GitRefs>>();
  return rememberingResolver((target, version) =>
    target.kind === 'image'
      ? resolveImage({ ...target.reference, digest: undefined, tag: version }, settings, env, signed)
      : resolveAction(target.repository, version),
  );

  async function resolveAction(repository: string, version: string): Promise<Resolved> {
    if (settings.offline) {
      throw cliError('git-unreachable', `${repository} is at ${server}, and --offline asks nobody`, {
        hint: 'leave --offline out',
      });
    }
    const refs = asked.get(repository) ?? askGitServer(server, repository);
    asked.set(repository, refs);
    return commitOf(await refs, repository, version);
  }
}

async function resolveImage(
  reference: Reference,
  settings: Settings,
  env: CliProcess['env'],
  signed: PinDemand | undefined,
): Promise<Resolved> {
  const name = formatReference(reference);
  const { registry, offline } = settings;
  if (signed === undefined) {
    const { store } = openRepository(name, { registry, offline, environment: env });
    try {
      const { digest } = await store.root();
      return { kind: 'digest', digest };
    } finally {
      await store.close();
    }
  }
  const options = { signers: signed.signers, recursive: false, onePlatform: false };
  const { isVerified, digest, problem, entries } = await verifyImage(name, signed.demand, options, settings, env);
  if (isVerified && digest !== undefined) return { kind: 'digest', digest };
  const refusals = [problem, ...entries.map(({ outcome }) => outcome)].filter(isRefusal);
  const why = [...new Set(refusals.map(({ refused }) => refused))].join(', ');
  return { kind: 'refused', why: `it is not signed as demanded${why === '' ? '' : ` (${why})`}` };
}

/** GitHub takes a tag before a branch; where both are there and differ, nobody should have to know. */
function commitOf({ tags, branches }: GitRefs, repository: string, version: string): Resolved {
  const [tag, branch] = [tags.get(version), branches.get(version)];
  if (tag !== undefined && branch !== undefined && tag !== branch) {
    return { kind: 'refused', why: `${repository} has a tag and a branch "${version}", which differ` };
  }
  const commit = tag ?? branch;
  if (commit !== undefined) return { kind: 'digest', digest: commit };
  throw cliError('git-not-found', `${repository} has no tag or branch "${version}"`, { hint: 'check the version' });
}
