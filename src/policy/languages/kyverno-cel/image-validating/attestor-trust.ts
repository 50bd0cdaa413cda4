import { inField } from '#policy/cel/admission/in-field.ts';
import type { WrittenCosign } from '#policy/languages/kyverno-cel/schema.ts';
import { unsupportedField } from '#policy/languages/read-strictly.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { ownTrust } from '#signatures/trust/own-trust.ts';
import type { TrustRoot } from '#signatures/trust/trust-root.ts';

/**
 * Reads whom an attestor believes: the trust root that is configured, with what the policy puts in its place. The address of a log
 * says where a signer went; nobody is asked there.
 * @param roots certificates of authorities in PEM, instead of those of the trust root
 * @throws `policy-invalid`, `policy-unsupported`
 */
export function readAttestorTrust(
  { ctlog = {}, tuf }: WrittenCosign,
  roots: string | undefined,
  path: string,
): (surroundings: Surroundings) => Promise<TrustRoot> {
  if (tuf !== undefined) {
    throw unsupportedField(
      `${path}.tuf`,
      'a TUF repository that a policy names is not asked',
      'give the gate its trusted root',
    );
  }
  const {
    url = '',
    rekorPubKey = '',
    ctLogPubKey = '',
    tsaCertChain = '',
    insecureIgnoreTlog,
    insecureIgnoreSCT,
  } = ctlog;
  const host = url.replace(/^https?:\/\//, '').replace(/\/+$/, '') || 'rekor.sigstore.dev';
  const read = (field: string, pem: string, make: (file: { pem: string; name: string }) => TrustRoot) =>
    pem === '' ? undefined : inField(`${path}.${field}`, () => make({ pem, name: field }));
  const certificates = read('roots', roots ?? '', (file) => ownTrust({ certificates: file }));
  const logs = read('ctlog.rekorPubKey', rekorPubKey, (file) => ownTrust({ log: { ...file, host } }));
  const published = read('ctlog.ctLogPubKey', ctLogPubKey, (file) => ownTrust({ log: { ...file, host: 'ctlog' } }));
  const times = read('ctlog.tsaCertChain', tsaCertChain, (file) => ownTrust({ timestamps: file }));
  return async (surroundings) => {
    // Whoever names everything needs no trust root, and so works without a network.
    const isComplete = certificates !== undefined && (logs !== undefined || insecureIgnoreTlog === true);
    const base = isComplete ? nobody : await surroundings.trustRoot();
    return {
      certificateAuthorities: certificates?.certificateAuthorities ?? base.certificateAuthorities,
      certificateLogs: insecureIgnoreSCT === true ? [] : (published?.logs ?? base.certificateLogs),
      logs: insecureIgnoreTlog === true ? [] : (logs?.logs ?? base.logs),
      timestampAuthorities: [...(times?.timestampAuthorities ?? []), ...base.timestampAuthorities],
    };
  };
}

const nobody: TrustRoot = { certificateAuthorities: [], timestampAuthorities: [], logs: [], certificateLogs: [] };
