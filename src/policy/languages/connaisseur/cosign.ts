import type { Evidence } from '#policy/evidence/evidence.ts';
import { vouchersOf } from '#policy/evidence/vouching.ts';
import { failed, passed } from '#policy/languages/judge-image.ts';
import { readPattern } from '#policy/languages/read-pattern.ts';
import { invalidField, unsupportedField } from '#policy/languages/read-strictly.ts';
import type { EvidenceItem } from '#policy/outcome.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import type { ExpectedIdentity } from '#signatures/identity/expected-identity.ts';
import { countSigners, type Demand, type Vouched } from '#signatures/judge.ts';
import { readVerificationKey, type VerificationKey } from '#signatures/keys/verification-key.ts';
import { ownTrust } from '#signatures/trust/own-trust.ts';
import type { TrustRoot } from '#signatures/trust/trust-root.ts';
import type { WrittenCosign, WrittenOptions } from './schema.ts';
import type { Validate } from './validator.ts';

/** Somebody who may sign: with this key, or certified as this. */
interface Root {
  readonly name: string;
  readonly key?: (surroundings: Surroundings) => Promise<VerificationKey>;
  readonly identity?: ExpectedIdentity;
}

/**
 * Reads a validator of cosign's signatures, to be used by rules with their options.
 * @throws `policy-invalid`, `policy-unsupported`, `trust-root-invalid`
 */
export function readCosign(written: WrittenCosign, path: string): (options: WrittenOptions, at: string) => Validate {
  const roots = written.trustRoots.map((root, index) => readRoot(root, `${path}.trustRoots[${index}]`));
  const own = readHost(written.host, `${path}.host`);
  return (options, at) => {
    for (const field of ['verificationLevel', 'verifyTimestamp'] as const) {
      if (options[field] !== undefined) throw invalidField(`${at}.${field}`, 'it belongs to validators of notation');
    }
    const asked = chooseRoots(roots, options, at);
    const { threshold } = asked;
    return async (evidence, surroundings) => {
      const found = await Promise.all(asked.roots.map((root) => askRoot(root, options, own, evidence, surroundings)));
      const proofs = found.map(({ proof }) => proof);
      const vouching = found.filter(({ vouched }) => vouched.length > 0);
      const missing = asked.required.filter((name) => !vouching.some(({ root }) => root === name));
      // Somebody who is trusted under two names is one signer still.
      const signers = Math.min(vouching.length, countSigners(vouching.flatMap(({ vouched }) => vouched)));
      if (vouching.length > 0 && missing.length === 0 && signers >= threshold) return passed(proofs);
      if (vouching.length > 0) {
        const needed = String(Math.max(threshold, asked.required.length));
        return failed('signers-too-few', { found: String(signers), needed, missing: missing.join(', ') }, proofs);
      }
      const refusals = [...new Set(found.flatMap((one) => one.refusals))];
      if (refusals.length === 0) return failed('unsigned', {}, proofs);
      return failed('signature-refused', { refusals: refusals.join('; ') }, proofs);
    };
  };
}

function readRoot({ name, key, keyless }: WrittenCosign['trustRoots'][number], path: string): Root {
  if ((key === undefined) === (keyless === undefined)) {
    throw invalidField(path, 'exactly one of key and keyless must be there');
  }
  if (key !== undefined) return { name, key: readKey(key, `${path}.key`) };
  const { issuer, issuerRegex, subject, subjectRegex } = keyless ?? {};
  const suffix = 'Regex';
  const identity = {
    issuer: readPattern({ exact: issuer, expression: issuerRegex, path: `${path}.keyless.issuer`, suffix }),
    name: readPattern({ exact: subject, expression: subjectRegex, path: `${path}.keyless.subject`, suffix }),
    claims: {},
  };
  return { name, identity };
}

function readKey(written: string, path: string): NonNullable<Root['key']> {
  if (/^https?:/i.test(written)) {
    throw unsupportedField(
      path,
      'a key from an address would be whatever is there tomorrow',
      'write the key itself, in PEM',
    );
  }
  if (!written.trimStart().startsWith('-----BEGIN')) return (surroundings) => surroundings.key(written);
  try {
    const key = readVerificationKey(written, path);
    return () => Promise.resolve(key);
  } catch (error) {
    throw invalidField(path, error instanceof Error ? error.message : 'it is no public key');
  }
}

/** What of the root of trust is one's own. */
type OwnHost = Partial<Pick<TrustRoot, 'certificateAuthorities' | 'certificateLogs' | 'logs'>>;

function readHost(host: WrittenCosign['host'] = {}, path: string): OwnHost {
  const { rekor = 'rekor.sigstore.dev', rekorPubkey, fulcioCert, ctLogPubkey } = host;
  const address = rekor.replace(/^https?:\/\//, '').replace(/\/+$/, '');
  const logOf = (pem: string, name: string) => ownTrust({ log: { pem, name: `${path}.${name}`, host: address } }).logs;
  const certificates = fulcioCert === undefined ? undefined : { pem: fulcioCert, name: `${path}.fulcioCert` };
  return {
    certificateAuthorities: certificates && ownTrust({ certificates }).certificateAuthorities,
    certificateLogs: ctLogPubkey === undefined ? undefined : logOf(ctLogPubkey, 'ctLogPubkey'),
    logs: rekorPubkey === undefined ? undefined : logOf(rekorPubkey, 'rekorPubkey'),
  };
}

/** Whose signatures a rule asks for, of the roots of its validator. */
interface AskedRoots<Named> {
  readonly roots: readonly Named[];
  readonly required: readonly string[];
  /** How many of them must have signed. */
  readonly threshold: number;
}

/**
 * Chooses the roots for a rule: `"*"` is every root, and all of them must have signed, unless `threshold` or `required` says how many
 * or who.
 * @throws `policy-invalid`
 */
export function chooseRoots<Named extends { readonly name: string }>(
  all: readonly Named[],
  { trustRoot = 'default', threshold = 0, required = [] }: WrittenOptions,
  at: string,
): AskedRoots<Named> {
  const find = (name: string, path: string): Named => {
    const found = all.find((root) => root.name === name);
    if (found === undefined) throw invalidField(path, `the validator has no trust root ${name}`);
    return found;
  };
  const named = required.map((name, index) => find(name, `${at}.required[${index}]`));
  if (trustRoot !== '*') {
    if (required.length > 0 || threshold > 1) {
      throw invalidField(`${at}.trustRoot`, 'threshold and required ask for several; write "*"');
    }
    return { roots: [find(trustRoot, `${at}.trustRoot`)], required, threshold: 1 };
  }
  const roots = required.length > 0 && threshold <= required.length ? named : all;
  if (threshold > all.length) throw invalidField(`${at}.threshold`, `there are ${all.length} trust roots`);
  const everyone = required.length === 0 && threshold === 0;
  return { roots, required: everyone ? all.map(({ name }) => name) : required, threshold: Math.max(1, threshold) };
}

interface AskedRoot {
  readonly root: string;
  readonly vouched: readonly Vouched[];
  readonly refusals: readonly string[];
  readonly proof: EvidenceItem;
}

async function askRoot(
  root: Root,
  options: WrittenOptions,
  own: OwnHost,
  evidence: Evidence,
  surroundings: Surroundings,
): Promise<AskedRoot> {
  const { verifyInTransparencyLog: isLogged = true, verifySCT: isPublished = true } = options;
  const isCertified = root.identity !== undefined;
  const base = isLogged || isCertified ? await surroundings.trustRoot() : undefined;
  const certificateLogs = isPublished ? (own.certificateLogs ?? base?.certificateLogs ?? []) : [];
  if (isCertified && isPublished && certificateLogs.length === 0) {
    // Without logs nothing would be looked up: that must be asked for, and not happen.
    const refusals = ['the trust root names no log of certificates, and verifySCT is not false (sct-missing)'];
    return { root: root.name, vouched: [], refusals, proof: { what: 'trustRoot', value: root.name } };
  }
  const trust = base && {
    certificateAuthorities: isCertified ? (own.certificateAuthorities ?? base.certificateAuthorities) : [],
    certificateLogs,
    logs: isLogged ? (own.logs ?? base.logs) : [],
    timestampAuthorities: [],
  };
  const key = await root.key?.(surroundings);
  const demand: Demand = {
    verifier: {
      trust,
      keys: key === undefined ? [] : [key],
      log: isLogged ? 'required' : 'optional',
      now: surroundings.now,
    },
    identities: root.identity === undefined ? [] : [root.identity],
    wanted: { kind: 'signature' },
  };
  const holds = ({ format }: { readonly format: string }) => format !== 'notation';
  const { vouched, refusals, proof } = await vouchersOf(evidence, demand, { holds });
  return { root: root.name, vouched, refusals, proof: { what: `trust root ${root.name}`, value: proof.value } };
}
