import type { JsonObject } from '#kit/narrow.ts';
import type { ImagePath } from '#policy/workloads/image-path.ts';
import type { ObjectImage } from '#policy/workloads/images-of-object.ts';
import type { Position } from './positions.ts';
import type { ManifestGap, ManifestReference, ManifestVariable } from './reference.ts';
import type { ManifestSource } from './source.ts';

/** The formats of files that name images, in the order in which they are asked. */
export const manifestFormatNames = [
  'kubernetes',
  'kustomization',
  'helm-values',
  'compose',
  'github-actions',
  'gitlab-ci',
  'ecs',
  'nomad',
  'dockerfile',
] as const;
export type ManifestFormatName = (typeof manifestFormatNames)[number];

/** A format of files that name images. */
export interface ManifestFormat {
  readonly name: ManifestFormatName;
  /** Whether a file is one of these, by its path or its content. Several formats may claim a file. */
  fits(source: ManifestSource): boolean;
  /** Reads what the file names. Any file gives an answer: what is not understood is a gap. */
  read(source: ManifestSource, options: ReadingOptions): ManifestReading;
}

export interface ReadingOptions {
  /** Where kinds that are not Kubernetes' own have images. */
  readonly imagePaths?: readonly ImagePath[];
}

export interface ManifestReading {
  readonly references: readonly ManifestReference[];
  readonly gaps: readonly ManifestGap[];
  /** Variables whose values stand in the file. */
  readonly variables?: readonly ManifestVariable[];
  /** The objects of Kubernetes that are in the file. */
  readonly objects?: readonly ManifestObject[];
}

/** An object of Kubernetes in a file. */
export interface ManifestObject {
  readonly object: JsonObject;
  /** `Deployment/web` */
  readonly place: string;
  /** The images that it names, also those of kinds that are known by their shape alone. */
  readonly images: readonly ObjectImage[];
  /** Where a value of the object stands in the file; behind what is not there, where the object does. */
  positionOf(pointer: string): Position;
}
