import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { X509Certificate } from '@sigstore/core';
import { messageOf } from '#kit/error.ts';
import { readCertificate, readPemCertificates } from '#signatures/certificate/read-certificate.ts';
import { signatureError } from '#signatures/errors.ts';
import type { Authority, Log, Period, TrustRoot } from './trust-root.ts';

/** Authorities of one's own, each as a file in PEM; none of them need be there. */
export interface OwnAuthorities {
  /** Certificates of whoever certifies signers, the root last. */
  readonly certificates?: PemFile;
  /** Certificates of a timestamp authority, its own first, the root last. */
  readonly timestamps?: PemFile;
  /** The public key of a transparency log, and what the log calls itself. */
  readonly log?: PemFile & { readonly host: string };
}

interface PemFile {
  readonly pem: string;
  /** For errors. */
  readonly name: string;
}

/** They are believed whenever their certificates are valid. */
const always: Period = { start: new Date(0) };

/**
 * A root of trust out of authorities of one's own, without an instance of Sigstore.
 * @throws `trust-root-invalid`
 */
export function ownTrust({ certificates, timestamps, log }: OwnAuthorities): TrustRoot {
  return {
    certificateAuthorities: certificates === undefined ? [] : [readChain(certificates)],
    timestampAuthorities: timestamps === undefined ? [] : [readChain(timestamps)],
    logs: log === undefined ? [] : [readLog(log)],
    certificateLogs: [],
  };
}

function readChain({ pem, name }: PemFile): Authority {
  const chain = (readPemCertificates(pem) ?? []).map(readCertificate);
  const read = chain.filter((certificate): certificate is X509Certificate => certificate !== undefined);
  if (read.length === 0) throw invalid(name, 'it has no readable certificates');
  return { chain: read, validFor: always };
}

/** The id of a log is the hash of its key, which is what both versions of Rekor call themselves by in entries of the first. */
function readLog({ pem, name, host }: PemFile & { readonly host: string }): Log {
  try {
    const key: KeyObject = createPublicKey(pem);
    const id = createHash('sha256')
      .update(key.export({ format: 'der', type: 'spki' }))
      .digest();
    return { id, key, name: host, validFor: always };
  } catch (error) {
    throw invalid(name, `it is not a public key: ${messageOf(error)}`);
  }
}

function invalid(name: string, problem: string) {
  return signatureError('trust-root-invalid', `${name} cannot be used: ${problem}`, {
    hint: 'write certificates and keys in PEM',
  });
}
