import type { z } from 'zod';
import { asText } from '#kit/narrow.ts';
import { invalidField, readStrictly, unsupportedField } from '#policy/languages/read-strictly.ts';
import type { PolicyDocument } from '#policy/policy.ts';
import { ownTrust } from '#signatures/trust/own-trust.ts';
import type { TrustRoot } from '#signatures/trust/trust-root.ts';
import { readPackedRepository } from './packed-repository.ts';
import { trustRootSchema } from './schema.ts';

/** The trust roots that policies name, by their names. @throws `tuf-…` when they are asked for */
export type TrustRoots = ReadonlyMap<string, (now: Date) => Promise<TrustRoot>>;

/**
 * Reads the documents of kind `TrustRoot`: with keys and certificates of one's own, or with a TUF repository that is packed into them.
 * @throws `policy-invalid`, `policy-unsupported`, `trust-root-invalid`
 */
export function readTrustRoots(companions: readonly PolicyDocument[]): TrustRoots {
  const roots = new Map<string, (now: Date) => Promise<TrustRoot>>();
  for (const { body } of companions.filter((one) => isTrustRoot(one.body))) {
    const { metadata, spec } = readStrictly(trustRootSchema, body);
    if (roots.has(metadata.name)) throw invalidField('metadata.name', `two trust roots are called ${metadata.name}`);
    const { remote, repository, sigstoreKeys } = spec;
    if (remote !== undefined) {
      throw unsupportedField(
        'spec.remote',
        'a TUF repository that a policy names is not asked',
        'pack it into spec.repository, write its keys into sigstoreKeys, or give the gate its trusted root',
      );
    }
    if ((repository === undefined) === (sigstoreKeys === undefined)) {
      throw invalidField('spec', 'exactly one of repository and sigstoreKeys must be there');
    }
    if (repository !== undefined) {
      roots.set(metadata.name, packedRoot(metadata.name, repository));
      continue;
    }
    const { certificateAuthorities = [], tLogs = [], ctLogs = [], timestampAuthorities = [] } = sigstoreKeys ?? {};
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
    const own = {
      certificateAuthorities: chainsOf(certificateAuthorities, 'certificateAuthorities'),
      timestampAuthorities: chainsOf(timestampAuthorities, 'timestampAuthorities'),
      logs: logsOf(tLogs, 'tLogs'),
      certificateLogs: logsOf(ctLogs, 'ctLogs'),
    };
    roots.set(metadata.name, () => Promise.resolve(own));
  }
  return roots;
}

export function isTrustRoot(body: PolicyDocument['body']): boolean {
  return body['kind'] === 'TrustRoot' && (asText(body['apiVersion']) ?? '').startsWith('policy.sigstore.dev/');
}

type WrittenRepository = NonNullable<z.infer<typeof trustRootSchema>['spec']['repository']>;

/** Verified when it is asked for, and again after an hour: its metadata may expire. */
function packedRoot(name: string, written: WrittenRepository): (now: Date) => Promise<TrustRoot> {
  const { root, mirrorFS, targets = 'targets', trustedRootTarget = 'trusted_root.json' } = written;
  const repository = {
    name: `TrustRoot ${name}`,
    root: Buffer.from(root, 'base64'),
    packed: Buffer.from(mirrorFS, 'base64'),
    targets,
    target: trustedRootTarget,
  };
  let known: { readonly hour: number; readonly read: Promise<TrustRoot> } | undefined;
  return (now) => {
    const hour = Math.floor(now.getTime() / anHour);
    if (known?.hour !== hour) known = { hour, read: readPackedRepository(repository, now) };
    return known.read;
  };
}

const anHour = 3_600_000;

/** What a log calls itself in its checkpoints. */
function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, '').replace(/\/+$/, '');
}

function textOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}
