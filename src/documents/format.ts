import type { Inventory } from '#inventory/inventory.ts';
import type { Report, Tool } from './report.ts';
import type { SbomSubject } from './sbom-subject.ts';

/** One way to write a report. Each is one file or folder, listed in `index.ts`. */
export interface ReportFormat {
  /** What it is called on the command line. */
  readonly name: string;
  /** The document, ending in a line break. */
  write(report: Report, options: WriteOptions): string;
}

/** One way to write what is in an image. The same inventory gives the same bytes. */
export interface SbomFormat {
  readonly name: string;
  write(subject: SbomSubject, inventory: Inventory, tool: Tool): string;
}

export interface WriteOptions {
  /** Characters a line may have; nothing where lines are not for a screen. */
  readonly width?: number;
  readonly colour: boolean;
  /** Everything, where a person would be shown the most important part. */
  readonly all: boolean;
}
