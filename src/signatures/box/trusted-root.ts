import type { KeyObject } from 'node:crypto';
import { algorithmOf } from './algorithm.ts';
import type { Authority } from './authority.ts';
import { spkiOf, type Certificate } from './certificate.ts';
import type { Log } from './log.ts';
import type { TimestampAuthority } from './timestamp.ts';

/** When something is to be trusted; without `until`, still. */
interface Validity {
  readonly from: Date;
  readonly until?: Date;
}

/** What a trusted root vouches for, each part from and until when. */
export interface Trusted {
  readonly logs?: readonly (Validity & { readonly log: Log })[];
  readonly authorities?: readonly (Validity & { readonly authority: Authority })[];
  readonly certificateLogs?: readonly (Validity & { readonly authority: Authority })[];
  readonly timestampAuthorities?: readonly (Validity & { readonly authority: TimestampAuthority })[];
}

/** A trusted root as JSON (protobuf-specs, sigstore_trustroot.proto). */
export interface TrustedRootJson {
  readonly mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';
  readonly tlogs: readonly LogInstanceJson[];
  readonly certificateAuthorities: readonly CertificateAuthorityJson[];
  readonly ctlogs: readonly LogInstanceJson[];
  readonly timestampAuthorities: readonly CertificateAuthorityJson[];
}

interface LogInstanceJson {
  readonly baseUrl: string;
  readonly hashAlgorithm: 'SHA2_256';
  readonly publicKey: { readonly rawBytes: string; readonly keyDetails: string; readonly validFor: ValidForJson };
  readonly logId: { readonly keyId: string };
}

interface CertificateAuthorityJson {
  readonly subject: { readonly organization: string; readonly commonName: string };
  readonly uri: string;
  readonly certChain: { readonly certificates: readonly { readonly rawBytes: string }[] };
  readonly validFor: ValidForJson;
}

interface ValidForJson {
  readonly start: string;
  readonly end?: string;
}

/** Writes a trusted root. */
export function trustedRoot(trusted: Trusted): TrustedRootJson {
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: (trusted.logs ?? []).map(({ log, ...validity }) => instance(log.url, log.publicKey, log.id, validity)),
    certificateAuthorities: (trusted.authorities ?? []).map(({ authority, ...validity }) =>
      chainOf(authority.uri, authority.chain, validity),
    ),
    ctlogs: (trusted.certificateLogs ?? []).map(({ authority: { log, uri }, ...validity }) =>
      instance(`${uri}/ctfe`, log.publicKey, log.id, validity),
    ),
    timestampAuthorities: (trusted.timestampAuthorities ?? []).map(({ authority, ...validity }) =>
      chainOf(authority.uri, authority.chain, validity),
    ),
  };
}

function instance(baseUrl: string, publicKey: KeyObject, id: Buffer, validity: Validity): LogInstanceJson {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: spkiOf(publicKey).toString('base64'),
      keyDetails: algorithmOf(publicKey).keyDetails,
      validFor: validFor(validity),
    },
    logId: { keyId: id.toString('base64') },
  };
}

function chainOf(uri: string, chain: readonly Certificate[], validity: Validity): CertificateAuthorityJson {
  return {
    subject: { organization: 'sigstore.box', commonName: 'box' },
    uri,
    certChain: { certificates: chain.map(({ der }) => ({ rawBytes: der.toString('base64') })) },
    validFor: validFor(validity),
  };
}

function validFor({ from, until }: Validity): ValidForJson {
  return { start: from.toISOString(), ...(until === undefined ? {} : { end: until.toISOString() }) };
}
