import { createPublicKey, type KeyObject } from 'node:crypto';
import type { X509Certificate } from '@sigstore/core';
import { messageOf } from '#kit/error.ts';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { asBase64 } from '#signatures/bundle/wire.ts';
import { readCertificate } from '#signatures/certificate/read-certificate.ts';
import { signatureError } from '#signatures/errors.ts';

/** Whom we believe: the authorities of one Sigstore instance, public or private, each for its time. */
export interface TrustRoot {
  readonly certificateAuthorities: readonly Authority[];
  readonly timestampAuthorities: readonly Authority[];
  /** Transparency logs, in which signatures are published. */
  readonly logs: readonly Log[];
  /** Certificate transparency logs, in which certificates are. */
  readonly certificateLogs: readonly Log[];
}

/** A chain of certificates, from the one that issues (or, for timestamps, signs) to the root. */
export interface Authority {
  readonly chain: readonly X509Certificate[];
  readonly validFor: Period;
}

export interface Log {
  /** SHA-256 of its key, or its checkpoint key id. */
  readonly id: Buffer;
  readonly key: KeyObject;
  /** What it calls itself in checkpoints: the host and path of its address. */
  readonly name: string;
  readonly validFor: Period;
}

/** From and to, both included. */
export interface Period {
  readonly start: Date;
  readonly end?: Date;
}

/** Whether a time is in a period; both of its ends are. */
export function isWithin({ start, end }: Period, time: Date): boolean {
  return start <= time && (end === undefined || time <= end);
}

/**
 * Reads `trusted_root.json` (protobuf-specs, sigstore_trustroot.proto). An authority without a start of its time, which the
 * specification demands, is left out: nothing that it did can be believed.
 * @throws `trust-root-invalid`
 */
export function readTrustRoot(text: string | Uint8Array, name: string): TrustRoot {
  const root = asObject(parseJson(text));
  const type = asText(root?.['mediaType']) ?? '';
  if (root === undefined || !type.startsWith('application/vnd.dev.sigstore.trustedroot')) {
    throw invalid(name, 'it has not the media type of one');
  }
  const each = <T>(field: string, read: (one: JsonObject) => T | undefined): T[] =>
    asList(root[field]).flatMap((one) => {
      try {
        return read(asObject(one) ?? {}) ?? [];
      } catch (error) {
        throw invalid(name, `${field}: ${messageOf(error)}`);
      }
    });
  return {
    certificateAuthorities: each('certificateAuthorities', readAuthority),
    timestampAuthorities: each('timestampAuthorities', readAuthority),
    logs: each('tlogs', readLog),
    certificateLogs: each('ctlogs', readLog),
  };
}

function invalid(name: string, problem: string) {
  return signatureError('trust-root-invalid', `${name} is not a trusted root: ${problem}`, {
    hint: 'write the path of a trusted_root.json',
  });
}

function readAuthority(written: JsonObject): Authority | undefined {
  const chain = asList(asObject(written['certChain'])?.['certificates']).map((one) => {
    const der = asBase64(asObject(one)?.['rawBytes']);
    const certificate = der === undefined ? undefined : readCertificate(der);
    if (certificate === undefined) throw new Error('a certificate cannot be read');
    return certificate;
  });
  const validFor = readPeriod(written['validFor']);
  if (chain.length === 0) throw new Error('an authority has no certificates');
  return validFor === undefined ? undefined : { chain, validFor };
}

function readLog(written: JsonObject): Log | undefined {
  const publicKey = asObject(written['publicKey']) ?? {};
  const bytes = asBase64(publicKey['rawBytes']);
  const id = asBase64(asObject(written['checkpointKeyId'] ?? written['logId'])?.['keyId']);
  if (bytes === undefined || id === undefined) throw new Error('a log has no key or no id');
  const isPkcs1 = /^PKCS1_|^PKIX_RSA_PKCS1V5$/.test(asText(publicKey['keyDetails']) ?? '');
  const key = createPublicKey({ key: bytes, format: 'der', type: isPkcs1 ? 'pkcs1' : 'spki' });
  const validFor = readPeriod(publicKey['validFor']);
  return validFor === undefined ? undefined : { id, key, name: nameOf(asText(written['baseUrl']) ?? ''), validFor };
}

function nameOf(address: string): string {
  return address.replace(/^https?:\/\//, '').replace(/\/+$/, '');
}

function readPeriod(value: unknown): Period | undefined {
  const period = asObject(value);
  const start = readTime(period?.['start']);
  const end = readTime(period?.['end']);
  if ((period?.['end'] ?? undefined) !== undefined && end === undefined) throw new Error('a time cannot be read');
  return start === undefined ? undefined : { start, end };
}

function readTime(value: unknown): Date | undefined {
  const time = new Date(asText(value) ?? '');
  return Number.isNaN(time.getTime()) ? undefined : time;
}
