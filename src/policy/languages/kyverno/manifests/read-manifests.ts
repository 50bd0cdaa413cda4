import type { JsonObject } from '#kit/narrow.ts';
import type { Leniency } from '#policy/languages/kyverno/leniency.ts';
import type { WrittenAttestorSet, WrittenEntry } from '#policy/languages/kyverno/schema/images.ts';
import { signedManifests } from '#policy/languages/kyverno/schema/manifests.ts';
import { hasVariable } from '#policy/languages/kyverno/scope/template.ts';
import { readAttestorSet, type AttestorSet } from '#policy/languages/kyverno/verify-images/attestor-set.ts';
import { invalidField, readStrictly, unsupportedField } from '#policy/languages/read-strictly.ts';
import { readIgnoredFields, type IgnoredFields } from './ignored-fields.ts';

/** Who must have signed the manifest of an object, and in what the two may differ. */
export interface ManifestDemand {
  /** Each of these sets must vouch. */
  readonly attestors: readonly AttestorSet[];
  /** What stands before the slash in the annotations that carry the manifest and its signatures. */
  readonly domain: string;
  readonly ignored: readonly IgnoredFields[];
}

/** The domain of annotations, if a policy names none. */
export const usualDomain = 'cosign.sigstore.dev';

/** Reads `validate.manifests`. @throws `policy-invalid`, `policy-unsupported` with the path of the field */
export function readManifests(written: JsonObject, path: string, leniency: Leniency): ManifestDemand {
  const {
    attestors = [],
    annotationDomain = '',
    ignoreFields = [],
    dryRun,
    repository = '',
  } = readStrictly(signedManifests, written);
  if (attestors.length === 0) throw invalidField(`${path}.attestors`, 'nobody is named who must have signed');
  if (hasVariable(JSON.stringify(written))) throw invalidField(path, 'signed manifests have no variables');
  if (repository !== '') throw packed(`${path}.repository`);
  if (dryRun?.enable === true) {
    throw unsupportedField(
      `${path}.dryRun.enable`,
      'nothing is sent to the cluster for a verdict',
      "leave it out: the defaults of Kubernetes' own workloads are known without",
    );
  }
  for (const set of attestors) checkEntries(set, `${path}.attestors`);
  return {
    attestors: attestors.map((set) => readAttestorSet(withLogs(set), { path, type: 'Cosign', leniency })),
    domain: annotationDomain === '' ? usualDomain : annotationDomain,
    ignored: ignoreFields.map((one, index) => readIgnoredFields(one, `${path}.ignoreFields[${index}]`)),
  };
}

function packed(path: string) {
  return unsupportedField(
    path,
    'manifests and signatures that are packed into images are not read',
    'sign so that both are in annotations: kubectl sigstore sign without --image',
  );
}

function checkEntries({ entries }: WrittenAttestorSet, path: string): void {
  for (const { repository = '', keys, attestor } of entries) {
    if (repository !== '') throw packed(`${path}.entries.repository`);
    if (keys?.publicKeys?.includes('PGP PUBLIC KEY') === true) {
      throw unsupportedField(
        `${path}.entries.keys.publicKeys`,
        'keys of PGP are not read',
        'sign with a key of cosign',
      );
    }
    if (attestor !== undefined) checkEntries(attestor, `${path}.entries.attestor`);
  }
}

/** Signatures of keys need be in a log only where the policy names one, which is how Kyverno has it for manifests. */
function withLogs({ count, entries }: WrittenAttestorSet): WrittenAttestorSet {
  return { count, entries: entries.map(withLog) };
}

function withLog(entry: WrittenEntry): WrittenEntry {
  const { keys, attestor } = entry;
  if (attestor !== undefined) return { ...entry, attestor: withLogs(attestor) };
  if (keys === undefined || keys.rekor !== undefined) return entry;
  return { ...entry, keys: { ...keys, rekor: { ignoreTlog: true } } };
}
