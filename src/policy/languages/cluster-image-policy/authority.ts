import { messageOf } from '#kit/error.ts';
import { parseReference } from '#image/reference.ts';
import type { Evidence } from '#policy/evidence/evidence.ts';
import { vouchersOf, type Among } from '#policy/evidence/vouching.ts';
import { failed, passed, type Judgement } from '#policy/languages/judge-image.ts';
import { invalidField, unsupportedField } from '#policy/languages/read-strictly.ts';
import type { EvidenceItem } from '#policy/outcome.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import type { Demand, Examine } from '#signatures/judge.ts';
import { predicateTypeOf } from '#signatures/predicate-types.ts';
import { isRefusal, refuse } from '#signatures/refusal.ts';
import { readIdentities } from './identities.ts';
import { readKeys, type KeySource } from './keys.ts';
import type { WrittenAuthority } from './schema.ts';
import { readTrust } from './trust.ts';
import type { TrustRoots } from './trust-roots.ts';

/** One of those of whom any may vouch for an image. */
export interface Authority {
  readonly name: string;
  judge(evidence: Evidence, surroundings: Surroundings): Promise<Judgement>;
}

/** @throws `policy-invalid`, `policy-unsupported`, `trust-root-invalid` */
export function readAuthority(written: WrittenAuthority, index: number, roots: TrustRoots): Authority {
  const path = `spec.authorities[${index}]`;
  const { name = `authority-${index}`, key, keyless, static: decided } = written;
  const kinds = [key, keyless, decided].filter((one) => one !== undefined);
  if (kinds.length !== 1) throw invalidField(path, 'exactly one of key, keyless and static must be there');
  if (decided === undefined) return { name, judge: readSigned(written, path, roots) };
  for (const field of ['source', 'ctlog', 'attestations', 'rfc3161timestamp'] as const) {
    if (written[field] !== undefined) throw invalidField(`${path}.${field}`, 'it does not belong to what is static');
  }
  const { action, message } = decided;
  return {
    name,
    judge: () => Promise.resolve(action === 'pass' ? passed([]) : failed('condition-refused', {}, [], message)),
  };
}

function readSigned(written: WrittenAuthority, path: string, roots: TrustRoots): Authority['judge'] {
  const { key, keyless, attestations = [], ctlog, rfc3161timestamp } = written;
  if (keyless?.['ca-cert'] !== undefined && (keyless.url ?? '') !== '') {
    throw invalidField(`${path}.keyless`, 'only one of url and ca-cert may be there');
  }
  checkAddress(keyless?.url, `${path}.keyless.url`);
  checkAddress(ctlog?.url, `${path}.ctlog.url`);
  const keys: KeySource = key === undefined ? () => Promise.resolve([]) : readKeys(key, `${path}.key`);
  const identities =
    keyless === undefined ? [] : readIdentities(keyless.identities ?? [], `${path}.keyless.identities`);
  const trustOf = readTrust(written, path, roots);
  const among = readAmong(written, path);
  const wanted = readWanted(attestations, path);
  const isLogged = ctlog !== undefined && rfc3161timestamp === undefined;
  return async (evidence, surroundings) => {
    const [trust, believed] = await Promise.all([trustOf(surroundings), keys(surroundings)]);
    if (trust !== undefined && isRefusal(trust)) {
      return failed('signature-refused', { refusals: `${trust.message} (${trust.refused})` }, []);
    }
    const log = isLogged || (keyless !== undefined && (trust?.logs.length ?? 0) > 0) ? 'required' : 'optional';
    const verifier = { trust, keys: believed, log, now: surroundings.now } as const;
    const examine = rfc3161timestamp === undefined ? undefined : needsTimestamp;
    const demand = { verifier, identities, examine };
    if (wanted.length === 0) return judgeSignature({ ...demand, wanted: { kind: 'signature' } }, evidence, among);
    return judgeAttestations(demand, wanted, evidence, among);
  };
}

async function judgeSignature(demand: Demand, evidence: Evidence, among: Among): Promise<Judgement> {
  const { vouched, refusals, proof } = await vouchersOf(evidence, demand, among);
  if (vouched.length > 0) return passed([proof]);
  if (refusals.length === 0) return failed('unsigned', {}, [proof]);
  return failed('signature-refused', { refusals: refusals.join('; ') }, [proof]);
}

/** Each attestation must be there; and of several keys each must have attested something. */
async function judgeAttestations(
  demand: Omit<Demand, 'wanted'>,
  wanted: readonly WantedAttestation[],
  evidence: Evidence,
  among: Among,
): Promise<Judgement> {
  const proofs: EvidenceItem[] = [];
  for (const { type, types } of wanted) {
    const asked = { ...demand, wanted: { kind: 'attestation', types } } as const;
    const { vouched, refusals, proof } = await vouchersOf(evidence, asked, among);
    proofs.push(proof);
    if (vouched.length > 0) continue;
    return refusals.length === 0
      ? failed('attestation-missing', { type }, proofs)
      : failed('attestation-refused', { type, refusals: refusals.join('; ') }, proofs);
  }
  const { keys } = demand.verifier;
  for (const key of keys.length > 1 ? keys : []) {
    const verifier = { ...demand.verifier, keys: [key] };
    const asked = { ...demand, verifier, wanted: { kind: 'attestation', types: [] } } as const;
    const { vouched, proof } = await vouchersOf(evidence, asked, among);
    proofs.push(proof);
    const refusals = 'one of the keys has attested nothing (key-unknown)';
    if (vouched.length === 0) return failed('attestation-refused', { type: wanted[0]?.type ?? '', refusals }, proofs);
  }
  return passed(proofs);
}

interface WantedAttestation {
  readonly type: string;
  readonly types: readonly string[];
}

function readWanted(written: NonNullable<WrittenAuthority['attestations']>, path: string): WantedAttestation[] {
  return written.map(({ predicateType, policy }, index) => {
    if (policy !== undefined) throw unsupportedLanguage(`${path}.attestations[${index}].policy`);
    return { type: predicateType, types: predicateTypeOf(predicateType) };
  });
}

/** CUE and Rego cannot be evaluated. */
export function unsupportedLanguage(path: string) {
  return unsupportedField(
    path,
    'conditions in CUE and Rego are not evaluated',
    'say the same in a TrustPolicy: its rules for vulnerabilities, provenance and SBOMs, or CEL',
  );
}

function readAmong({ source: [source] = [], signatureFormat }: WrittenAuthority, path: string): Among {
  if (source?.tagPrefix !== undefined && source.tagPrefix !== '') {
    throw unsupportedField(
      `${path}.source[0].tagPrefix`,
      'signatures are looked for below the tags of cosign and as referrers alone',
      'copy them to the usual tags: cosign copy',
    );
  }
  const repository = readRepository(source?.oci, `${path}.source[0].oci`);
  if (signatureFormat === undefined) return { repository };
  const isBundle = signatureFormat === 'bundle';
  return { repository, holds: ({ format }) => (format === 'sigstore-bundle') === isBundle };
}

function readRepository(written: string | undefined, path: string): string | undefined {
  if (written === undefined || written === '') return undefined;
  try {
    const { host, repository, tag, digest } = parseReference(`${written}:latest`);
    const isNamed = written.includes('/') && tag === 'latest' && digest === undefined;
    if (isNamed) return `${host}/${repository}`;
  } catch (error) {
    throw invalidField(path, messageOf(error));
  }
  throw unsupportedField(
    path,
    'it names a registry and no repository',
    'name the repository: registry.example/signatures',
  );
}

/** Addresses of services say where signers go; nobody asks there for a verdict. */
function checkAddress(written: string | undefined, path: string): void {
  if (written !== undefined && written !== '' && !/^https?:\/\/[^\s/]+/.test(written)) {
    throw invalidField(path, `"${written}" is no address`);
  }
}

const needsTimestamp: Examine = ({ verified: { times } }) =>
  times.some(({ by }) => by === 'timestamp-authority')
    ? undefined
    : refuse('time-missing', 'no timestamp authority vouches for when it was signed');
