import { isTrustedSigner, speaksFor, type Level, type TrustedBuilder } from '#provenance/builders/trusted-builder.ts';
import type { Provenance } from '#provenance/provenance.ts';
import { shown } from '#provenance/shown.ts';
import { describeSigner, type ProvenanceSigner } from '#provenance/signer.ts';
import type { CertificateIdentity } from '#signatures/identity/certificate-identity.ts';

/** One thing that a level needs, whether it is so, and by what that is known. */
export interface LevelStep {
  /** The level that is not reached without it. */
  readonly level: 1 | 2 | 3;
  readonly held: boolean;
  /** What is so, or what is missing. */
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
}

interface Evidence {
  /** A field of the provenance, a claim of the certificate, or an entry of the map of trusted builders. */
  readonly at: string;
  readonly value: string;
}

export interface ComputedLevel {
  readonly level: Level;
  /** The entry of the map that grants it. */
  readonly builder?: TrustedBuilder;
  readonly steps: readonly LevelStep[];
}

/** The level of provenance that was read, is about the artifact, and contradicts neither itself nor a certificate. */
export function computeLevel(
  provenance: Provenance,
  signer: ProvenanceSigner | undefined,
  trusted: readonly TrustedBuilder[],
): ComputedLevel {
  const read = readStep(provenance);
  if (signer === undefined) return levelOf([read, unsignedStep]);
  const granted = trusted
    .filter((entry) => speaksFor(entry, signer, provenance.builder))
    .map((entry) => ({ entry, computed: levelOf([read, ...entrySteps(entry, provenance, signer)], entry) }));
  // Of several entries the one that takes it furthest; else the one that would, because that says what is missing.
  const [best] = granted.toSorted((a, b) => b.computed.level - a.computed.level || b.entry.level - a.entry.level);
  return best?.computed ?? levelOf([read, strangerStep(provenance, signer, trusted)]);
}

/** The level below the lowest that something is missing for. */
function levelOf(steps: readonly LevelStep[], builder?: TrustedBuilder): ComputedLevel {
  const missing = steps.filter(({ held }) => !held).map(({ level }) => level);
  const level = missing.includes(1) ? 0 : missing.includes(2) ? 1 : missing.includes(3) ? 2 : 3;
  return { level, builder, steps };
}

function readStep({ version, shape, buildType }: Provenance): LevelStep {
  return {
    level: 1,
    held: true,
    sentence: `There is provenance for this very digest, and it can be read: SLSA ${version}, ${shape.title}.`,
    evidence: [{ at: 'buildType', value: buildType }],
  };
}

const unsignedStep: LevelStep = {
  level: 2,
  held: false,
  sentence: 'Nobody has signed it, so anyone may have written it.',
  evidence: [],
};

function strangerStep(
  { builder }: Provenance,
  signer: ProvenanceSigner,
  trusted: readonly TrustedBuilder[],
): LevelStep {
  const isKnown = trusted.some((entry) => isTrustedSigner(entry.signer, signer));
  const named = builder === '' ? 'a builder that it does not name' : `the builder ${shown(builder)}`;
  const sentence = isKnown
    ? `It is signed by ${describeSigner(signer)}, who is trusted, but not to speak for ${named}.`
    : `It is signed by ${describeSigner(signer)}, who is nobody in the map of trusted builders.`;
  return { level: 2, held: false, sentence, evidence: [{ at: 'builder', value: builder }] };
}

function entrySteps(entry: TrustedBuilder, { builder }: Provenance, signer: ProvenanceSigner): readonly LevelStep[] {
  const { name, level, why } = entry;
  const granted = { at: `trusted builder ${name}`, value: `level ${level}: ${why}` };
  const isTrusted: LevelStep = {
    level: 2,
    held: level >= 2,
    sentence: `It is signed by ${describeSigner(signer)}, who may ${level >= 2 ? 'speak for this builder' : 'claim level 1 only'}.`,
    evidence: [{ at: 'builder', value: builder }, granted],
  };
  if (level === 3) return [isTrusted, hostedStep(entry, signer), isolatedStep(entry, signer)];
  const sentence = `The map of trusted builders lets ${name} claim level ${level} at most.`;
  return [isTrusted, { level: 3, held: false, sentence, evidence: [granted] }];
}

const hostedRunners: readonly string[] = ['github-hosted', 'gitlab-hosted'];

/** That no machine of the user's own has built. Only the certificate, or a signer that is the platform, can know. */
function hostedStep({ isolation, name, why }: TrustedBuilder, signer: ProvenanceSigner): LevelStep {
  const runner = signer.kind === 'certificate' ? signer.identity.claims.runner : undefined;
  if (runner === undefined) {
    const held = isolation === 'platform';
    const sentence = held
      ? 'The platform signs for its own workers only.'
      : 'Nobody certifies what kind of runner has built it.';
    return { level: 3, held, sentence, evidence: held ? [{ at: `trusted builder ${name}`, value: why }] : [] };
  }
  const held = hostedRunners.includes(runner);
  const sentence = held
    ? 'It was built on a runner of the forge.'
    : "It was built on a runner of the user's own, who may have reached into the build.";
  return { level: 3, held, sentence, evidence: [{ at: 'certificate: runner', value: runner }] };
}

/** That users cannot sign whatever they like. */
function isolatedStep({ isolation, name, why }: TrustedBuilder, signer: ProvenanceSigner): LevelStep {
  if (isolation === 'platform') {
    const evidence = [{ at: `trusted builder ${name}`, value: why }];
    return { level: 3, held: true, sentence: 'The platform signs with what no build can reach.', evidence };
  }
  if (isolation === 'workflow' && signer.kind === 'certificate') return reusableStep(signer.identity);
  const sentence = 'Nothing shows that the signer is out of reach of what was built.';
  return { level: 3, held: false, sentence, evidence: [] };
}

/** GitHub certifies both the workflow that was started and the reusable one that has signed. */
function reusableStep({ claims, names }: CertificateIdentity): LevelStep {
  const signed = claims.buildSignerUri ?? names.find(({ kind }) => kind === 'uri')?.value;
  const started = claims.workflowUri;
  const held = signed !== undefined && started !== undefined && fileOf(signed) !== fileOf(started);
  const sentence = held
    ? "A reusable workflow has signed, in a job of its own that the user's workflow cannot reach into."
    : started === undefined
      ? 'Nobody certifies which workflow was started, and so whether it was another one that signed.'
      : 'The workflow that was started has signed for itself, and its author could write anything.';
  const evidence = [
    { at: 'certificate: build signer', value: signed ?? '' },
    { at: 'certificate: workflow', value: started ?? '' },
  ];
  return { level: 3, held, sentence, evidence };
}

/** A workflow without its ref: the same file on another branch is still the user's. */
function fileOf(uri: string): string | undefined {
  return uri.split('@', 1)[0];
}
