import { invalidField, unsupportedField } from '#policy/languages/read-strictly.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { ownTrust } from '#signatures/trust/own-trust.ts';
import type { Authority, TrustRoot } from '#signatures/trust/trust-root.ts';
import { refuse, type Refusal } from '#signatures/refusal.ts';
import type { WrittenAuthority } from './schema.ts';
import type { TrustRoots } from './trust-roots.ts';

/** Whom an authority believes about certificates, logs and times: nobody, if its key is all that counts. */
export type TrustSource = (surroundings: Surroundings) => Promise<TrustRoot | Refusal | undefined>;

/**
 * Reads whom an authority believes. A log counts where `ctlog` names one, and for certificates of the default root; timestamps
 * where `rfc3161timestamp` asks for them, and then instead of a log.
 * @throws `policy-invalid`, `policy-unsupported`, `trust-root-invalid`
 */
export function readTrust(written: WrittenAuthority, path: string, roots: TrustRoots): TrustSource {
  const { keyless, ctlog, rfc3161timestamp } = written;
  const named = (field: string, name: string | undefined) =>
    readReference(`${path}.${field}.trustRootRef`, name, roots);
  const certificates = named('keyless', keyless?.trustRootRef);
  const logs = named('ctlog', ctlog?.trustRootRef);
  const times = named('rfc3161timestamp', rfc3161timestamp?.trustRootRef);
  const authorities =
    keyless === undefined ? undefined : readOwnAuthorities(keyless['ca-cert'], `${path}.keyless.ca-cert`);
  if (keyless === undefined && ctlog === undefined && rfc3161timestamp === undefined)
    return () => Promise.resolve(undefined);
  const needsLog = rfc3161timestamp === undefined && (ctlog !== undefined || certificates === undefined);
  return async (surroundings) => {
    const needsDefault = [certificates, logs, times].some((one) => one === undefined);
    const base = needsDefault ? await surroundings.trustRoot() : nobody;
    const issuers = certificates ?? base;
    const certificateLogs = keyless?.insecureIgnoreSCT === true ? [] : issuers.certificateLogs;
    if (keyless !== undefined && keyless.insecureIgnoreSCT !== true && certificateLogs.length === 0) {
      // Without logs nothing would be looked up: that must be asked for, and not happen.
      return refuse('sct-missing', 'the trust root names no log of certificates, and insecureIgnoreSCT is not set');
    }
    return {
      certificateAuthorities: keyless === undefined ? [] : (authorities ?? issuers.certificateAuthorities),
      certificateLogs,
      logs: needsLog ? (logs ?? base).logs : [],
      timestampAuthorities: timesOf(written, times ?? base, certificates),
    };
  };
}

const nobody: TrustRoot = { certificateAuthorities: [], timestampAuthorities: [], logs: [], certificateLogs: [] };

/** Timestamps of the default root help where they are; those of a root that is named only where they are asked for. */
function timesOf(written: WrittenAuthority, asked: TrustRoot, certificates: TrustRoot | undefined) {
  const isAsked = written.rfc3161timestamp !== undefined;
  const isDefault = written.keyless !== undefined && certificates === undefined;
  return isAsked || isDefault ? asked.timestampAuthorities : [];
}

function readReference(path: string, name: string | undefined, roots: TrustRoots): TrustRoot | undefined {
  if (name === undefined || name === '') return undefined;
  const found = roots.get(name);
  if (found === undefined) throw invalidField(path, `there is no TrustRoot ${name} among the policies`);
  return found;
}

function readOwnAuthorities(
  written: NonNullable<WrittenAuthority['keyless']>['ca-cert'],
  path: string,
): readonly Authority[] | undefined {
  if (written === undefined) return undefined;
  if (written.data === undefined || written.data === '') {
    throw unsupportedField(path, 'certificates are read from the policy alone', 'write them into data, in PEM');
  }
  return ownTrust({ certificates: { pem: written.data, name: `${path}.data` } }).certificateAuthorities;
}
