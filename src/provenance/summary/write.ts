import type { Level } from '#provenance/builders/trusted-builder.ts';
import type { Predicate } from '#signatures/sign/predicate.ts';
import { summaryType, type ResourceDescriptor } from './summary.ts';

/** What was verified, for others who believe us. */
export interface Verified {
  /** Who has verified: a URI that goes with whoever signs it. */
  readonly verifier: string;
  /** Of the tools, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** Where one gets the artifact: `registry.example/team/shop@sha256:…`. */
  readonly resourceUri: string;
  readonly policy: ResourceDescriptor;
  /** All that was looked at, each with its digest; left out if it is not known. */
  readonly inputs?: readonly ResourceDescriptor[];
  /** The level of a verdict that accepts; nothing if it refuses. */
  readonly level: Level | undefined;
  /** Other properties that were verified; names that begin with `SLSA_` are not ours to give. */
  readonly properties?: readonly string[];
}

/** Writes the summary of a verification (SLSA 1.2, "Verification Summary Attestation"), which failed where there is no level. */
export function writeSummary(verified: Verified, now: () => Date): Predicate {
  const { verifier, versions, resourceUri, policy, inputs, level, properties = [] } = verified;
  const passed = [`SLSA_BUILD_LEVEL_${level}`, ...properties.filter((name) => !name.startsWith('SLSA_'))];
  const content = {
    verifier: { id: verifier, version: versions },
    timeVerified: now().toISOString(),
    resourceUri,
    policy: descriptorOf(policy),
    ...(inputs === undefined ? {} : { inputAttestations: inputs.map(descriptorOf) }),
    verificationResult: level === undefined ? 'FAILED' : 'PASSED',
    verifiedLevels: level === undefined ? ['FAILED'] : [...new Set(passed)],
    slsaVersion: '1.2',
  };
  return { type: summaryType, content };
}

function descriptorOf({ uri, digests }: ResourceDescriptor): object {
  const digest = Object.keys(digests).length === 0 ? {} : { digest: digests };
  return uri === undefined ? digest : { uri, ...digest };
}
