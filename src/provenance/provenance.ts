import { asObject, type JsonObject } from '#kit/narrow.ts';
import type { Statement } from '#signatures/statement.ts';
import type { Fact, FactName } from './fact.ts';
import type { Build, Material, SlsaVersion } from './predicates/build.ts';
import { predicateVersions, provenanceTypes } from './predicates/index.ts';
import { isProvenanceRefusal, refuseProvenance, type ProvenanceRefusal } from './refusal.ts';
import { generic } from './shapes/generic.ts';
import { shapes } from './shapes/index.ts';
import type { Shape } from './shapes/shape.ts';
import { isOfHonestSize } from './size.ts';

/** How something was built, whoever wrote it down and in which version. All of it is a claim until it was judged. */
export interface Provenance {
  readonly version: SlsaVersion;
  readonly shape: Shape;
  readonly buildType: string;
  /** Who has built; empty where nobody is named. */
  readonly builder: string;
  readonly source?: Source;
  /** The file in the source, or elsewhere, that says how to build. */
  readonly workflow?: string;
  /** The event on which it was built, as the forge calls it. */
  readonly trigger?: string;
  /** `github-hosted`, `self-hosted`, `google-hosted`. */
  readonly runner?: string;
  /** What somebody outside the builder has chosen. */
  readonly parameters: JsonObject;
  /** What the builder has chosen, and where it ran. */
  readonly environment: JsonObject;
  readonly materials: readonly Material[];
  readonly startedOn?: Date;
  readonly finishedOn?: Date;
  readonly invocation?: string;
  /** Everything that is said of the build, wherever it is said. */
  readonly facts: readonly Fact[];
  /** What a reader should know of how far it can be relied on. */
  readonly notes: readonly string[];
}

interface Source {
  /** `https://HOST/PATH`, or what is said instead of an address. */
  readonly repository: string;
  readonly commit?: string;
  readonly ref?: string;
}

/** Longer addresses and names are not honest. */
const longestText = 8192;
const mostFacts = 1000;

/** Reads SLSA provenance of any version and shape. Any JSON gives provenance or a refusal. */
export function readProvenance({
  predicateType,
  predicate,
}: Pick<Statement, 'predicateType' | 'predicate'>): Provenance | ProvenanceRefusal {
  const version = predicateVersions.find(({ types }) => types.includes(predicateType));
  if (version === undefined) return refuseType(predicateType);
  if (!isOfHonestSize(predicate)) return refuseProvenance('provenance-too-large', 'it is larger than any honest build');
  const body = asObject(predicate);
  if (body === undefined) return refuseProvenance('provenance-invalid', 'the predicate is not an object');
  const build = version.read(body);
  if (isProvenanceRefusal(build)) return build;
  const shape = shapes.find((one) => one.holds(build)) ?? generic;
  const { facts, notes } = shape.read(build, version.fields);
  return checkTexts(build, facts) ?? normalize(build, shape, facts, notes);
}

function refuseType(predicateType: string): ProvenanceRefusal {
  const shown = predicateType.slice(0, 200);
  if (!predicateType.startsWith('https://slsa.dev/provenance/')) {
    return refuseProvenance('provenance-type', `it is no provenance but ${shown}`);
  }
  return refuseProvenance('provenance-version', `${shown} is none of ${provenanceTypes.join(', ')}`);
}

function checkTexts(build: Build, facts: readonly Fact[]): ProvenanceRefusal | undefined {
  const { buildType, builder, invocation = '', materials } = build;
  const texts = [
    buildType,
    builder,
    invocation,
    ...facts.map(({ value }) => value),
    ...materials.flatMap(({ name = '', uri, digests }) => [name, uri, ...Object.values(digests)]),
  ];
  if (facts.length > mostFacts) return refuseProvenance('provenance-too-large', `it names ${facts.length} sources`);
  return texts.some((text) => text.length > longestText)
    ? refuseProvenance('provenance-too-large', `it has names of more than ${longestText} characters`)
    : undefined;
}

function normalize(build: Build, shape: Shape, facts: readonly Fact[], notes: readonly string[]): Provenance {
  const first = (name: FactName) => facts.find((fact) => fact.name === name)?.value;
  const repository = first('repository');
  const times = [build.startedOn, build.finishedOn].map(timeOf);
  const unread = [build.startedOn, build.finishedOn].filter((text) => text !== undefined && timeOf(text) === undefined);
  return {
    version: build.version,
    shape,
    buildType: build.buildType,
    builder: build.builder,
    source: repository === undefined ? undefined : { repository, commit: first('commit'), ref: first('ref') },
    workflow: first('workflow') ?? workflowIn(first('workflowUri')),
    trigger: first('trigger'),
    runner: first('runner'),
    parameters: build.external,
    environment: build.internal,
    materials: build.materials,
    startedOn: times[0],
    finishedOn: times[1],
    invocation: build.invocation,
    facts,
    notes: unread.length === 0 ? notes : [...notes, 'it has times that are none'],
  };
}

/** The file in `https://HOST/OWNER/NAME/PATH@REF`. */
function workflowIn(uri: string | undefined): string | undefined {
  return /^https:\/\/[^/]+\/[^/]+\/[^/]+\/([^@]+)@/.exec(uri ?? '')?.[1];
}

/** RFC 3339, as in-toto writes times; also before 1970 and with any number of digits. */
function timeOf(text: string | undefined): Date | undefined {
  if (text === undefined || text.length > 64 || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text)) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
