import { createPublicKey, type KeyObject } from 'node:crypto';
import { invalidField } from '#policy/languages/read-strictly.ts';
import type { WrittenEntry } from '#policy/languages/kyverno/schema/images.ts';
import { readCertificate, readPemCertificates } from '#signatures/certificate/read-certificate.ts';
import type { Examine } from '#signatures/judge.ts';
import { refuse } from '#signatures/refusal.ts';
import type { Attestor, AttestorContext } from './attestor-set.ts';
import { readTrust } from './trust.ts';

type Written = NonNullable<WrittenEntry['certificates']>;

/**
 * Who holds the key of a certificate (`cert`), or any certificate of an authority (`certChain`). A certificate that is named alone is
 * believed for its key, wherever it comes from.
 */
export function readByCertificate(written: Written, { path }: AttestorContext): Attestor['demand'] {
  const place = `${path}.certificates`;
  const { cert = '', certChain = '', rekor } = written;
  if (cert + certChain === '') throw invalidField(place, 'it has neither cert nor certChain');
  const key = cert === '' ? undefined : keyOfCertificate(cert, `${place}.cert`);
  const trustOf = readTrust({ ...written, roots: certChain }, place);
  const log = rekor?.ignoreTlog === true ? 'optional' : 'required';
  return async (surroundings) => {
    const trust = await trustOf(surroundings);
    const keys = key === undefined ? [] : [{ key, name: `${place}.cert` }];
    const examine = key === undefined ? undefined : isSignedBy(key);
    // Who that is, the authority has said; certificates that name nobody do not count.
    const identities = certChain === '' ? [] : [{ claims: {} }];
    return { verifier: { trust, keys, log, now: surroundings.now }, identities, examine };
  };
}

function keyOfCertificate(pem: string, path: string): KeyObject {
  const [der] = readPemCertificates(pem) ?? [];
  const certificate = der === undefined ? undefined : readCertificate(der);
  if (certificate === undefined) throw invalidField(path, 'it is no certificate in PEM');
  return createPublicKey({ key: certificate.publicKey, format: 'der', type: 'spki' });
}

function isSignedBy(key: KeyObject): Examine {
  return ({ verified: { signer } }) => {
    if (signer.kind === 'key') return undefined;
    const other = createPublicKey({ key: signer.certificate.publicKey, format: 'der', type: 'spki' });
    return other.equals(key) ? undefined : refuse('key-unknown', 'it was signed with another certificate');
  };
}
