import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { asObject, asText, asTexts, parseJson } from '#kit/narrow.ts';
import { readPemCertificates } from '#signatures/certificate/read-certificate.ts';
import { signatureError } from '#signatures/errors.ts';
import type { SigningIdentity } from '#signatures/sign/sign-content.ts';
import { askService, noAnswer, type Patience } from './request.ts';

/** A key that lives as long as this run, with the certificate that says whose it is. */
export interface CertifiedKey extends SigningIdentity {
  readonly publicKey: KeyObject;
}

/**
 * Gets a certificate for a new key from Fulcio (fulcio, fulcio.proto, `signingCert`), for whom the token names. The key is never
 * written anywhere.
 *
 * @param token identity token (JWT) for the audience `sigstore`
 * @throws `token-invalid`, `service-unreachable`, `service-failed`, `service-invalid`
 */
export async function certifyKey(url: string, token: string, patience?: Patience): Promise<CertifiedKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = subjectOf(token);
  const request = {
    credentials: { oidcIdentityToken: token },
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content: publicKey.export({ format: 'pem', type: 'spki' }) },
      proofOfPossession: sign('sha256', Buffer.from(subject), privateKey).toString('base64'),
    },
  };
  const { body } = await askService(
    {
      url: `${url.replace(/\/+$/, '')}/api/v2/signingCert`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(request),
    },
    patience,
  );
  const answer = asObject(parseJson(body));
  const certificate = asObject(answer?.['signedCertificateEmbeddedSct'] ?? answer?.['signedCertificateDetachedSct']);
  const chain = readPemCertificates(asTexts(asObject(certificate?.['chain'])?.['certificates']).join('\n'));
  const [leaf, ...above] = chain ?? [];
  if (leaf === undefined) throw noAnswer(url, 'it has no certificate');
  return {
    publicKey,
    sign: (bytes) => Promise.resolve(sign('sha256', bytes, privateKey)),
    // The last is the root, which whoever verifies must have.
    material: { kind: 'certificate', leaf, intermediates: above.slice(0, -1) },
  };
}

/** What the bearer signs to prove that the key is theirs: the e-mail address if there is one, else the subject. */
function subjectOf(token: string): string {
  const claims = asObject(parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url')));
  const subject = asText(claims?.['email']) ?? asText(claims?.['sub']);
  const expires = claims?.['exp'];
  if (subject === undefined || (typeof expires === 'number' && expires * 1000 < Date.now())) {
    throw signatureError(
      'token-invalid',
      subject === undefined ? 'the identity token is none' : 'the identity token has expired',
      {
        hint: 'get a new one for the audience sigstore',
      },
    );
  }
  return subject;
}
