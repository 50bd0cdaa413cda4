import { parseChallenges, type Challenge } from './challenge.ts';
import { findCredentials, type Credentials } from './credentials.ts';
import type { Answer } from './exchange.ts';
import type { Reach } from './guard.ts';
import type { RegistryOptions } from './options.ts';
import { admit } from './redirect.ts';
import type { System } from './system.ts';
import { basicAuthorization, fetchToken, type TokenQuestion } from './token.ts';

/** What may be done where. */
interface Scope {
  readonly repository: string;
  readonly actions: 'pull' | 'pull,push';
  /** Another repository, of which something is to be read on the way. */
  readonly from?: string;
}

/** What lets a request through. */
export interface Grant {
  /** The value of the `Authorization` header. */
  readonly authorization: string;
  readonly expires: number;
  /** Who asked for it, and how; to ask again when it has run out. */
  readonly refusal: Refusal;
}

type Refusal = Pick<Answer, 'challenges' | 'url' | 'reach'>;

/** Keeps what lets us into one registry, a grant for each scope, and gets each only once however many ask. */
export interface Authorizer {
  /** The grant to send along, renewed if it has run out; nothing as long as the registry has not asked for one. */
  current(scope: Scope): Promise<Grant | undefined>;
  /** A grant that answers the refusal of a request that was sent with `used`; nothing if we have nothing else to show. */
  renew(scope: Scope, refusal: Refusal, used: Grant | undefined): Promise<Grant | undefined>;
  /** Whether what was shown for this repository came from no login. */
  isAnonymous(repository: string): boolean;
}

/** Sends a request to a token service that lies within `reach`. */
type SendToService = (question: TokenQuestion, reach: Reach) => Promise<Answer>;

export function createAuthorizer(
  host: string,
  options: RegistryOptions,
  system: System,
  send: SendToService,
): Authorizer {
  const grants = new Map<string, Grant>();
  const underWay = new Map<string, Promise<Grant | undefined>>();
  const credentials = new Map<string, Credentials>();

  function obtain(scope: Scope, refusal: Refusal): Promise<Grant | undefined> {
    const key = textOf(scope);
    const running = underWay.get(key) ?? ask(scope, refusal).finally(() => underWay.delete(key));
    underWay.set(key, running);
    return running;
  }

  async function ask(scope: Scope, refusal: Refusal): Promise<Grant | undefined> {
    const shown = credentials.get(scope.repository) ?? (await findCredentials(host, scope.repository, options));
    credentials.set(scope.repository, shown);
    const challenge = choose(parseChallenges(refusal.challenges));
    const grant = challenge === undefined ? undefined : await answerTo(challenge, scope, refusal, shown);
    if (grant !== undefined) grants.set(textOf(scope), grant);
    return grant;
  }

  async function answerTo(challenge: Challenge, scope: Scope, refusal: Refusal, shown: Credentials) {
    if (challenge.scheme === 'basic') {
      return shown.kind === 'password' ? lasting(basicAuthorization(shown), refusal) : undefined;
    }
    if (shown.kind === 'registry-token') return lasting(`Bearer ${shown.token}`, refusal);
    const realm = admit(challenge.parameters.get('realm') ?? '', refusal);
    const request = {
      host,
      repository: scope.repository,
      realm,
      service: challenge.parameters.get('service'),
      scopes: [...new Set([...textsOf(scope), ...readScopes(challenge, scope)])],
      credentials: shown,
      isWrite: scope.actions !== 'pull',
    };
    const reach = realm.origin === refusal.url.origin ? (options.reach ?? 'loopback') : refusal.reach;
    const asked = system.now();
    const { token, lifetime, refreshToken } = await fetchToken(request, (question) => send(question, reach), asked);
    if (shown.kind === 'identity-token' && refreshToken !== undefined) {
      credentials.set(scope.repository, { kind: 'identity-token', token: refreshToken });
    }
    return { authorization: `Bearer ${token}`, expires: asked + lifetime, refusal };
  }

  return {
    async current(scope) {
      const grant = grants.get(textOf(scope));
      if (grant === undefined) return underWay.get(textOf(scope));
      return grant.expires > system.now() ? grant : obtain(scope, grant.refusal);
    },
    async renew(scope, refusal, used) {
      const grant = grants.get(textOf(scope));
      // Somebody else was sent away too, and has come back with a new one.
      if (grant !== undefined && grant !== used && grant.expires > system.now()) return grant;
      return used?.expires === Infinity ? undefined : obtain(scope, refusal);
    },
    isAnonymous: (repository) => (credentials.get(repository)?.kind ?? 'anonymous') === 'anonymous',
  };
}

/** As token services write it (distribution, "Token Scope Documentation"). */
function textsOf({ repository, actions, from }: Scope): string[] {
  const own = `repository:${repository}:${actions}`;
  return from === undefined ? [own] : [own, `repository:${from}:pull`];
}

function textOf(scope: Scope): string {
  return textsOf(scope).join(' ');
}

function lasting(authorization: string, refusal: Refusal): Grant {
  return { authorization, expires: Infinity, refusal };
}

/** Tokens before passwords, which then need not be shown to the registry itself. */
function choose(challenges: readonly Challenge[]): Challenge | undefined {
  return (
    challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm')) ??
    challenges.find(({ scheme }) => scheme === 'basic')
  );
}

/** Further scopes that the registry names, if they are for the same repository and for reading: more is not its to ask. */
function readScopes({ parameters }: Challenge, { repository }: Scope): string[] {
  const named = (parameters.get('scope') ?? '').split(' ').slice(0, 4);
  return named.filter((scope) =>
    ['pull', 'metadata_read', 'pull,metadata_read', 'metadata_read,pull'].some(
      (actions) => scope === `repository:${repository}:${actions}`,
    ),
  );
}
