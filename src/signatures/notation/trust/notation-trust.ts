import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { X509Certificate } from '@sigstore/core';
import { messageOf } from '#kit/error.ts';
import { signatureError } from '#signatures/errors.ts';
import { refuse, type Refusal } from '#signatures/refusal.ts';
import { parseTrustPolicies, storeTypes, type StoreType, type TrustPolicy } from './trust-policy.ts';
import { readTrustStore } from './trust-store.ts';

/** Whom we believe about signatures of Notation: its trust policies, each with the certificates of its trust stores. */
export interface NotationTrust {
  readonly policies: readonly LoadedPolicy[];
}

/** A trust policy with the certificates that it names. */
export interface LoadedPolicy extends TrustPolicy {
  readonly roots: Readonly<Record<StoreType, readonly X509Certificate[]>>;
}

/** Where they are, if they are not in one folder. */
export interface NotationTrustPaths {
  /** The folder that has `x509` in it. */
  readonly trustStore: string;
  /** The file of the trust policy. */
  readonly trustPolicy: string;
}

/**
 * Reads whom to believe, from the folder that Notation keeps its configuration in: `trustpolicy.oci.json` or `trustpolicy.json`,
 * and `truststore`.
 * @throws `trust-root-invalid`
 */
export async function readNotationTrust(from: string | NotationTrustPaths): Promise<NotationTrust> {
  const where = typeof from === 'string' ? from : from.trustPolicy;
  try {
    const store = typeof from === 'string' ? join(from, 'truststore') : from.trustStore;
    const policies = parseTrustPolicies(typeof from === 'string' ? await readPolicyIn(from) : await read(where));
    return { policies: await Promise.all(policies.map((policy) => loadPolicy(policy, store))) };
  } catch (error) {
    throw signatureError(
      'trust-root-invalid',
      `the trust of Notation in ${where} cannot be used: ${messageOf(error)}`,
      {
        hint: 'name a folder with trustpolicy.json and truststore/x509/…, as Notation keeps them',
        cause: error,
      },
    );
  }
}

/** The policy for a repository: its own or, if it has none, the global one. */
export function policyFor({ policies }: NotationTrust, repository: string | undefined): LoadedPolicy | Refusal {
  const global = policies.find(({ scopes }) => scopes === 'global');
  if (repository === undefined && policies.some(({ scopes }) => scopes !== 'global')) {
    return refuse(
      'trust-policy-missing',
      'it has no registry, and so nobody knows which of the trust policies applies',
    );
  }
  const own = policies.find(
    ({ scopes }) => scopes !== 'global' && repository !== undefined && scopes.includes(repository),
  );
  return (
    own ?? global ?? refuse('trust-policy-missing', `no trust policy of Notation applies to ${repository ?? 'it'}`)
  );
}

async function readPolicyIn(folder: string): Promise<string> {
  try {
    return await read(join(folder, 'trustpolicy.oci.json'));
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isAbsent) throw error;
    return await read(join(folder, 'trustpolicy.json'));
  }
}

function read(path: string): Promise<string> {
  return readFile(path, 'utf8');
}

async function loadPolicy(policy: TrustPolicy, folder: string): Promise<LoadedPolicy> {
  const roots: Record<StoreType, readonly X509Certificate[]> = { ca: [], signingAuthority: [], tsa: [] };
  for (const type of storeTypes) {
    const named = policy.stores.filter((store) => store.type === type);
    roots[type] = (await Promise.all(named.map((store) => readTrustStore(folder, store)))).flat();
  }
  return { ...policy, roots };
}
