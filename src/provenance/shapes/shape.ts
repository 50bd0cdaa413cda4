import type { Fact } from '#provenance/fact.ts';
import type { Build, BuildFields } from '#provenance/predicates/build.ts';

/** How one kind of builder fills provenance. Each is one file, listed in `index.ts`. */
export interface Shape {
  readonly name: ShapeName;
  /** How people call the builder. */
  readonly title: string;
  /** Parameters that are judged as facts, and so need no permission of their own (RFC 6901 pointers). */
  readonly judgedParameters: readonly string[];
  /** Whether several sources, and so repositories and commits, are normal. */
  readonly hasManySources?: boolean;
  /** Whether a build is of this kind. */
  holds(build: Build): boolean;
  /** What it says, the most telling first. */
  read(build: Build, fields: BuildFields): ShapeReading;
}

interface ShapeReading {
  readonly facts: readonly Fact[];
  /** What a reader should know of how far it can be relied on. */
  readonly notes: readonly string[];
}

/** The names of all shapes; a test compares them with the list. */
export const shapeNames = [
  'github',
  'slsa-github-generator',
  'buildkit',
  'tekton',
  'gitlab',
  'cloud-build',
  'git',
  'generic',
] as const;

type ShapeName = (typeof shapeNames)[number];
