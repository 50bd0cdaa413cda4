import type { JsonObject } from '#kit/narrow.ts';
import type { ProvenanceRefusal } from '#provenance/refusal.ts';

/** What all versions of SLSA provenance say, in the words of version 1; what it means depends on the type of build. */
export interface Build {
  readonly version: SlsaVersion;
  readonly buildType: string;
  /** Who has built; empty where nobody is named. */
  readonly builder: string;
  /** Parameters that somebody outside the builder has chosen. */
  readonly external: JsonObject;
  /** Parameters that the builder has chosen. */
  readonly internal: JsonObject;
  /** Where the build was defined; a field of its own before version 1. */
  readonly config?: ConfigSource;
  readonly materials: readonly Material[];
  readonly invocation?: string;
  /** As they are written, which may be no times. */
  readonly startedOn?: string;
  readonly finishedOn?: string;
  readonly metadata: JsonObject;
}

export type SlsaVersion = '0.1' | '0.2' | '1';

interface ConfigSource {
  readonly uri: string;
  readonly digests: Readonly<Record<string, string>>;
  readonly entryPoint: string;
}

/** Something that went into the build. */
export interface Material {
  readonly name?: string;
  readonly uri: string;
  /** Hexadecimal digests by algorithm. */
  readonly digests: Readonly<Record<string, string>>;
}

/** A version of the predicate. Each is one file, listed in `index.ts`. */
export interface PredicateVersion {
  readonly version: SlsaVersion;
  /** The predicate types of statements that hold it. */
  readonly types: readonly string[];
  /** The fields, by their own names, for whoever points at them. */
  readonly fields: BuildFields;
  read(predicate: JsonObject): Build | ProvenanceRefusal;
}

/** How a version calls what a {@link Build} has. */
export interface BuildFields {
  readonly builder: string;
  readonly external: string;
  readonly internal: string;
  readonly config: string;
  readonly materials: string;
  readonly metadata: string;
  readonly invocation: string;
}
