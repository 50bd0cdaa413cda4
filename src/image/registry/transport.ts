import { setMaxListeners } from 'node:events';
import { imageError } from '#image/errors.ts';
import { createAuthorizer, type Grant } from './authorizer.ts';
import { openConnections } from './connections.ts';
import { endpointOf } from './endpoint.ts';
import { exchange, type Answer, type Question } from './exchange.ts';
import { failureOf } from './failure.ts';
import { checkAddressOf } from './guard.ts';
import { registryLimits } from './limits.ts';
import type { RegistryOptions } from './options.ts';
import { followRedirects } from './redirect.ts';
import { backOff, persist } from './retry.ts';
import { realSystem, type System } from './system.ts';
import { isLackOfTls } from './unreachable.ts';

/** One request to a repository's API, as its verbs make it. */
interface RepositoryRequest {
  readonly method: 'GET' | 'HEAD';
  readonly repository: string;
  /** What comes after `/v2/REPOSITORY/`, perhaps with a query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The statuses that the verb understands; every other is an error. */
  readonly expect: readonly number[];
  /** What is asked for, as errors name it: `the manifest of 1.2`. */
  readonly what: string;
  /** Whether the answer is small, so that it may be waited for only so long. */
  readonly isSmall?: boolean;
  /** Whether a redirect is followed, which is usual, or is itself the answer. */
  readonly redirects?: boolean;
}

/** A registry, as the verbs see it: whatever it takes to be let in, to be patient and to be safe lies behind this. */
export interface Transport {
  /** The registry's host as references name it. */
  readonly host: string;
  /** @throws `registry-…` and `credentials-unreadable` */
  request(request: RepositoryRequest): Promise<Answer>;
  /** Waits before the next attempt at something that broke. */
  rest(attempt: number): Promise<void>;
  /** Ends all that is under way with an error. */
  close(): void;
}

/** A transport to one registry. Nothing is sent before the first request. */
export function createTransport(host: string, options: RegistryOptions = {}, system: System = realSystem): Transport {
  const endpoint = endpointOf(host, options);
  const connections = openConnections(endpoint, options, system);
  const silence = options.timeout ?? registryLimits.silence;
  const stop = new AbortController();
  const { signal } = stop;
  // Each request listens to it.
  setMaxListeners(0, signal);

  const send = (question: Question) => exchange(question, connections, signal);
  const authorizer = createAuthorizer(host, options, system, (question, reach) => {
    const headers = { ...commonHeaders, accept: 'application/json', ...question.headers };
    const whole = { ...question, headers, reach, silence, total: registryLimits.document };
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
    checkAddressOf(url, 'loopback');
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
    const answer = await send({ method: 'GET', url, reach: 'loopback', headers: commonHeaders, silence: patience });
    answer.discard();
    return answer.status;
  }

  function put(request: RepositoryRequest, base: URL, grant: Grant | undefined): Promise<Answer> {
    const question: Question = {
      method: request.method,
      url: new URL(`/v2/${request.repository}/${request.path}`, base),
      reach: 'loopback',
      headers: {
        ...commonHeaders,
        ...request.headers,
        ...(grant === undefined ? {} : { authorization: grant.authorization }),
      },
      silence,
      total: request.isSmall === true ? registryLimits.document : undefined,
    };
    return request.redirects === false ? send(question) : followRedirects(question, send);
  }

  /** Asks with the grant that we have, and once more with a new one if the registry itself wants that. */
  async function attempt(request: RepositoryRequest): Promise<Answer> {
    const base = await origin();
    const scope = { repository: request.repository, actions: 'pull' };
    const used = await authorizer.current(scope);
    const answer = await put(request, base, used);
    if (answer.status !== 401 || answer.url.origin !== base.origin) return answer;
    const grant = await authorizer.renew(scope, answer, used);
    if (grant === undefined) return answer;
    answer.discard();
    return put(request, base, grant);
  }

  return {
    host,
    async request(request) {
      const answer = await persist(() => attempt(request), system, signal);
      if (request.expect.includes(answer.status)) return answer;
      const { repository, what } = request;
      const asked = { host, repository, what, isAnonymous: authorizer.isAnonymous(repository) };
      throw await failureOf(answer, asked, system.now());
    },
    rest: (times) => system.sleep(backOff(times, system), signal),
    close() {
      stop.abort(imageError('registry-failed', `the connection to ${host} was closed`));
      connections.close();
    },
  };
}

/** Layers are hashed as they are stored, so nothing on the way may compress them. */
const commonHeaders = { 'user-agent': 'bulla', 'accept-encoding': 'identity' };
