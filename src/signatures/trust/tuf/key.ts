import { constants, createPublicKey, verify, type KeyObject, type VerifyKeyObjectInput } from 'node:crypto';
import { asText, type JsonObject } from '#kit/narrow.ts';

/** A key that signs metadata. */
export interface TufKey {
  /** The same for the same key, under whatever id it is listed: its SPKI in base64. */
  readonly identity: string;
  hasSigned(bytes: Buffer, signature: Buffer): boolean;
}

/**
 * Reads a key object (TUF §4.2, "Key objects").
 * @returns nothing for a key of another kind, or one that is broken: it signs nothing
 */
export function readTufKey(written: JsonObject): TufKey | undefined {
  const type = asText(written['keytype']) ?? '';
  const text = asText((written['keyval'] as JsonObject | undefined)?.['public']) ?? '';
  const scheme = schemes.get(`${type} ${asText(written['scheme']) ?? ''}`);
  if (scheme === undefined) return undefined;
  try {
    const key = scheme.read(text);
    if (!scheme.fits(key)) return undefined;
    return {
      identity: key.export({ format: 'der', type: 'spki' }).toString('base64'),
      hasSigned: (bytes, signature) => verify(scheme.hash, bytes, { key, ...scheme.options }, signature),
    };
  } catch {
    return undefined;
  }
}

interface Scheme {
  readonly hash: 'sha256' | null;
  read(text: string): KeyObject;
  fits(key: KeyObject): boolean;
  readonly options?: Omit<VerifyKeyObjectInput, 'key'>;
}

const ecdsa: Scheme = {
  hash: 'sha256',
  read: readPem,
  fits: (key) => key.asymmetricKeyDetails?.namedCurve === 'prime256v1',
};

const schemes: ReadonlyMap<string, Scheme> = new Map([
  ['ecdsa ecdsa-sha2-nistp256', ecdsa],
  // As the reference implementation wrote it until 2023.
  ['ecdsa-sha2-nistp256 ecdsa-sha2-nistp256', ecdsa],
  ['ed25519 ed25519', { hash: null, read: readEd25519, fits: () => true }],
  [
    'rsa rsassa-pss-sha256',
    {
      hash: 'sha256',
      read: readPem,
      fits: isSoundRsa,
      // Writers have used the longest salt, and now use one as long as the hash.
      options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO },
    },
  ],
]);

/** Only public keys: Node would also take the public half out of a private key, or a key out of a certificate. */
function readPem(text: string): KeyObject {
  if (!text.startsWith('-----BEGIN PUBLIC KEY-----')) throw new TypeError('no public key');
  return createPublicKey(text);
}

function readEd25519(text: string): KeyObject {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new TypeError('no Ed25519 key');
  const x = Buffer.from(text, 'hex').toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** "All RSA keys MUST be at least 2048 bits"; and none so long that to verify with it is an attack. */
function isSoundRsa({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  return asymmetricKeyType === 'rsa' && bits >= 2048 && bits <= 8192;
}
