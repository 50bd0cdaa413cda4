import type { MessagePort } from 'node:worker_threads';
import type { WireError } from './chunk-port.ts';

/** What a worker is asked to read. */
export interface LayerJob {
  readonly id: number;
  readonly content: TarJob | FolderJob;
  /** Read only these files, and as if they lay elsewhere: by the path of the entry, the path that a link gives it. */
  readonly only?: Readonly<Record<string, string>>;
}

/** A layer whose bytes come through the port, as they are stored; whoever sends them checks them. */
interface TarJob {
  readonly kind: 'tar';
  readonly bytes: MessagePort;
  readonly storedSize: number;
}

interface FolderJob {
  readonly kind: 'folder';
  readonly path: string;
}

/** What a worker answers: the JSON of `LayerContents`, or what went wrong. */
export type LayerAnswer =
  | { readonly id: number; readonly contents: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly error: WireError };
