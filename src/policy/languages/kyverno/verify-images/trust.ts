import type { WrittenEntry } from '#policy/languages/kyverno/schema/images.ts';
import { inField } from '#policy/cel/admission/in-field.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { ownTrust } from '#signatures/trust/own-trust.ts';
import type { TrustRoot } from '#signatures/trust/trust-root.ts';

type Written = Pick<NonNullable<WrittenEntry['keyless']>, 'rekor' | 'ctlog' | 'roots'>;

/**
 * Reads whom an attestor believes: the trust root that is configured, with what the policy puts in its place. Addresses say where
 * signers went; nobody is asked there. @throws `trust-root-invalid`, `key-invalid`
 */
export function readTrust(
  { rekor, ctlog, roots = '' }: Written,
  path: string,
  by: 'key' | 'certificate' = 'certificate',
): (s: Surroundings) => Promise<TrustRoot> {
  const host = (rekor?.url ?? '').replace(/^https?:\/\//, '').replace(/\/+$/, '') || 'rekor.sigstore.dev';
  const read = (field: string, pem: string | undefined, make: (file: { pem: string; name: string }) => TrustRoot) =>
    pem === undefined || pem === '' ? undefined : inField(path, () => make({ pem, name: field }));
  const certificates = read('roots', roots, (file) => ownTrust({ certificates: file }));
  const logs = read('rekor.pubkey', rekor?.pubkey, (file) => ownTrust({ log: { ...file, host } }));
  const certificateLogs = read('ctlog.pubkey', ctlog?.pubkey, (file) => ownTrust({ log: { ...file, host: 'ctlog' } }));
  const timestamps = read('ctlog.tsaCertChain', ctlog?.tsaCertChain, (file) => ownTrust({ timestamps: file }));
  return async (surroundings) => {
    const isWhole =
      logs !== undefined &&
      (by === 'key' || (certificates !== undefined && (certificateLogs !== undefined || ctlog?.ignoreSCT === true)));
    // Whoever names everybody needs nobody else, and so no network either.
    const base = isWhole ? nobody : await surroundings.trustRoot();
    return {
      certificateAuthorities: certificates?.certificateAuthorities ?? base.certificateAuthorities,
      certificateLogs: ctlog?.ignoreSCT === true ? [] : (certificateLogs?.logs ?? base.certificateLogs),
      logs: logs?.logs ?? base.logs,
      timestampAuthorities: timestamps?.timestampAuthorities ?? base.timestampAuthorities,
    };
  };
}

const nobody: TrustRoot = { certificateAuthorities: [], timestampAuthorities: [], logs: [], certificateLogs: [] };
