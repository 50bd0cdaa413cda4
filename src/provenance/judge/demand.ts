import type { Level, TrustedBuilder } from '#provenance/builders/trusted-builder.ts';
import type { FactName } from '#provenance/fact.ts';
import type { Provenance } from '#provenance/provenance.ts';
import { refuseProvenance, type ProvenanceCode, type ProvenanceRefusal } from '#provenance/refusal.ts';
import { shown } from '#provenance/shown.ts';
import type { ProvenanceSigner } from '#provenance/signer.ts';
import type { Pattern } from '#signatures/identity/pattern.ts';
import { certifiedFact, certifiesBuild } from './certificate.ts';
import { checkParameters, type AllowedParameter } from './parameters.ts';
import { isReleaseOf, tagIn } from './ref.ts';

/** What is demanded of how something was built. Everything that is named must hold. */
export interface ProvenanceDemand {
  /** Who is believed about which builder; `builders/well-known.ts` has some. */
  readonly trustedBuilders: readonly TrustedBuilder[];
  /** The lowest level that will do. */
  readonly level: Level;
  readonly builder?: Wanted;
  readonly buildType?: Wanted;
  /** `owner/name` on GitHub, `host/path` elsewhere, as in expected identities. */
  readonly repository?: Wanted;
  /** The full ref: `refs/heads/main`. */
  readonly ref?: Wanted;
  /** Exactly this tag. */
  readonly tag?: string;
  /** A version, of which as much is written as matters: `v1.2`. */
  readonly versionedTag?: string;
  readonly trigger?: Wanted;
  readonly runner?: Wanted;
  /** If named, even as an empty list, no other external parameters may be there. */
  readonly parameters?: readonly AllowedParameter[];
}

type Wanted = Pick<Pattern, 'written' | 'matches'>;

/** A refusal for everything that is demanded and does not hold; the level is looked at elsewhere. */
export function checkDemand(
  provenance: Provenance,
  signer: ProvenanceSigner | undefined,
  demand: ProvenanceDemand,
): readonly ProvenanceRefusal[] {
  const known = (name: FactName) => knownFacts(name, provenance, signer);
  const { builder, buildType, parameters, shape } = provenance;
  const refs = known('ref');
  const repositories = known('repository').map(shortRepository);
  const checks = [
    checkAll('builder-not-allowed', 'builder', filled(builder), demand.builder),
    checkAll('build-type-not-allowed', 'type of the build', filled(buildType), demand.buildType),
    checkAll('source-not-allowed', 'repository', repositories, demand.repository),
    checkAll('ref-not-allowed', 'branch or tag', refs, demand.ref),
    checkAll('tag-not-allowed', 'tag', refs, exactTag(demand.tag)),
    checkAll('tag-not-allowed', 'tag', refs, releaseTag(demand.versionedTag)),
    checkAll('trigger-not-allowed', 'trigger', known('trigger'), demand.trigger),
    checkAll('runner-not-allowed', 'runner', known('runner'), demand.runner),
    demand.parameters && checkParameters(parameters, demand.parameters, shape.judgedParameters),
  ];
  return checks.filter((refusal) => refusal !== undefined);
}

/** Everything that is known must do: one source more is a source that nobody wanted. */
function checkAll(
  code: ProvenanceCode,
  what: string,
  found: readonly string[],
  wanted: Wanted | undefined,
): ProvenanceRefusal | undefined {
  if (wanted === undefined) return undefined;
  if (found.length === 0) return refuseProvenance(code, `the ${what} is not known, and must be ${wanted.written}`);
  const wrong = found.find((value) => !wanted.matches(value));
  return wrong === undefined
    ? undefined
    : refuseProvenance(code, `the ${what} is ${shown(wrong)}, not ${wanted.written}`);
}

function exactTag(tag: string | undefined): Wanted | undefined {
  return tag === undefined ? undefined : { written: tag, matches: (ref) => tagIn(ref) === tag };
}

function releaseTag(version: string | undefined): Wanted | undefined {
  if (version === undefined) return undefined;
  return { written: `a release of ${version}`, matches: (ref) => isReleaseOf(tagIn(ref) ?? '', version) };
}

/** What the certificate says, if it says anything of builds; else what the provenance says, but for hearsay. */
function knownFacts(name: FactName, { facts }: Provenance, signer: ProvenanceSigner | undefined): readonly string[] {
  if (signer?.kind === 'certificate' && certifiesBuild(signer.identity)) {
    return filled(certifiedFact(signer.identity, name));
  }
  return facts.filter((fact) => fact.name === name && fact.isHint !== true).map(({ value }) => value);
}

function filled(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : [text];
}

/** As expected identities have it: GitHub's repositories go without their host. */
function shortRepository(repository: string): string {
  return repository.replace(/^https:\/\/(?:github\.com\/)?/, '');
}
