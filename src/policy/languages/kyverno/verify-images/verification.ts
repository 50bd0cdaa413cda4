import { asList, asObject, asText, asTexts, type JsonObject } from '#kit/narrow.ts';
import type { Leniency } from '#policy/languages/kyverno/leniency.ts';
import { hasVariable } from '#policy/languages/kyverno/scope/template.ts';
import type { WrittenVerification } from '#policy/languages/kyverno/schema/images.ts';
import { invalidField, unsupportedField } from '#policy/languages/read-strictly.ts';
import { readAttestorSet } from './attestor-set.ts';

/** One demand on images, in the new form. */
export interface Verification {
  readonly path: string;
  readonly references: readonly string[];
  readonly skipped: readonly string[];
  readonly type: 'Cosign' | 'SigstoreBundle' | 'Notary';
  /** Sets of whom all must vouch, as written: variables are replaced when an image is judged. */
  readonly attestors: readonly unknown[];
  readonly attestations: readonly WantedAttestation[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly repository: string;
  readonly mutateDigest: boolean;
  readonly verifyDigest: boolean;
  readonly failureAction: string | undefined;
  /** What must not hold for all attestations together. */
  readonly deny: JsonObject | undefined;
  readonly message: string | undefined;
  readonly leniency: Leniency;
}

/** A statement that must be there, signed by these, of which conditions must hold. */
export interface WantedAttestation {
  readonly type: string;
  /** Under which name expressions of `validate.deny` see what is stated. */
  readonly name: string;
  readonly attestors: readonly unknown[];
  readonly conditions: unknown;
}

/** Reads `verifyImages`, whose fields are known. @throws `policy-invalid`, `policy-unsupported` with the path of the field */
export function readVerifications(written: unknown, path: string, leniency: Leniency): readonly Verification[] {
  // The schema has checked the fields; only these are read.
  return asList(written).map((one, index) => readOne(one as WrittenVerification, `${path}[${index}]`, leniency));
}

function readOne(written: WrittenVerification, path: string, leniency: Leniency): Verification {
  const { image = '', imageReferences = [], skipImageReferences = [], type = 'Cosign' } = written;
  const references = [...imageReferences, ...(image === '' ? [] : [image])];
  if (references.length === 0) throw invalidField(path, 'it does not say which images it is about');
  const variable = [...references, ...skipImageReferences].find(hasVariable);
  if (variable !== undefined) throw invalidField(path, `image references have no variables: ${variable}`);
  const short = readShortForm(written, path);
  const isStated = (written.attestations ?? []).length > 0;
  // In the old form, whoever is named signs the statements, if there are some, and else the image.
  const attestors: readonly unknown[] = [...(written.attestors ?? []), ...(isStated ? [] : short)];
  const attestations = (written.attestations ?? []).map((one, index) =>
    readAttestation(one, `${path}.attestations[${index}]`, { short, attestors }, leniency),
  );
  const named = [attestors, ...attestations.map((one) => one.attestors)].flat();
  for (const set of named) checkNow(set, path, type, leniency);
  if (type === 'Notary' && attestations.length > 0) {
    throw unsupportedField(
      `${path}.attestations`,
      'attestations that the Notary Project signs are not read',
      'attest with Sigstore',
    );
  }
  if (named.length === 0 && (written.required ?? true) && written.mutateDigest === false) {
    throw invalidField(path, 'it demands that images are verified, and does not say by whom');
  }
  const deny = asObject(written.validate?.deny);
  return {
    path,
    references,
    skipped: skipImageReferences,
    type,
    attestors,
    attestations,
    annotations: short.length > 0 ? {} : (written.annotations ?? {}),
    repository: written.repository ?? '',
    mutateDigest: written.mutateDigest ?? true,
    verifyDigest: written.verifyDigest ?? true,
    failureAction: written.failureAction,
    deny,
    message: written.validate?.message,
    leniency,
  };
}

/** The old form, which names one key or identity beside the image. */
function readShortForm(written: WrittenVerification, path: string): readonly unknown[] {
  const { key = '', issuer = '', subject = '', roots = '', additionalExtensions, annotations } = written;
  if (key !== '' && issuer !== '') throw invalidField(path, 'it names a key and an issuer');
  if (key !== '') return [{ entries: [{ keys: { publicKeys: key }, annotations }] }];
  if (issuer !== '') return [{ entries: [{ keyless: { issuer, subject, roots, additionalExtensions }, annotations }] }];
  const stray = subject === '' ? (roots === '' ? undefined : 'roots') : 'subject';
  if (stray !== undefined) throw invalidField(`${path}.${stray}`, 'it belongs to an issuer, which is not there');
  return [];
}

/**
 * An attestation is signed by those that it names or, if it names none, by those whom the demand names. If nobody is named, anyone could
 * have stated it.
 */
function readAttestation(
  written: NonNullable<WrittenVerification['attestations']>[number],
  path: string,
  outer: { readonly short: readonly unknown[]; readonly attestors: readonly unknown[] },
  { anySigner }: Leniency,
): WantedAttestation {
  const type = (asText(written.type) ?? '') || (asText(written.predicateType) ?? '');
  if (type === '') throw invalidField(path, 'it does not say of which type');
  const named: readonly unknown[] = [...(written.attestors ?? []), ...outer.short];
  const anyone = anySigner ? [{ entries: [{ keyless: {} }] }] : [];
  const attestors = [named, outer.attestors, anyone].find((one) => one.length > 0) ?? [];
  if (attestors.length === 0) {
    throw invalidField(`${path}.attestors`, 'nobody is named who must have stated it, and so anyone could');
  }
  return { type, name: asText(written.name) ?? '', attestors, conditions: written.conditions };
}

/** What has no variables can be read at once, and what is wrong with it found. */
function checkNow(set: unknown, path: string, type: Verification['type'], leniency: Leniency): void {
  if (!hasVariableWithin(set)) readAttestorSet(set, { path, type, leniency });
}

function hasVariableWithin(value: unknown): boolean {
  return asTexts([JSON.stringify(value)]).some(hasVariable);
}
