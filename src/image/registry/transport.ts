import { setMaxListeners } from 'node:events';
import { imageError } from '#image/errors.ts';
import { createAuthorizer, type Grant } from './authorizer.ts';
import type { Body } from './body.ts';
import { openConnections } from './connections.ts';
import { endpointOf } from './endpoint.ts';
import { exchange, type Answer, type Question } from './exchange.ts';
import { failureOf } from './failure.ts';
import { checkAddressOf, type Reach } from './guard.ts';
import { registryLimits } from './limits.ts';
import type { RegistryOptions } from './options.ts';
import { followRedirects } from './redirect.ts';
import { backOff, persist } from './retry.ts';
import { realSystem, type System } from './system.ts';
import { isLackOfTls } from './unreachable.ts';

/** One request to a repository's API. */
export interface Step {
  readonly method: Question['method'];
  /** What comes after `/v2/REPOSITORY/`, perhaps with a query; or a place that an earlier answer named. */
  readonly path: string | Place;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  /** Whether the answer is small, so that it may be waited for only so long. */
  readonly isSmall?: boolean;
  /** Whether the registry has to store something large before it answers. */
  readonly isSlow?: boolean;
  /** Whether a redirect is followed, which is usual, or is itself the answer. */
  readonly redirects?: boolean;
}

/** What the requests of a verb have in common. */
interface Purpose {
  readonly repository: string;
  /** What is to be allowed; only to read, if nothing is said. */
  readonly actions?: 'pull' | 'pull,push';
  /** Another repository, of which something is to be read on the way. */
  readonly from?: string;
  /** The statuses that the verb understands; every other is an error. */
  readonly expect: readonly number[];
  /** What is asked for, as errors name it: `the manifest of 1.2`. */
  readonly what: string;
}

/** Where a registry wants something to be sent. */
export interface Place {
  readonly url: URL;
  readonly reach: Reach;
}

/** A registry, as the verbs see it: whatever it takes to be let in, to be patient and to be safe lies behind this. */
export interface Transport {
  /** The registry's host as references name it. */
  readonly host: string;
  /** @throws `registry-…` and `credentials-unreadable` */
  request(request: Purpose & Step): Promise<Answer>;
  /**
   * The same for what takes several requests. If one breaks, or the answer that `talk` ends with says "later", `talk` is called
   * again; it has to know itself what need not be done twice.
   */
  converse(purpose: Purpose, talk: (ask: (step: Step) => Promise<Answer>) => Promise<Answer>): Promise<Answer>;
  /** Waits before the next attempt at something that broke. */
  rest(attempt: number): Promise<void>;
  /** Waits so many milliseconds and up to as many again, so that those who wait do not go on at once. */
  pause(least: number): Promise<void>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Ends all that is under way with an error. */
  close(): void;
}

/** A transport to one registry. Nothing is sent before the first request. */
export function createTransport(host: string, options: RegistryOptions = {}, system: System = realSystem): Transport {
  const endpoint = endpointOf(host, options);
  const connections = openConnections(endpoint, options, system);
  const silence = options.timeout ?? registryLimits.silence;
  const reach = options.reach ?? 'loopback';
  const stop = new AbortController();
  const { signal } = stop;
  // Each request listens to it.
  setMaxListeners(0, signal);

  const send = (question: Question) => exchange(question, connections, signal);
  const authorizer = createAuthorizer(host, options, system, (question, allowed) => {
    const headers = { ...commonHeaders, accept: 'application/json', ...question.headers };
    const whole = { ...question, headers, reach: allowed, silence, total: registryLimits.document };
    return persist(() => followRedirects(whole, send), system, signal);
  });

  let known: Promise<URL> | undefined;
  function origin(): Promise<URL> {
    known ??= findOrigin().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  }

  async function findOrigin(): Promise<URL> {
    const [url, plain] = endpoint.schemes.map((scheme) => new URL(`${scheme}://${endpoint.authority}/v2/`));
    if (url === undefined) throw new Error('an endpoint without a scheme');
    checkAddressOf(url, reach);
    if (plain === undefined) return url;
    try {
      await probe(url);
      return url;
    } catch (error) {
      if (!isLackOfTls(error) || signal.aborted) throw error;
      // What servers answer to plain HTTP on their TLS port.
      if ((await probe(plain)) === 400) throw error;
      return plain;
    }
  }

  async function probe(url: URL): Promise<number> {
    const patience = Math.min(silence, registryLimits.probe);
    const answer = await send({ method: 'GET', url, reach, headers: commonHeaders, silence: patience });
    answer.discard();
    return answer.status;
  }

  function put(step: Step, { url, reach: allowed }: Place, grant: Grant | undefined): Promise<Answer> {
    const { body } = step;
    const question: Question = {
      method: step.method,
      url,
      reach: allowed,
      headers: {
        ...commonHeaders,
        ...step.headers,
        ...(body === undefined ? {} : { 'content-length': String(body.size) }),
        ...(grant === undefined ? {} : { authorization: grant.authorization }),
      },
      body,
      silence: step.isSlow === true ? silence * registryLimits.storing : silence,
      total: step.isSmall === true ? registryLimits.document : undefined,
    };
    return step.redirects === false ? send(question) : followRedirects(question, send);
  }

  /** Asks with the grant that we have, and once more with a new one if the registry itself wants that. */
  async function attempt({ repository, actions = 'pull', from }: Purpose, step: Step): Promise<Answer> {
    const base = await origin();
    const { path } = step;
    const url = typeof path === 'string' ? new URL(`/v2/${repository}/${path}`, base) : path.url;
    // Whoever else the registry sends us to has no part in what lets us in.
    if (typeof path !== 'string' && url.origin !== base.origin) return put(step, path, undefined);
    const own: Place = { url, reach };
    const scope = { repository, actions, from };
    const used = await authorizer.current(scope);
    const answer = await put(step, own, used);
    if (answer.status !== 401 || answer.url.origin !== base.origin) return answer;
    const grant = await authorizer.renew(scope, answer, used);
    if (grant === undefined) return answer;
    answer.discard();
    return put(step, own, grant);
  }

  const converse: Transport['converse'] = async (purpose, talk) => {
    const answer = await persist(() => talk((step) => attempt(purpose, step)), system, signal);
    if (purpose.expect.includes(answer.status)) return answer;
    const { repository, what, actions = 'pull' } = purpose;
    const isAnonymous = authorizer.isAnonymous(repository);
    throw await failureOf(answer, { host, repository, what, isAnonymous, isWrite: actions !== 'pull' }, system.now());
  };

  return {
    host,
    request: (request) => converse(request, (ask) => ask(request)),
    converse,
    rest: (times) => system.sleep(backOff(times, system), signal),
    pause: (least) => system.sleep(least * (1 + system.random()), signal),
    now: system.now,
    close() {
      stop.abort(imageError('registry-failed', `the connection to ${host} was closed`));
      connections.close();
    },
  };
}

/** Layers are hashed as they are stored, so nothing on the way may compress them. */
const commonHeaders = { 'user-agent': 'bulla', 'accept-encoding': 'identity' };
