import type { JsonObject } from '#kit/narrow.ts';
import type { Reference } from '#image/reference.ts';
import type { VerificationKey } from '#signatures/keys/verification-key.ts';
import type { TrustRoot } from '#signatures/trust/trust-root.ts';
import type { Evidence } from './evidence/evidence.ts';

/** What a policy may ask of the world while it decides. The edge provides it, and bounds it. */
export interface Surroundings {
  readonly now: Date;
  /**
   * What is known of an image. The same reference gives the same evidence throughout one question, so that all rules judge the
   * same bytes.
   */
  evidenceOf(reference: Reference): Evidence;
  /** Whom to believe about certificates, unless the policy says otherwise. @throws `tuf-…`, `trust-root-invalid` */
  trustRoot(): Promise<TrustRoot>;
  /**
   * A public key that a policy names: PEM text, or `SCHEME://…` of a key service. Never a URL or a path of its choice: names of
   * files are looked up in the folder of keys alone. @throws `key-…`
   */
  key(written: string): Promise<VerificationKey>;
  readonly resources: Resources;
  /**
   * When each of these was first seen here; what is new is seen now, and remembered. One that is missing in the answer is one
   * whose first sight cannot be known; where nothing is remembered, that is all.
   */
  readonly firstSeen?: (things: readonly string[]) => Promise<ReadonlyMap<string, Date>>;
}

/** Objects of the cluster that policies may read; on the command line those of the files that were given. */
export interface Resources {
  /** One object, or nothing if there is none. @throws `resource-unavailable` where it cannot be asked: never an empty answer */
  get(wanted: ResourceName): Promise<JsonObject | undefined>;
  /** All objects of a kind, in a namespace or in all. @throws `resource-unavailable` */
  list(wanted: Omit<ResourceName, 'name'>): Promise<readonly JsonObject[]>;
}

export interface ResourceName {
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** A world without objects, for where nobody has any. */
export const noResources: Resources = {
  get: () => Promise.resolve(undefined),
  list: () => Promise.resolve([]),
};
