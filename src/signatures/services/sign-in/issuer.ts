import { asObject, asText, parseJson } from '#kit/narrow.ts';
import { signatureError } from '#signatures/errors.ts';
import { askService, noAnswer } from '#signatures/services/request.ts';

/** Who is asked who somebody is, as which program. */
export interface Client {
  readonly issuer: string;
  readonly clientId: string;
}

/** Where an issuer takes which questions (OpenID Connect Discovery 1.0, section 3; RFC 8628, section 4). */
export interface Issuer extends Client {
  readonly authorization: string;
  readonly token: string;
  /** Not every issuer lets devices sign in. */
  readonly device?: string;
}

/**
 * Asks an issuer where it takes questions.
 * @throws `service-invalid` for one that calls itself something else, or could be listened to; `service-…`
 */
export async function discover({ issuer, clientId }: Client): Promise<Issuer> {
  const address = privateAddress(issuer, issuer);
  const { body } = await askService({
    url: `${address.replace(/\/+$/, '')}/.well-known/openid-configuration`,
    method: 'GET',
  });
  const said = asObject(parseJson(body));
  // Else its tokens would be those of somebody else (section 4.3).
  if (asText(said?.['issuer']) !== issuer) throw noAnswer(address, 'it calls itself by another name');
  const device = asText(said?.['device_authorization_endpoint']);
  return {
    issuer,
    clientId,
    authorization: privateAddress(asText(said?.['authorization_endpoint']) ?? '', issuer),
    token: privateAddress(asText(said?.['token_endpoint']) ?? '', issuer),
    device: device === undefined ? undefined : privateAddress(device, issuer),
  };
}

/** An address that nobody on the way can listen to: by TLS, or on this machine. */
function privateAddress(address: string, issuer: string): string {
  const url = URL.parse(address);
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
  if (url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isHere))) return address;
  throw signatureError('service-invalid', `${address.slice(0, 200)} is no address to sign in at`, {
    hint: `check the address of the issuer, which must begin with https: ${issuer.slice(0, 200)}`,
  });
}
