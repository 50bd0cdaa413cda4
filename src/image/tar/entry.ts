/** One entry of a tar archive. */
export interface TarEntry {
  /** Path from the root, without a leading slash, `.` or `..`; empty for the root itself. */
  readonly path: string;
  readonly kind: TarKind;
  /** Length of a file's content in bytes, holes included; 0 for everything else. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Where the content starts, in bytes from the start of the archive. */
  readonly offset: number;
  /** Where a link points: as stored for a symbolic link, a path from the root for a hard link. */
  readonly target: string;
}

export type TarKind = 'file' | 'directory' | 'symlink' | 'hardlink' | 'device';

/** Takes the content of one file, piece by piece. The pieces are not changed afterwards, and may be kept. */
export interface ContentSink {
  write(bytes: Buffer): void;
  /** Called after the last byte; the next entry waits for it. */
  end(): Promise<void> | void;
}
