import type { Box } from '#signatures/box/box.ts';
import { logFaults, type LogFault } from '#signatures/box/log.ts';
import { issueCertificate } from './fulcio.ts';
import { badRequest, responseOf, type Reply } from './reply.ts';
import { addEntry } from './rekor-tiles.ts';
import { createRekorApi } from './rekor.ts';
import { stampRequested } from './tsa.ts';

/** The services of a box. */
type Service = 'fulcio' | 'rekor1' | 'rekor2' | 'tsa';

/** How a service can be down: a status that it answers with, or no answer at all. */
type Outage = 502 | 503 | 429 | 'hang';

/** What a service can do wrong while it is up; clocks are an hour ahead. */
export type Spoiled =
  | 'no-sct'
  | 'wrong-sct'
  | LogFault
  | 'log-clock-skew'
  | 'forged-timestamp'
  | 'timestamp-clock-skew';

/** The HTTP face of a box: a handler, and switches for all that can go wrong. */
export interface BoxServer {
  /** Answers one request, without a socket. Requests that hang end when they are aborted, or after ten minutes. */
  handle(request: Request): Promise<Response>;
  /** Takes a service down, for the next `times` requests or until it is mended. */
  fail(service: Service, outage: Outage, times?: number): void;
  mend(service: Service): void;
  /** Spoils all answers that it concerns, until called with nothing. */
  spoil(fault?: Spoiled): void;
  /** All requests so far, as `METHOD path`. */
  readonly seen: readonly string[];
}

/**
 * Gives a box an HTTP face.
 * @param now the clock of all services
 */
export function createBoxServer(box: Box, now: () => Date): BoxServer {
  const rekor = createRekorApi(box.logs.v1);
  const outages = new Map<Service, { readonly outage: Outage; left: number }>();
  const seen: string[] = [];
  let spoiled: Spoiled | undefined;

  const answer: Readonly<Record<Service, (request: Request, body: Buffer) => Reply>> = {
    fulcio: ({ url, headers }, body) =>
      issueCertificate(
        box.authority,
        {
          version: new URL(url).pathname.startsWith('/api/v1/') ? 1 : 2,
          body,
          authorization: headers.get('authorization') ?? '',
        },
        now(),
        spoiled === 'no-sct' || spoiled === 'wrong-sct' ? spoiled : undefined,
      ),
    rekor1: (request, body) =>
      request.method === 'GET'
        ? rekor.get(new URL(request.url).pathname.split('/').at(-1) ?? '')
        : rekor.add(body, clock('log-clock-skew'), logFaultOf(spoiled)),
    rekor2: (_, body) => addEntry(box.logs.v2, body, now(), logFaultOf(spoiled)),
    tsa: (request, body) =>
      stampRequested(
        box.timestampAuthority,
        body,
        request.headers.get('content-type') ?? '',
        clock('timestamp-clock-skew'),
        spoiled === 'forged-timestamp',
      ),
  };

  const clock = (skew: Spoiled): Date => (spoiled === skew ? new Date(now().getTime() + hour) : now());

  return {
    seen,
    async handle(request) {
      const { pathname } = new URL(request.url);
      seen.push(`${request.method} ${pathname}`);
      const service = serviceAt(request.method, pathname);
      if (service === undefined) return responseOf({ status: 404, message: 'no such endpoint' });
      const down = outages.get(service);
      if (down !== undefined && down.left > 0) {
        down.left--;
        return down.outage === 'hang' ? hang(request) : refuse(down.outage);
      }
      const body = Buffer.from(await request.arrayBuffer());
      return responseOf(
        body.length > largestRequest ? badRequest('the request is too large') : answer[service](request, body),
      );
    },
    fail: (service, outage, times = Infinity) => void outages.set(service, { outage, left: times }),
    mend: (service) => void outages.delete(service),
    spoil: (fault) => void (spoiled = fault),
  };
}

const tenMinutes = 10 * 60 * 1000;
const hour = 6 * tenMinutes;
const largestRequest = 8 * 1024 * 1024;

function serviceAt(method: string, path: string): Service | undefined {
  if (method === 'GET') return path.startsWith('/api/v1/log/entries/') ? 'rekor1' : undefined;
  if (method !== 'POST') return undefined;
  return endpoints.get(path);
}

const endpoints: ReadonlyMap<string, Service> = new Map([
  ['/api/v1/signingCert', 'fulcio'],
  ['/api/v2/signingCert', 'fulcio'],
  ['/api/v1/log/entries', 'rekor1'],
  ['/api/v2/log/entries', 'rekor2'],
  ['/api/v1/timestamp', 'tsa'],
]);

function refuse(status: Exclude<Outage, 'hang'>): Response {
  return new Response('the service is not available', {
    status,
    headers: status === 429 ? { 'retry-after': '1' } : {},
  });
}

/** Waits for the client to go away, for ten minutes at most. */
async function hang(request: Request): Promise<Response> {
  return new Promise((_, reject) => {
    const end = (): void => {
      clearTimeout(limit);
      request.signal.removeEventListener('abort', end);
      reject(new DOMException('the client went away', 'AbortError'));
    };
    // The timer also holds the request, which nobody else does: once collected, it would never be aborted.
    const limit = setTimeout(end, tenMinutes).unref();
    if (request.signal.aborted) end();
    else request.signal.addEventListener('abort', end);
  });
}

function logFaultOf(fault: Spoiled | undefined): LogFault | undefined {
  return logFaults.find((known) => known === fault);
}
