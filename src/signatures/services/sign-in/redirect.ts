import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signatureError } from '#signatures/errors.ts';

/** A place on this machine to which an issuer sends the browser back (RFC 8252, section 7.3). */
export interface Redirect {
  readonly url: string;
  /** The code that it is sent back with. @throws `token-missing` if it is refused, or nobody comes */
  readonly code: Promise<string>;
  readonly close: () => void;
}

const path = '/auth/callback';

/**
 * Listens on this machine, and on it alone, for the browser to come back. Whoever comes without the state that we have sent is
 * sent away, and does not end it: any page may send a browser here.
 *
 * @param patience milliseconds until nobody comes any more
 */
export async function listenForCode(state: string, issuer: string, patience: number): Promise<Redirect> {
  const { promise: code, resolve, reject } = Promise.withResolvers<string>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = URL.parse(request.url ?? '', 'http://localhost') ?? new URL('http://localhost');
    const from = searchParams.get('iss') ?? issuer;
    if (request.method !== 'GET' || pathname !== path || searchParams.get('state') !== state || from !== issuer) {
      return void response.writeHead(400, plain).end('This is not what is waited for here.\n');
    }
    const found = searchParams.get('code');
    response
      .writeHead(200, plain)
      .end(`${found === null ? 'You are not signed in' : 'You are signed in'}. Close this.\n`);
    if (found === null) reject(refused(searchParams.get('error') ?? 'it gives no code'));
    else resolve(found);
  });
  const timer = setTimeout(() => reject(refused(`nobody has signed in within ${patience / 1000} seconds`)), patience);
  // It is awaited later than it may be refused.
  code.catch(() => undefined);
  await new Promise<void>((resolved, failed) => server.once('error', failed).listen(0, '127.0.0.1', resolved));
  return {
    url: `http://localhost:${portOf(server)}${path}`,
    code,
    close() {
      clearTimeout(timer);
      server.close();
      server.closeAllConnections();
    },
  };
}

const plain = { 'content-type': 'text/plain', connection: 'close' };

function portOf(server: Server): number {
  // A server that listens on TCP has an address of this kind.
  return (server.address() as AddressInfo).port;
}

/** That somebody did not sign in. @param why in the words of the issuer, perhaps */
export function refused(why: string) {
  const shown = why.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, 200);
  return signatureError('token-missing', `nobody is signed in: ${shown}`, {
    hint: 'try again, sign with a key (--key FILE), or name a token (--identity-token TOKEN)',
  });
}
