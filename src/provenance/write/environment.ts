import type { JsonObject } from '#kit/narrow.ts';
import type { Material } from '#provenance/predicates/build.ts';
import { signatureError } from '#signatures/errors.ts';

/** Where a build runs, and what is known there of it. Each is one file, listed in `index.ts`. */
export interface BuildEnvironment {
  readonly name: string;
  /** The variables that it reads. No others ever reach it, so no secret of the environment gets into what is written. */
  readonly variables: readonly string[];
  isHere(variables: Variables): boolean;
  describe(variables: Variables, facts: BuildFacts): DescribedBuild;
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** What the environment cannot know, or not as well as whoever builds. */
export interface BuildFacts {
  /**
   * The id of the builder. In GitHub Actions, when a reusable workflow signs, it is that one: the address of the server and the
   * claim `job_workflow_ref` of the identity token, which no variable holds.
   */
  readonly builder?: string;
  /** Needed where no CI system says it. */
  readonly source?: { readonly repository: string; readonly commit: string; readonly ref?: string };
  /** What was chosen for this build. It is written as it is: leave secrets out. */
  readonly parameters?: JsonObject;
  /** What else went in, such as base images. */
  readonly materials?: readonly Material[];
  readonly startedOn?: Date;
  readonly invocation?: string;
}

/** A build as one kind of environment describes it. */
export interface DescribedBuild {
  readonly buildType: string;
  readonly externalParameters: JsonObject;
  readonly internalParameters?: JsonObject;
  readonly source: Material;
  readonly builder: string;
  readonly invocation?: string;
  readonly startedOn?: Date;
}

/** The value of a variable that must be there. @throws `predicate-invalid` */
export function need(variables: Variables, name: string): string {
  const value = variables[name];
  if (value !== undefined && value !== '') return value;
  throw signatureError('predicate-invalid', `provenance cannot be written here: ${name} is not set`, {
    hint: 'run it in the job that builds, or name a document: --predicate FILE',
  });
}

/** An object without its empty fields. */
export function filled(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== ''));
}
