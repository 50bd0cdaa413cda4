import { asText } from '#kit/narrow.ts';

/** Something that provenance says of a build, and where it says so. The same is often said in several places, and all count. */
export interface Fact {
  readonly name: FactName;
  readonly value: string;
  /** The field, from the predicate on: `buildDefinition.externalParameters.workflow.ref`. */
  readonly at: string;
  /** Whoever wrote it down has not seen it itself, but was told by the user who built. */
  readonly isHint?: boolean;
}

export type FactName =
  /** The repository of the source as `https://HOST/PATH`. */
  | 'repository'
  | 'commit'
  /** `refs/heads/main`, or as much of it as is said. */
  | 'ref'
  /** The file of the workflow within its repository. */
  | 'workflow'
  /** The same with its repository and ref, as certificates have it: `https://HOST/OWNER/NAME/PATH@REF`. */
  | 'workflowUri'
  | 'workflowCommit'
  | 'trigger'
  | 'runner'
  /** The address of the run, or its number, or its number and attempt as `4711-1`. */
  | 'run'
  | 'repositoryId'
  | 'ownerId'
  /** The builder, where it is a workflow that signs for itself. */
  | 'builder';

/** A name, what was found for it, and where. */
export type Found = readonly [name: FactName, value: unknown, at: string];

/** What was found and is not empty. Numbers are read too, because ids are written both ways. */
export function factsOf(found: readonly Found[]): readonly Fact[] {
  return found.flatMap(([name, value, at]) => {
    const text = asText(value) ?? (Number.isSafeInteger(value) ? String(value) : '');
    return text === '' ? [] : [{ name, value: text, at }];
  });
}
