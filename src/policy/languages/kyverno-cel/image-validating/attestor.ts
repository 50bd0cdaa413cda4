import { createPublicKey } from 'node:crypto';
import type { X509Certificate } from '@sigstore/core';
import { parseReference } from '#image/reference.ts';
import { inField } from '#policy/cel/admission/in-field.ts';
import type { Among } from '#policy/evidence/vouching.ts';
import { readIdentities } from '#policy/languages/cluster-image-policy/identities.ts';
import { readKeys } from '#policy/languages/cluster-image-policy/keys.ts';
import type { WrittenAttestor, WrittenCosign } from '#policy/languages/kyverno-cel/schema.ts';
import { invalidField, unsupportedField } from '#policy/languages/read-strictly.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { readCertificate, readPemCertificates } from '#signatures/certificate/read-certificate.ts';
import type { Demand } from '#signatures/judge.ts';
import { isRefusal, refuse } from '#signatures/refusal.ts';
import type { Stored } from '#signatures/storage/stored.ts';
import { readSimpleSigning } from '#signatures/subject.ts';
import { readAttestorTrust } from './attestor-trust.ts';
import { readNotary } from './notary.ts';

/** Somebody who may vouch for an image. */
export interface Attestor {
  readonly name: string;
  /** @throws `key-…`, `tuf-…`, `trust-root-invalid` */
  demand(surroundings: Surroundings): Promise<Omit<Demand, 'wanted'>>;
  readonly among: Among;
}

/** Reads an attestor, of which all expressions have been worked out. @throws `policy-invalid`, `policy-unsupported` */
export function readAttestor({ name, cosign, notary }: WrittenAttestor, path: string): Attestor {
  if ((cosign === undefined) === (notary === undefined)) {
    throw invalidField(path, 'exactly one of cosign and notary must be there');
  }
  if (notary !== undefined) {
    const notation = readNotary(notary, `${path}.notary`);
    const demand = ({ now }: Surroundings) =>
      Promise.resolve({ verifier: { keys: [], now }, identities: [], notation });
    return { name, demand, among: { holds: ({ format }) => format === 'notation' } };
  }
  const place = `${path}.cosign`;
  const written = cosign ?? {};
  return { name, demand: readCosign(written, place), among: readAmong(written, place) };
}

function readCosign(written: WrittenCosign, path: string): Attestor['demand'] {
  const { key, keyless, certificate, ctlog } = written;
  const kinds = [key, keyless, certificate].filter((one) => one !== undefined);
  if (kinds.length !== 1) throw invalidField(path, 'exactly one of key, keyless and certificate must be there');
  const isLogged = ctlog?.insecureIgnoreTlog !== true;
  const log = isLogged ? 'required' : 'optional';
  if (key !== undefined) {
    const keysOf = readKeys(key, `${path}.key`);
    const trustOf = readAttestorTrust(written, undefined, path);
    const needsTrust = isLogged || (ctlog?.tsaCertChain ?? '') !== '';
    return async (surroundings) => {
      const [keys, trust] = await Promise.all([keysOf(surroundings), needsTrust ? trustOf(surroundings) : undefined]);
      return { verifier: { keys, trust, log, now: surroundings.now }, identities: [] };
    };
  }
  if (keyless !== undefined) {
    const identities = readIdentities(keyless.identities, `${path}.keyless.identities`);
    const trustOf = readAttestorTrust(written, keyless.roots, path);
    return async (surroundings) => {
      const trust = await trustOf(surroundings);
      return { verifier: { keys: [], trust, log, now: surroundings.now }, identities };
    };
  }
  return readByCertificate(written, path, log);
}

/** Who holds the key of a certificate; and if a chain is named, that must have issued it. */
function readByCertificate(written: WrittenCosign, path: string, log: 'required' | 'optional'): Attestor['demand'] {
  const { cert, certChain } = written.certificate ?? {};
  const place = `${path}.certificate`;
  const chain = certChain?.value ?? '';
  if ((cert?.value ?? '') === '') {
    throw unsupportedField(
      `${place}.cert`,
      'without it anyone whom the chain certifies could sign',
      'name the certificate',
    );
  }
  const key = createPublicKey({
    key: oneCertificate(cert?.value ?? '', `${place}.cert`).publicKey,
    format: 'der',
    type: 'spki',
  });
  const trustOf = readAttestorTrust(written, chain, path);
  return async (surroundings) => ({
    verifier: {
      keys: [{ key, name: `${place}.cert` }],
      trust: await trustOf(surroundings),
      log,
      now: surroundings.now,
    },
    identities: chain === '' ? [] : [{ claims: {} }],
    examine: ({ verified: { signer } }) => {
      if (signer.kind === 'key') return undefined;
      const other = createPublicKey({ key: signer.certificate.publicKey, format: 'der', type: 'spki' });
      return other.equals(key) ? undefined : refuse('key-unknown', 'it was signed with another certificate');
    },
  });
}

function oneCertificate(pem: string, path: string): X509Certificate {
  const [der] = readPemCertificates(pem) ?? [];
  const certificate = der === undefined ? undefined : readCertificate(der);
  if (certificate === undefined) throw invalidField(path, 'it is no certificate in PEM');
  return certificate;
}

function readAmong({ source, annotations = {} }: WrittenCosign, path: string): Among {
  if ((source?.tagPrefix ?? '') !== '') {
    throw unsupportedField(
      `${path}.source.tagPrefix`,
      'signatures are looked for below the tags of cosign and as referrers alone',
      'copy them to the usual tags: cosign copy',
    );
  }
  const wanted = Object.entries(annotations);
  return {
    repository: readRepository(source?.repository ?? '', `${path}.source.repository`),
    holds: (stored) => stored.format !== 'notation' && (wanted.length === 0 || saysAll(stored, wanted)),
  };
}

function readRepository(written: string, path: string): string | undefined {
  if (written === '') return undefined;
  const { host, repository } = inField(path, () => parseReference(`${written}:latest`));
  return `${host}/${repository}`;
}

/** Whether the payload of a signature has all annotations, each exactly; what a bundle states has none. */
function saysAll({ content }: Stored, wanted: readonly (readonly [string, string])[]): boolean {
  if (content.kind !== 'signed' || content.signed.content.kind === 'dsse') return false;
  if (content.signed.content.kind === 'artifact') return false;
  const payload = readSimpleSigning(content.signed.content.bytes);
  return !isRefusal(payload) && wanted.every(([key, value]) => payload.annotations[key] === value);
}
