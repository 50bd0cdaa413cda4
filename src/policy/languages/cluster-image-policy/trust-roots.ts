import { asText } from '#kit/narrow.ts';
import { invalidField, readStrictly, unsupportedField } from '#policy/languages/read-strictly.ts';
import type { PolicyDocument } from '#policy/policy.ts';
import { ownTrust } from '#signatures/trust/own-trust.ts';
import type { TrustRoot } from '#signatures/trust/trust-root.ts';
import { trustRootSchema } from './schema.ts';

/** The trust roots that policies name, by their names. */
export type TrustRoots = ReadonlyMap<string, TrustRoot>;

/**
 * Reads the documents of kind `TrustRoot`. Those with keys and certificates of one's own are understood.
 * @throws `policy-invalid`, `policy-unsupported`, `trust-root-invalid`
 */
export function readTrustRoots(companions: readonly PolicyDocument[]): TrustRoots {
  const roots = new Map<string, TrustRoot>();
  for (const { body } of companions.filter((one) => isTrustRoot(one.body))) {
    const { metadata, spec } = readStrictly(trustRootSchema, body);
    if (roots.has(metadata.name)) throw invalidField('metadata.name', `two trust roots are called ${metadata.name}`);
    if (spec.remote !== undefined)
      throw unsupported('spec.remote', 'a TUF repository that a policy names is not asked');
    if (spec.repository !== undefined) throw unsupported('spec.repository', 'a packed TUF repository is not read');
    if (spec.sigstoreKeys === undefined) throw invalidField('spec.sigstoreKeys', `${metadata.name} names nobody`);
    const { certificateAuthorities = [], tLogs = [], ctLogs = [], timestampAuthorities = [] } = spec.sigstoreKeys;
    const logsOf = (logs: typeof tLogs, field: string) =>
      logs.flatMap(({ baseURL, publicKey }, index) => {
        const name = `${metadata.name}: ${field}[${index}]`;
        return ownTrust({ log: { pem: textOf(publicKey), name, host: hostOf(baseURL) } }).logs;
      });
    const chainsOf = (authorities: typeof certificateAuthorities, field: string) =>
      authorities.flatMap(({ certChain }, index) => {
        const name = `${metadata.name}: ${field}[${index}]`;
        return ownTrust({ certificates: { pem: textOf(certChain), name } }).certificateAuthorities;
      });
    roots.set(metadata.name, {
      certificateAuthorities: chainsOf(certificateAuthorities, 'certificateAuthorities'),
      timestampAuthorities: chainsOf(timestampAuthorities, 'timestampAuthorities'),
      logs: logsOf(tLogs, 'tLogs'),
      certificateLogs: logsOf(ctLogs, 'ctLogs'),
    });
  }
  return roots;
}

export function isTrustRoot(body: PolicyDocument['body']): boolean {
  return body['kind'] === 'TrustRoot' && (asText(body['apiVersion']) ?? '').startsWith('policy.sigstore.dev/');
}

function unsupported(path: string, problem: string) {
  return unsupportedField(
    path,
    problem,
    'write its keys and certificates into sigstoreKeys, or give the gate its trusted root',
  );
}

/** What a log calls itself in its checkpoints. */
function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, '').replace(/\/+$/, '');
}

function textOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}
