import { refuse, type Refusal } from '#signatures/refusal.ts';
import type { SignedAttributes, SigningScheme } from './notation-signature.ts';

/** The protected headers of an envelope, of either kind. */
export interface ProtectedHeaders {
  readonly contentType: unknown;
  /** The names of those that must be understood. */
  readonly critical: unknown;
  /** All of them by name. */
  readonly all: ReadonlyMap<unknown, unknown>;
  /** Reads a time as the envelope writes them; gives nothing if it is none. */
  readonly asTime: (value: unknown) => Date | undefined;
}

const prefix = 'io.cncf.notary.';
const names = {
  scheme: `${prefix}signingScheme`,
  signingTime: `${prefix}signingTime`,
  authenticSigningTime: `${prefix}authenticSigningTime`,
  expiry: `${prefix}expiry`,
} as const;

/** The header that has the time of signing, and the one that must not be there. */
const timeHeaders: Readonly<Record<SigningScheme, readonly [own: string, other: string]>> = {
  'notary.x509': [names.signingTime, names.authenticSigningTime],
  'notary.x509.signingAuthority': [names.authenticSigningTime, names.signingTime],
};

/** Those that count for verification: they are critical, and no other may be. */
const counting: ReadonlySet<unknown> = new Set([names.scheme, names.authenticSigningTime, names.expiry]);

/**
 * Reads what is signed beside the payload (signature specification, "Signed Attributes"). What the signer marks as critical
 * and is not understood, such as the demand for a plugin, makes it unsupported.
 */
export function readSignedAttributes({
  contentType,
  critical,
  all,
  asTime,
}: ProtectedHeaders): SignedAttributes | Refusal {
  const scheme = all.get(names.scheme);
  if (!isScheme(scheme)) return refuse('format-unsupported', 'the envelope has no signing scheme that is understood');
  const problem = checkCritical(critical, all);
  if (problem !== undefined) return problem;
  const [timeHeader, otherHeader] = timeHeaders[scheme];
  const signingTime = asTime(all.get(timeHeader));
  const expiry = asTime(all.get(names.expiry));
  if (typeof contentType !== 'string' || signingTime === undefined || all.has(otherHeader)) {
    return refuse('format-invalid', 'the envelope lacks its content type or the time of signing');
  }
  if (all.has(names.expiry) && (expiry === undefined || expiry <= signingTime)) {
    return refuse('format-invalid', 'the time until which the signature is to be used cannot be');
  }
  return { contentType, scheme, signingTime, expiry };
}

function isScheme(value: unknown): value is SigningScheme {
  return typeof value === 'string' && Object.hasOwn(timeHeaders, value);
}

function checkCritical(critical: unknown, all: ReadonlyMap<unknown, unknown>): Refusal | undefined {
  // The parsed edge: items of a list of unknown shape.
  const listed = Array.isArray(critical) ? (critical as readonly unknown[]) : [];
  const unknown = listed.find((name) => !counting.has(name));
  if (unknown !== undefined) {
    return refuse('format-unsupported', `what the signer calls critical is not understood: ${JSON.stringify(unknown)}`);
  }
  const isPresent = listed.every((name) => all.has(name)) && new Set(listed).size === listed.length;
  const isComplete = [...counting].every((name) => !all.has(name) || listed.includes(name));
  return isPresent && isComplete
    ? undefined
    : refuse('format-invalid', 'the critical headers are not those that the envelope has');
}
