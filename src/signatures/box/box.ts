import { createAuthority, type Authority } from './authority.ts';
import type { Certificate } from './certificate.ts';
import { createLog, type Log } from './log.ts';
import { signInBox, type BoxSignature } from './sign.ts';
import type { SignRequest } from './request.ts';
import { createTimestampAuthority, type TimestampAuthority } from './timestamp.ts';
import { trustedRoot, type Trusted, type TrustedRootJson } from './trusted-root.ts';

/** A Sigstore in memory: everything that signs without keys of one's own needs, and the trusted root to verify it. */
export interface Box {
  readonly authority: Authority;
  readonly timestampAuthority: TimestampAuthority;
  readonly logs: { readonly v1: Log; readonly v2: Log };
  /** What {@link Box.trustedRoot} is made of, to make other roots from. */
  readonly trusted: Required<Trusted>;
  readonly trustedRoot: TrustedRootJson;
  /** The authority's intermediate and root certificates. */
  readonly chain: readonly Certificate[];
  /** Signs like a client of these services. @throws TypeError when the fault does not fit the request */
  sign(request: SignRequest): BoxSignature;
}

export interface BoxOptions {
  /** When its services start; the beginning of 2024 unless given. */
  readonly from?: Date;
  /** When its authorities' certificates expire; the end of 2033 unless given. */
  readonly until?: Date;
  /** The domain of its services. */
  readonly domain?: string;
  /** Witnesses that cosign the checkpoints of the second log. */
  readonly witnesses?: readonly string[];
}

/**
 * Makes a box. Keys are new in each, times and identities are the caller's; nothing is read from the clock.
 *
 * @example
 * const box = createBox();
 * const { bundle } = box.sign({
 *   artifact: Buffer.from('hello'),
 *   identity: { kind: 'email', value: 'anna@example.org' },
 *   issuer: 'https://accounts.example.org',
 *   log: 'v1',
 *   at: new Date('2025-06-01T12:00:00Z'),
 * });
 */
export function createBox(options: BoxOptions = {}): Box {
  const { domain = 'sigstore.box', witnesses = [] } = options;
  const from = options.from ?? new Date('2024-01-01T00:00:00Z');
  const until = options.until ?? new Date('2033-12-31T23:59:59Z');
  const services = {
    authority: createAuthority({ from, until, uri: `https://fulcio.${domain}` }),
    timestampAuthority: createTimestampAuthority({ from, until, uri: `https://tsa.${domain}/api/v1/timestamp` }),
    logs: {
      v1: createLog({ version: 1, url: `https://rekor.${domain}` }),
      v2: createLog({ version: 2, url: `https://log1.rekor.${domain}`, witnesses }),
    },
  };
  const { authority, timestampAuthority, logs } = services;
  const trusted = {
    logs: [
      { log: logs.v1, from },
      { log: logs.v2, from },
    ],
    authorities: [{ authority, from }],
    certificateLogs: [{ authority, from }],
    timestampAuthorities: [{ authority: timestampAuthority, from }],
  };
  return {
    ...services,
    trusted,
    trustedRoot: trustedRoot(trusted),
    chain: authority.chain,
    sign: (request) => signInBox(services, request),
  };
}
