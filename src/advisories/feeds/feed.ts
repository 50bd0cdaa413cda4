import type { SnapshotFacts, SnapshotWriter } from '#advisories/store/snapshot.ts';
import type { FeedSource } from './source.ts';

/** One kind of publisher. Each is one file or folder, listed in `index.ts`. */
export interface Feed {
  readonly name: FeedName;
  /** Where it is published. */
  readonly home: string;
  /** The parts that a folder offers: ecosystems, branches; `['']` for a feed that has no parts but is there; none if it is not. */
  partsIn(names: readonly string[], source: FeedSource): Promise<readonly string[]> | readonly string[];
  /**
   * Brings a snapshot of one part up to date.
   * @returns what is new, or `unchanged` if the source has nothing newer than `previous`
   * @throws `feed-not-found`, `feed-unreachable`, `feed-invalid`, `feed-too-large`
   */
  update(request: FeedRequest): Promise<FeedUpdate>;
}

/** The names of all feeds; a test compares them with the list. */
export const feedNames = ['osv', 'debian-tracker', 'alpine-secdb', 'kev', 'epss'] as const;

export type FeedName = (typeof feedNames)[number];

export interface FeedRequest {
  readonly part: string;
  readonly source: FeedSource;
  readonly previous?: PreviousSnapshot;
  /** Told how far it is. */
  readonly progress: (bytes: number, of: number | undefined, records: number) => void;
}

/** What there is already, from the same source. */
export interface PreviousSnapshot {
  readonly facts: SnapshotFacts;
  /** When this record was last changed, if it is there. */
  modifiedOf(record: string): string | undefined;
}

export type FeedUpdate =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'changed';
      /** Whether `write` wants a copy of the previous snapshot to change, rather than an empty one. */
      readonly startsFrom: 'previous' | 'nothing';
      readonly write: (writer: SnapshotWriter) => Promise<WrittenFacts>;
    };

export type WrittenFacts = Pick<SnapshotFacts, 'etag' | 'newest'>;
