import { messageOf } from '#kit/error.ts';
import type { Clock } from '#server/clock.ts';
import type { PolicySet } from '#server/judge/policy-set.ts';
import type { Log } from '#server/log.ts';

/** Policies that are read again whenever they have changed. */
export interface ReloadingPolicies {
  /** The newest that could be read whole. */
  current(): PolicySet;
  /** Why the newest that are there are not in force; nothing if they are. */
  problem(): string | undefined;
  stop(): void;
}

/** How often they are looked at: a ConfigMap takes longer to arrive. */
const every = 3000;

/**
 * Loads policies, and again when they change. Of a set that cannot be read whole nothing is taken: the one before stays in force, and
 * that is said loudly.
 * @throws whatever `load` throws the first time
 */
export async function reloadingPolicies(
  load: () => Promise<PolicySet>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<ReloadingPolicies> {
  let current = await load();
  let problem: string | undefined;
  let isStopped = false;
  tell();
  let callOff = clock.after(every, look);

  function look(): void {
    void load()
      .then(take, refuse)
      .finally(() => {
        if (!isStopped) callOff = clock.after(every, look);
      });
  }

  function take(loaded: PolicySet): void {
    const isNew = loaded.id !== current.id || problem !== undefined;
    problem = undefined;
    current = loaded.id === current.id ? current : loaded;
    if (isNew) tell();
  }

  function refuse(error: unknown): void {
    const message = messageOf(error);
    if (message === problem) return;
    problem = message;
    log({
      level: 'error',
      event: 'policies-refused',
      problem: message,
      policies: current.id,
      consequence: 'the policies before stay in force',
    });
  }

  function tell(): void {
    const names = current.policies.map(({ name, language }) => `${language}/${name}`);
    log({
      level: 'info',
      event: 'policies-loaded',
      policies: current.id,
      count: names.length,
      names: names.slice(0, 100),
    });
    for (const { name, remarks } of current.policies) {
      for (const remark of remarks) log({ level: 'warning', event: 'policy-remark', policy: name, remark: remark.en });
    }
  }

  return {
    current: () => current,
    problem: () => problem,
    stop() {
      isStopped = true;
      callOff();
    },
  };
}
