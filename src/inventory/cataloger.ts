import type { RandomAccess } from '#kit/bytes.ts';
import type { PackageType } from './package.ts';

/**
 * Reads one kind of file that tells which packages an image has. A cataloger never touches the file system: the core walks the
 * layers, asks `wants` for every file, and hands over the content. The same file of the same layer is read once and the
 * answer is kept, so `read` must depend on nothing else.
 */
export interface Cataloger {
  readonly name: string;
  /** Whether to read this file. Called for every file of every layer, so it must be cheap. */
  wants(file: FileFacts): boolean;
  /**
   * Paths where a package manager keeps its database; those of folders end in `/`. They are found through links as well, so
   * that a database behind a link is not overlooked.
   */
  readonly databases?: readonly string[];
  /**
   * What the file says. Any bytes must give an answer: what cannot be understood is a problem in the answer, not an exception.
   */
  read(file: FileContent): Reading | Promise<Reading>;
}

/** What is known of a file before it is read. */
export interface FileFacts {
  /** Path from the root, without a leading slash. */
  readonly path: string;
  /** Length in bytes. */
  readonly size: number;
  /** What its first bytes are; of a link it is not known. */
  readonly nature: FileNature;
}

/** `elf`: a program or library; `script`: starts with `#!`; `zip`: also every jar. */
export type FileNature = 'elf' | 'script' | 'zip' | 'other' | 'unknown';

export interface FileContent extends FileFacts {
  readonly content: RandomAccess;
}

/** What one file says. */
export interface Reading {
  readonly packages?: readonly FoundPackage[];
  /** What the file adds to packages that another file of the same cataloger tells of. */
  readonly adds?: readonly Addition[];
  /** What the file says of the operating system. */
  readonly release?: ReleaseFacts;
  /** What could not be understood. The rest of the reading still counts. */
  readonly problems?: readonly string[];
}

/** A package as one file tells of it. */
export interface FoundPackage {
  readonly type: PackageType;
  readonly name: string;
  readonly version: string;
  /** The source package, with its version if that is not the package's own. */
  readonly source?: { readonly name: string; readonly version?: string };
  readonly architecture?: string;
  readonly licenses?: readonly string[];
  readonly isOwn?: boolean;
  readonly vendor?: string;
  readonly module?: string;
  /** As in `Package`. */
  readonly symbols?: string;
  /** Where inside the file it was found, for archives in archives: `BOOT-INF/lib/a.jar`. */
  readonly inside?: string;
  /** What other files of the same cataloger may call it: see {@link Addition}. */
  readonly keys?: readonly string[];
  /** Paths of files and folders from the root that belong to it; folders end in `/` and stand for all that is below. */
  readonly files?: readonly string[];
}

/** More about the packages that have this key. */
export interface Addition {
  readonly key: string;
  /** As in {@link FoundPackage.files}. */
  readonly files?: readonly string[];
  readonly licenses?: readonly string[];
}

/** Pieces from which the distribution is recognised; the field names are those of os-release(5). */
export interface ReleaseFacts {
  readonly id?: string;
  readonly idLike?: readonly string[];
  readonly versionId?: string;
  readonly codename?: string;
  readonly prettyName?: string;
  /** The CPE that some distributions name themselves by. */
  readonly cpe?: string;
  /** Branches of the package repositories that are configured, `v3.20` or `edge`. */
  readonly repositories?: readonly string[];
}
