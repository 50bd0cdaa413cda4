import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createToken } from '#signatures/box/http/token.ts';

/** What an issuer does otherwise than it should. */
export interface IssuerFaults {
  /** Changes of what it says of itself. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Changes of what is in its tokens. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Changes of what it sends the browser back with. */
  readonly redirect?: Readonly<Record<string, string>>;
  /** What it answers to a device before it gives a token; none by default. */
  readonly device?: readonly string[];
}

/** An issuer of identity tokens on this machine, at which everybody is somebody at once. */
export interface FakeIssuer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

export async function startIssuer(faults: IssuerFaults = {}): Promise<FakeIssuer> {
  let asked = new URLSearchParams();
  const waits = [...(faults.device ?? [])];
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this kind.
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const form = new URLSearchParams(await text(request));
    const json = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (pathname === '/.well-known/openid-configuration') {
      const endpoints = {
        issuer: url,
        authorization_endpoint: `${url}/auth`,
        token_endpoint: `${url}/token`,
        device_authorization_endpoint: `${url}/device`,
      };
      json(200, { ...endpoints, ...faults.metadata });
    } else if (pathname === '/auth') {
      asked = searchParams;
      const back = new URL(asked.get('redirect_uri') ?? '');
      const said = { code: 'the code', state: asked.get('state') ?? '', ...faults.redirect };
      for (const [name, value] of Object.entries(said)) back.searchParams.set(name, value);
      response.writeHead(302, { location: back.href }).end();
    } else if (pathname === '/device') {
      asked = form;
      json(200, {
        device_code: 'device',
        user_code: 'ABCD-EFGH',
        verification_uri: `${url}/go`,
        expires_in: 60,
        interval: 1,
      });
    } else if (pathname === '/token') {
      const wait = form.has('device_code') ? waits.shift() : undefined;
      if (wait !== undefined || !isExchange(form)) json(400, { error: wait ?? 'invalid_grant' });
      else json(200, { access_token: 'x', id_token: tokenFor(asked) });
    } else {
      response.writeHead(404).end();
    }
  }

  function isExchange(form: URLSearchParams): boolean {
    const hash = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isProven = hash === asked.get('code_challenge') && asked.get('code_challenge_method') === 'S256';
    if (form.has('device_code')) return isProven && form.get('device_code') === 'device';
    const isSame = ['redirect_uri', 'client_id'].every((name) => form.get(name) === asked.get(name));
    return isProven && isSame && form.get('code') === 'the code';
  }

  function tokenFor(question: URLSearchParams): string {
    return createToken({
      iss: url,
      sub: 'somebody',
      aud: question.get('client_id') ?? '',
      email: 'somebody@example.com',
      email_verified: true,
      nonce: question.get('nonce') ?? undefined,
      exp: Math.floor(Date.now() / 1000) + 600,
      ...faults.claims,
    });
  }

  return {
    url,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
