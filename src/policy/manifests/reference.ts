/** An image or an action that a file names. */
export interface ManifestReference {
  readonly kind: 'image' | 'action';
  /** What is named, as the tool that reads the file puts it together; not checked. */
  readonly text: string;
  /** Where it is written, without quotes: UTF-16 code units from the start of the text. */
  readonly start: number;
  readonly end: number;
  /** From 1; columns in UTF-16 code units. */
  readonly line: number;
  readonly column: number;
  /** What uses it, for a person: `Deployment/web container app`. */
  readonly place: string;
  /** Where its digest stands or goes. */
  readonly slot: Slot;
}

/** Where a file has room for the digest of a reference. */
export type Slot =
  /** At the end of the written text, behind an `@`. */
  | { readonly kind: 'suffix' }
  /** In a field of its own, which is there; `bare` if it takes the hexadecimal part alone. */
  | { readonly kind: 'field'; readonly start: number; readonly end: number; readonly bare?: true }
  /** In a field of its own, which is yet to be written: `before`, the digest, `after`. */
  | { readonly kind: 'new-field'; readonly at: number; readonly before: string; readonly after: string }
  /** In place of the tag or branch of an action; what it stood for goes into a comment. */
  | { readonly kind: 'commit'; readonly comment?: { readonly start: number; readonly end: number } }
  /** Nowhere: pinning would break what the file means. */
  | { readonly kind: 'none'; readonly why: string };

/** A variable that a file gives a container or a build, with its value. */
export interface ManifestVariable {
  readonly name: string;
  readonly value: string;
  readonly line: number;
  readonly column: number;
  readonly place: string;
}

/** What in a file may name images and could not be read. */
export interface ManifestGap {
  readonly code: GapCode;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly place: string;
}

/** Why something was not read. */
export type GapCode =
  /** It is put together by variables or templates when it is used. */
  | 'template'
  /** Another file is brought in that is not here. */
  | 'include'
  /** Part of the reference is said elsewhere. */
  | 'elsewhere'
  /** The file is not what its format promises, or beyond the bounds. */
  | 'unreadable';
