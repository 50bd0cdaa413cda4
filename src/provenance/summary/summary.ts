import { asObject, asText, asTextMap, asTexts, type JsonObject } from '#kit/narrow.ts';
import { refuseProvenance, type ProvenanceRefusal } from '#provenance/refusal.ts';
import { isOfHonestSize } from '#provenance/size.ts';
import type { Statement } from '#signatures/statement.ts';

/** Verification summaries of version 1 (SLSA 1.2, "Verification Summary Attestation"). */
export const summaryType = 'https://slsa.dev/verification_summary/v1';

/** What somebody says that they have verified. */
export interface Summary {
  readonly verifier: string;
  /** Of the tools, by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly timeVerified?: Date;
  /** What the artifact was verified as: where one gets it. */
  readonly resourceUri: string;
  readonly policy: ResourceDescriptor;
  readonly inputs: readonly ResourceDescriptor[];
  readonly hasPassed: boolean;
  /** `SLSA_BUILD_LEVEL_3`, or properties; one of each track. */
  readonly levels: readonly string[];
  readonly slsaVersion?: string;
}

export interface ResourceDescriptor {
  readonly uri?: string;
  readonly digests: Readonly<Record<string, string>>;
}

const mostLevels = 1000;
const mostInputs = 20_000;
const longestText = 8192;

/** Reads a verification summary. Any JSON gives one or a refusal. */
export function readSummary({
  predicateType,
  predicate,
}: Pick<Statement, 'predicateType' | 'predicate'>): Summary | ProvenanceRefusal {
  if (predicateType !== summaryType) return refuseProvenance('summary-type', `it is ${predicateType.slice(0, 200)}`);
  const body = asObject(predicate);
  if (body === undefined || !isOfHonestSize(body)) return invalid('it is no object of an honest size');
  const verifier = asText(asObject(body['verifier'])?.['id']) ?? '';
  const resourceUri = asText(body['resourceUri']) ?? '';
  const policy = asObject(body['policy']);
  const result = body['verificationResult'];
  const levels = body['verifiedLevels'];
  if (verifier === '') return invalid('it does not say who has verified');
  if (resourceUri === '') return invalid('it does not say what was verified');
  if (policy === undefined) return invalid('it does not say against which policy');
  if (result !== 'PASSED' && result !== 'FAILED') return invalid('it does not say whether it has passed');
  if (!Array.isArray(levels) || asTexts(levels).length !== levels.length || levels.length > mostLevels) {
    return invalid('it does not say which levels were verified');
  }
  return checkWhole(body, {
    verifier,
    versions: asTextMap(asObject(body['verifier'])?.['version']),
    timeVerified: timeOf(body['timeVerified']),
    resourceUri,
    policy: descriptorOf(policy),
    inputs: inputsOf(body),
    hasPassed: result === 'PASSED',
    levels: asTexts(levels),
    slsaVersion: asText(body['slsaVersion']),
  });
}

function checkWhole(body: JsonObject, summary: Summary): Summary | ProvenanceRefusal {
  const { verifier, resourceUri, policy, levels } = summary;
  const texts = [verifier, resourceUri, policy.uri ?? '', ...levels];
  if (texts.some((text) => text.length > longestText)) return invalid('it has texts that are too long');
  const tracks = levels.map(trackOf).filter((track) => track !== undefined);
  if (new Set(tracks).size < tracks.length) return invalid('it names two levels of one track');
  if (levels.includes('FAILED') && summary.hasPassed) return invalid('it says that it has passed, and failed');
  if (body['timeVerified'] !== undefined && body['timeVerified'] !== null && summary.timeVerified === undefined) {
    return invalid('the time of the verification is none');
  }
  return summary;
}

/** The level in `SLSA_<TRACK>_LEVEL_<N>`; nothing for properties. */
export function levelIn(result: string): { readonly track: string; readonly level: number } | undefined {
  const [, track, level] = /^SLSA_([A-Z][A-Z_]*?)_LEVEL_(\d)$/.exec(result) ?? [];
  return track === undefined ? undefined : { track, level: Number(level) };
}

function trackOf(result: string): string | undefined {
  return /^SLSA_([A-Z][A-Z_]*?)_LEVEL_/.exec(result)?.[1];
}

function inputsOf(body: JsonObject): readonly ResourceDescriptor[] {
  const { inputAttestations: list } = body;
  return Array.isArray(list) ? list.slice(0, mostInputs).map((one) => descriptorOf(asObject(one) ?? {})) : [];
}

function descriptorOf(body: JsonObject): ResourceDescriptor {
  return { uri: asText(body['uri']), digests: asTextMap(body['digest']) };
}

function timeOf(value: unknown): Date | undefined {
  const text = asText(value) ?? '';
  if (text.length > 64 || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text)) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function invalid(why: string): ProvenanceRefusal {
  return refuseProvenance('summary-invalid', why);
}
