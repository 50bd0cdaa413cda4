import type { KeyObject } from 'node:crypto';
import type { BundleVersion } from './bundle.ts';
import type { Claims } from './claims.ts';
import type { EntryKind } from './entry.ts';
import type { Identity } from './extensions.ts';
import type { Fault, Part } from './faults.ts';

/** What a box is asked to sign. */
export type SignRequest = ToSign &
  Signer & {
    /** When it is signed, stamped and logged, in whole seconds; the certificate is five seconds older. */
    readonly at: Date;
    readonly log?: 'v1' | 'v2' | 'none';
    /** The kind of entry in the first log: for a statement `dsse` unless given, for an artifact always `hashedrekord`. */
    readonly entry?: EntryKind;
    /** Whether a timestamp authority stamps the signature. */
    readonly timestamp?: boolean;
    /** What the timestamp is of: the signature, or (as cosign 2 does for attestations) the envelope or any other bytes. */
    readonly stamped?: Uint8Array;
    /** The version of the bundle; 0.3 unless given. */
    readonly version?: BundleVersion;
    readonly fault?: Fault;
  };

/** Something to sign: bytes as they are, or a statement in an envelope. */
export type ToSign =
  | { readonly artifact: Uint8Array }
  /** Bytes are the payload as it is; anything else is written as JSON. */
  | { readonly statement: unknown; readonly payloadType?: string };

/** Who signs: an identity with a new key and a certificate, or a key alone. */
export type Signer =
  | {
      /** No identity and several are for verifiers to refuse. */
      readonly identity: Identity | readonly Identity[];
      readonly issuer: string;
      readonly claims?: Claims;
    }
  | { readonly key: KeyObject; readonly hint?: string };

/** What the signature of a request will have, which decides the faults that it can have. */
export function partsOf(request: SignRequest): ReadonlySet<Part> {
  const { log = 'none', version = '0.3', timestamp = false } = request;
  const certified = !('key' in request);
  const parts: [Part, boolean][] = [
    ['certificate', certified],
    ['message', 'artifact' in request],
    ['log', log !== 'none'],
    ['promise', log === 'v1'],
    ['needed promise', log === 'v1' && (version === '0.1' || (certified && !timestamp))],
    ['needed proof', log !== 'none' && version !== '0.1'],
    ['timestamp', timestamp],
  ];
  return new Set(parts.filter(([, has]) => has).map(([part]) => part));
}
