import type { Digest } from '#kit/digest.ts';
import type { JsonObject } from '#kit/narrow.ts';
import type { ImageConfig } from '#image/config.ts';
import type { Index, Manifest } from '#image/manifest.ts';
import type { Reference } from '#image/reference.ts';
import type { Report } from '#documents/report.ts';
import type { Stored } from '#signatures/storage/stored.ts';

/**
 * All that can be known of one image, gathered when it is asked for and not before: a policy that needs no layers reads none.
 * Each part is fetched once, however many rules ask. What cannot be had is thrown, because it is unknown and not absent.
 */
export interface Evidence {
  /** What was asked for, in canonical form. */
  readonly reference: Reference;
  /** The digest that the reference means now: of an index, where it is one. */
  resolve(): Promise<Resolved>;
  /** What an image of the wanted platform says of itself. */
  describe(): Promise<Described>;
  /**
   * Everything beside the image that says to vouch for it, not yet judged.
   * @param repository where else it is kept, as `host/path`; beside the image by default
   */
  stored(repository?: string): Promise<readonly Stored[]>;
  /** What is in it and known about it. */
  scan(): Promise<Report>;
}

export interface Resolved {
  readonly digest: Digest;
  readonly isIndex: boolean;
}

/** The documents of an image, checked against their digests. */
export interface Described {
  readonly manifest: Manifest;
  readonly config: ImageConfig;
  /** The index that it was reached through. */
  readonly index?: Index;
  /** The same as they are, for languages that can name any field. */
  readonly raw: { readonly manifest: JsonObject; readonly config: JsonObject; readonly index?: JsonObject };
}
