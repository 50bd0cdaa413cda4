import type { Material } from '#provenance/predicates/build.ts';
import type { Predicate } from '#signatures/sign/predicate.ts';
import { anywhere } from './anywhere.ts';
import { filled, type BuildFacts, type DescribedBuild, type Variables } from './environment.ts';
import { buildEnvironments } from './index.ts';

/**
 * Writes provenance of SLSA 1 for what is being built here. Of the environment only the variables that its kind names are read, and
 * addresses lose their credentials, so no secret gets in but what {@link BuildFacts.parameters} brings.
 *
 * @throws `predicate-invalid` where the environment does not say enough
 */
export function writeProvenance(environment: Variables, facts: BuildFacts, now: () => Date): Predicate {
  const kind = buildEnvironments.find((one) => one.isHere(environment)) ?? anywhere;
  const variables = Object.fromEntries(kind.variables.map((name) => [name, environment[name]]));
  const content = predicateOf(kind.describe(variables, facts), facts, now());
  return { type: 'https://slsa.dev/provenance/v1', content };
}

function predicateOf(build: DescribedBuild, facts: BuildFacts, now: Date): object {
  const started = facts.startedOn ?? build.startedOn;
  const materials = [build.source, ...(facts.materials ?? [])];
  return withoutCredentials({
    buildDefinition: {
      buildType: build.buildType,
      externalParameters: build.externalParameters,
      internalParameters: build.internalParameters ?? {},
      resolvedDependencies: materials.map(descriptorOf),
    },
    runDetails: {
      builder: { id: build.builder },
      metadata: filled({
        invocationId: facts.invocation ?? build.invocation,
        // The clock that says when it was started may be ahead of this one.
        startedOn: started === undefined || started > now ? undefined : started.toISOString(),
        finishedOn: now.toISOString(),
      }),
    },
  });
}

function descriptorOf({ name, uri, digests }: Material): object {
  return filled({ name, uri, digest: digests });
}

/** The same with no user and password in any address; they are never needed to say where something is. */
function withoutCredentials(predicate: object): object {
  const clean = (_key: string, value: unknown) =>
    typeof value === 'string' ? value.replaceAll(/([a-z][a-z+.-]{0,20}:\/\/)(?:[^\s/@?#]*@)+/gi, '$1') : value;
  return JSON.parse(JSON.stringify(predicate, clean)) as object;
}
