import { isIP } from 'node:net';
import { signatureError } from '#signatures/errors.ts';
import { callGrpc, type Endpoint } from '#signatures/services/grpc/call.ts';
import { readMessage, writeMessage } from '#signatures/services/grpc/protobuf.ts';
import type { TokenProvider } from './provider.ts';

/** The workload API of SPIFFE, which SPIRE's agent has, where `SPIFFE_ENDPOINT_SOCKET` names it. */
export const spiffe: TokenProvider = {
  name: 'SPIFFE',
  async token(environment, audience) {
    const address = environment['SPIFFE_ENDPOINT_SOCKET'];
    if (!address) return undefined;
    const answer = await callGrpc({
      endpoint: endpointOf(address),
      method: '/SpiffeWorkloadAPI/FetchJWTSVID',
      // Whoever is tricked into asking for somebody else cannot set it (SPIFFE Workload Endpoint, 5.3).
      headers: { 'workload.spiffe.io': 'true' },
      message: writeMessage([{ number: 1, bytes: Buffer.from(audience) }]),
    });
    const [token] = tokensIn(answer);
    if (token === undefined) throw signatureError('service-invalid', `${address} gives no token`);
    return token;
  },
};

/** The tokens of an answer (`JWTSVIDResponse`): the first is the one to use where nothing else is said. */
function tokensIn(answer: Buffer): readonly string[] {
  const documents = (readMessage(answer) ?? []).filter(({ number }) => number === 1);
  return documents.flatMap(({ bytes }) =>
    (readMessage(bytes) ?? []).filter(({ number }) => number === 2).map((field) => field.bytes.toString('utf8')),
  );
}

/**
 * An address as the SPIFFE Workload Endpoint writes it (section 4): `unix:///PATH`, or `tcp://` with an IP and a port. Cosign takes the
 * path alone.
 */
function endpointOf(address: string): Endpoint {
  const path = /^(?:unix:(?:\/\/)?)?(\/.*)$/.exec(address)?.[1];
  if (path !== undefined) return { path };
  const url = URL.parse(address.replace(/^tcp:/, 'http:'));
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
  if (address.startsWith('tcp://') && isIP(host) !== 0 && url?.port) return { host, port: Number(url.port) };
  throw signatureError('token-missing', `SPIFFE_ENDPOINT_SOCKET is "${address.slice(0, 200)}", which is no address`, {
    hint: 'write it like unix:///run/spire/agent.sock',
  });
}
