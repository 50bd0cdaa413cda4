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
  const rootOf = (field: 'keyless' | 'ctlog' | 'rfc3161timestamp') =>
    readReference(`${path}.${field}.trustRootRef`, written[field]?.trustRootRef, roots);
  const named = { issuers: rootOf('keyless'), logs: rootOf('ctlog'), times: rootOf('rfc3161timestamp') };
  const authorities =
    keyless === undefined ? undefined : readOwnAuthorities(keyless['ca-cert'], `${path}.keyless.ca-cert`);
  const isByDefault = keyless !== undefined && named.issuers === undefined;
  const needsLog = rfc3161timestamp === undefined && (ctlog !== undefined || isByDefault);
  // Timestamps of the default root help where they are; those of a root that is named only where they are asked for.
  const needsTimes = rfc3161timestamp !== undefined || isByDefault;
  if (keyless === undefined && !needsLog && !needsTimes) return () => Promise.resolve(undefined);
  return async (surroundings) => {
    const find = async (isNeeded: boolean, root: NamedRoot | undefined) => {
      if (!isNeeded) return nobody;
      return root === undefined ? surroundings.trustRoot() : root(surroundings.now);
    };
    const [issuers, logs, times] = await Promise.all([
      find(keyless !== undefined, named.issuers),
      find(needsLog, named.logs),
      find(needsTimes, named.times),
    ]);
    const ignoresPublication = keyless === undefined || keyless.insecureIgnoreSCT === true;
    if (!ignoresPublication && issuers.certificateLogs.length === 0) {
      // Without logs nothing would be looked up: that must be asked for, and not happen.
      return refuse('sct-missing', 'the trust root names no log of certificates, and insecureIgnoreSCT is not set');
    }
    return {
      certificateAuthorities: authorities ?? issuers.certificateAuthorities,
      certificateLogs: ignoresPublication ? [] : issuers.certificateLogs,
      logs: logs.logs,
      timestampAuthorities: times.timestampAuthorities,
    };
  };
}

type NamedRoot = (now: Date) => Promise<TrustRoot>;

const nobody: TrustRoot = { certificateAuthorities: [], timestampAuthorities: [], logs: [], certificateLogs: [] };

function readReference(path: string, name: string | undefined, roots: TrustRoots): NamedRoot | undefined {
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
