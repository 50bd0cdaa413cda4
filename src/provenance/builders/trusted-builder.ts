import type { ProvenanceSigner } from '#provenance/signer.ts';
import { globPattern, type Pattern } from '#signatures/identity/pattern.ts';

/** SLSA's levels of the build track; 0 is none. */
export type Level = 0 | 1 | 2 | 3;

/**
 * Who is believed about which builder, and up to which level: a root of trust (SLSA 1, "Verifying artifacts", step 1). A signer
 * counts only together with a builder that it may speak for.
 */
export interface TrustedBuilder {
  /** What people call it. */
  readonly name: string;
  readonly signer: TrustedSigner;
  /** The id of the builder; or that it is the signer itself, as with workflows that sign for themselves. */
  readonly builder: Pattern | 'signer';
  /** The highest level that it may claim. */
  readonly level: Level;
  readonly isolation: Isolation;
  /** Why it may claim that. */
  readonly why: string;
}

export type TrustedSigner =
  | { readonly kind: 'certificate'; readonly issuer: Pattern; readonly name: Pattern }
  /** Base64 of the SHA-256 of the key's DER, as Sigstore writes it. */
  | { readonly kind: 'key'; readonly id: string };

/**
 * What keeps users of a builder from signing whatever they like: a reusable workflow that is not theirs, which the certificate must
 * show; the platform, whose key no build can reach; or nothing.
 */
export type Isolation = 'workflow' | 'platform' | 'none';

/** A trusted builder as it is written in a file. */
export interface WrittenBuilder {
  readonly name: string;
  /** The id of the builder, with `*` and `**`; `signer` if it is the signer itself. */
  readonly builder: string;
  /** Who certifies the signer, and the name that is certified; with `*` and `**`. */
  readonly issuer?: string;
  readonly signer?: string;
  /** Or the id of its key. */
  readonly key?: string;
  readonly level: Level;
  readonly isolation: Isolation;
  readonly why: string;
}

/** Makes the patterns of an entry. @throws `identity-invalid` for a pattern that anyone matches */
export function trustBuilder(written: WrittenBuilder): TrustedBuilder {
  const { name, builder, issuer = '', signer = '', key, level, isolation, why } = written;
  return {
    name,
    builder: builder === 'signer' ? 'signer' : globPattern(builder, false),
    signer:
      key === undefined
        ? { kind: 'certificate', issuer: globPattern(issuer, false), name: globPattern(signer, false) }
        : { kind: 'key', id: key },
    level,
    isolation,
    why,
  };
}

/** Whether an entry lets a signer speak for a builder. */
export function speaksFor(entry: TrustedBuilder, signer: ProvenanceSigner, builder: string): boolean {
  if (builder === '' || !isTrustedSigner(entry.signer, signer)) return false;
  if (entry.builder !== 'signer') return entry.builder.matches(builder);
  return signer.kind === 'certificate' && signer.identity.names.some(({ value }) => value === builder);
}

/** Whether somebody is the signer that is trusted. A certificate for several names must be for trusted ones only. */
export function isTrustedSigner(trusted: TrustedSigner, signer: ProvenanceSigner): boolean {
  if (signer.kind === 'key') return trusted.kind === 'key' && trusted.id === signer.id;
  if (trusted.kind === 'key') return false;
  const { names, claims } = signer.identity;
  const isIssuer = claims.issuer !== undefined && trusted.issuer.matches(claims.issuer);
  return isIssuer && names.length > 0 && names.every(({ value }) => trusted.name.matches(value));
}
