import { X509Certificate, type KeyObject } from 'node:crypto';
import { cliError } from '#cli/errors.ts';
import { readFileNamed } from '#cli/read-file-named.ts';
import { readPemCertificates } from '#signatures/certificate/read-certificate.ts';
import { signatureError } from '#signatures/errors.ts';
import { loadSigningKey } from '#signatures/keys/load-key.ts';
import type { KeySurroundings } from '#signatures/keys/providers/provider.ts';
import { keyIdOf } from '#signatures/keys/verification-key.ts';
import { certifyKey } from '#signatures/services/fulcio.ts';
import type { SigningIdentity } from '#signatures/sign/sign-content.ts';
import { checkSignature } from '#signatures/signature.ts';
import type { SigningFlags } from './signing-flags.ts';

/** Who signs, and by which key others know it. */
export type KnownIdentity = SigningIdentity & { readonly publicKey: KeyObject };

/** Whoever has this key, certified or not. @throws `key-…`, `service-…`, `file-unreadable` */
export async function identityOfKey(
  name: string,
  flags: SigningFlags,
  surroundings: KeySurroundings,
): Promise<KnownIdentity> {
  const key = await loadSigningKey(name, surroundings);
  const { publicKey } = key;
  return certifiedBy(
    {
      publicKey,
      sign: (bytes) => key.sign(bytes),
      material: { kind: 'key', hint: keyIdOf(publicKey) },
      verifies: (signed) => checkSignature(signed, publicKey, undefined) === undefined,
    },
    flags,
  );
}

/**
 * Whom a token names, with a key that is made now.
 * @param authority who certifies that the key is theirs
 * @throws `usage` where there is nobody who does; `token-invalid`, `service-…`
 */
export async function identityOfToken(token: string, authority: string | undefined): Promise<KnownIdentity> {
  if (authority !== undefined) return certifyKey(authority, token);
  throw cliError('usage', 'the signing configuration names no authority for certificates', {
    hint: 'name it: --fulcio URL; or sign with a key: --key KEY',
  });
}

/** The same key, with a certificate that an authority of one's own has issued for it. @throws `key-invalid`, `file-unreadable` */
async function certifiedBy(
  identity: KnownIdentity,
  { certificate: path, certificateChain: chainPath }: SigningFlags,
): Promise<KnownIdentity> {
  if (path === undefined) return identity;
  const [leaf] = await readCertificates(path);
  const chain = chainPath === undefined ? [] : await readCertificates(chainPath);
  const certified = new X509Certificate(leaf ?? Buffer.alloc(0)).publicKey;
  if (leaf === undefined || !certified.equals(identity.publicKey)) {
    throw signatureError('key-invalid', `${path} is a certificate for another key`, {
      hint: 'name the certificate of this key',
    });
  }
  // A root proves nothing: whoever verifies has it.
  const intermediates = chain.filter((der) => !new X509Certificate(der).checkIssued(new X509Certificate(der)));
  return { ...identity, material: { kind: 'certificate', leaf, intermediates } };
}

async function readCertificates(path: string): Promise<readonly Buffer[]> {
  const found = readPemCertificates((await readFileNamed(path)).toString('latin1')) ?? [];
  if (found.length > 0) return found;
  throw signatureError('key-invalid', `${path} has no readable certificates`, { hint: 'write them in PEM' });
}
