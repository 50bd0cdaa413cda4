import { setTimeout as wait } from 'node:timers/promises';
import { collect } from '#kit/bytes.ts';
import { messageOf } from '#kit/error.ts';
import { signatureError } from '#signatures/errors.ts';

/** What is asked of a service. */
export interface ServiceRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Statuses, besides 2xx, that are an answer. */
  readonly accept?: readonly number[];
}

export interface ServiceAnswer {
  readonly status: number;
  readonly body: Buffer;
  readonly location: string | undefined;
}

/** How patient we are; tests are less. */
export interface Patience {
  /** Milliseconds until an answer must be there. Logs write in batches, and may take twenty seconds. */
  readonly timeout: number;
  /** Milliseconds before each further attempt. */
  readonly pauses: readonly number[];
}

const patience: Patience = { timeout: 30_000, pauses: [500, 2000, 5000] };

/** Answers of logs and authorities are small. */
const largestAnswer = 8 << 20;
const longestPause = 30_000;

/**
 * Asks a service of signing. What may pass (no connection, 429, 5xx) is asked again; what will not is told at once. No redirect is
 * followed, because requests carry tokens.
 *
 * @throws `service-unreachable`, `service-failed`
 */
export async function askService(
  request: ServiceRequest,
  { timeout, pauses }: Patience = patience,
): Promise<ServiceAnswer> {
  for (const pause of [...pauses, undefined]) {
    const outcome = await attempt(request, timeout);
    if (outcome.kind === 'answer') return outcome.answer;
    if (pause === undefined || !outcome.mayPass) throw outcome.error;
    await wait(Math.min(Math.max(pause, outcome.retryAfter ?? 0), longestPause));
  }
  // Every way through the loop ends in it.
  throw new Error('unreachable');
}

type Outcome =
  | { readonly kind: 'answer'; readonly answer: ServiceAnswer }
  | { readonly kind: 'failure'; readonly error: Error; readonly mayPass: boolean; readonly retryAfter?: number };

async function attempt(
  { url, method = 'POST', headers, body, accept = [] }: ServiceRequest,
  timeout: number,
): Promise<Outcome> {
  const { host } = new URL(url);
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: typeof body === 'object' ? new Uint8Array(body) : body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    });
    const bytes = await collect(chunksOf(response), largestAnswer);
    if (bytes === undefined) return unreachable(host, 'its answer is too large', false);
    const { status } = response;
    if (response.ok || accept.includes(status)) {
      return {
        kind: 'answer',
        answer: { status, body: bytes, location: response.headers.get('location') ?? undefined },
      };
    }
    const said = bytes
      .toString('utf8')
      .replaceAll(/[^\x20-\x7e]+/g, ' ')
      .slice(0, 200);
    const error = signatureError(
      'service-failed',
      `${host} answers ${status} to ${method} ${new URL(url).pathname}: ${said}`,
      {
        hint: status === 429 || status >= 500 ? 'try again later' : 'check the token, the key and the address',
      },
    );
    const retryAfter = Number(response.headers.get('retry-after')) * 1000;
    return {
      kind: 'failure',
      error,
      mayPass: status === 429 || status >= 500,
      retryAfter: retryAfter > 0 ? retryAfter : undefined,
    };
  } catch (error) {
    return unreachable(
      host,
      messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error),
      true,
    );
  }
}

function unreachable(host: string, problem: string, mayPass: boolean): Outcome {
  const error = signatureError('service-unreachable', `${host} cannot be asked: ${problem}`, {
    hint: 'check the network and the address',
  });
  return { kind: 'failure', error, mayPass };
}

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (body !== null) yield* body;
}

/** An answer that is none. */
export function noAnswer(url: string, problem: string) {
  return signatureError('service-invalid', `${new URL(url).host} gives no usable answer: ${problem}`, {
    hint: 'check the address: it may be another service',
  });
}
