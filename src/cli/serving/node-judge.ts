import { join } from 'node:path';
import { policyFlags, readLanguage, several, type PolicyFlags } from '#cli/checking/policy-flags.ts';
import type { CliProcess } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { text, type SourceFlags } from '#cli/flags.ts';
import { readSettings } from '#cli/settings.ts';
import type { TrustFlags } from '#cli/trust.ts';
import type { Asking } from '#gates/asking.ts';
import type { Judge } from '#gates/judge.ts';
import { realClock } from '#server/clock.ts';
import { createJudge } from '#server/judge/create-judge.ts';
import { deadlineAfter } from '#server/judge/deadline.ts';
import type { PolicySet } from '#server/judge/policy-set.ts';
import { openMemory } from '#server/memory/memory.ts';
import { policySetLoader } from './policy-set.ts';
import { createServeWorld, nobody } from './serve-world.ts';

/** Flags of gates on a machine that runs containers. */
export interface NodeFlags extends SourceFlags, TrustFlags, Pick<PolicyFlags, 'policy' | 'keys' | 'lang'> {
  readonly memory?: string;
  readonly cluster?: string;
  readonly internalRegistry?: readonly string[];
}

const { policy, keys, lang } = policyFlags;

export const nodeFlags = {
  policy,
  keys,
  lang,
  memory: text('where verdicts are remembered (default: below BULLA_CACHE)', 'DIR'),
  cluster: text('what policies call the cluster of this machine', 'NAME'),
  internalRegistry: several('HOST', 'a registry that may lie in a private network, or on this machine'),
} as const;

/** The policies of such a gate, which must be named: the default one only audits. @throws `usage`, `policy-…` */
export async function loadNodePolicies({ policy: paths = [] }: NodeFlags): Promise<PolicySet> {
  if (paths.length > 0) return policySetLoader(paths)();
  throw cliError('usage', 'it is not said by which policies to decide', { hint: 'name them: --policy DIR' });
}

/** How long the trusted root is waited for where it must be fetched. Milliseconds. */
const patience = 2000;

/** A judge, until he is not needed any more. */
export interface NodeJudge {
  readonly judge: Judge;
  readonly asking: Asking;
  /** Looks whether keys, advisories or whom we believe have changed. */
  refresh(): Promise<void>;
  close(): void;
}

/**
 * The judge of a machine that runs containers: that of the cluster, but that no objects can be asked for. He remembers on disk, so that
 * what was judged may still run when the registry does not answer.
 * @throws `memory-unusable`
 */
export async function openNodeJudge(flags: NodeFlags, io: CliProcess, policies: () => PolicySet): Promise<NodeJudge> {
  const settings = await readSettings(io, flags);
  const memory = openMemory(flags.memory ?? join(settings.cache, 'node'));
  const world = createServeWorld(
    {
      settings,
      trust: flags,
      keys: flags.keys,
      internal: (flags.internalRegistry ?? []).map((host) => host.toLowerCase()),
      pullSecrets: false,
      memory,
      clock: realClock,
    },
    io,
  );
  await world.refresh();
  // What is remembered goes by whom we believe, which must be known before anything is looked up. Keys count without it.
  if (flags.trustedRoot !== nobody) {
    await deadlineAfter(patience, realClock)(world.trustRoot()).catch(() => undefined);
  }
  const judge = createJudge({ policies, world, memory, clock: realClock });
  const asking = { cluster: flags.cluster, language: readLanguage(flags) };
  return { judge, asking, refresh: () => world.refresh(), close: () => memory.close() };
}
