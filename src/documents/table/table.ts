import type { ReportFormat, WriteOptions } from '#documents/format.ts';
import type { Report } from '#documents/report.ts';
import { findingLines } from './findings.ts';
import { gapLines } from './gaps.ts';
import { headLines } from './head.ts';
import { painter, type Paint } from './layout.ts';
import { upgradeLines } from './upgrades.ts';

/**
 * What a person sees first: what was looked at, whether all of it could be, what was found, what to do first, and the most
 * urgent findings. Lines are cut to the screen; everything is in the other formats.
 */
export const table: ReportFormat = {
  name: 'table',
  write(report, options) {
    const paint = painter(options.colour);
    const blocks = sections.map((section) => section(report, options, paint)).filter((lines) => lines.length > 0);
    return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  },
};

/** A part of the table; no lines where it has nothing to say. */
export type Section = (report: Report, options: WriteOptions, paint: Paint) => string[];

const sections: readonly Section[] = [headLines, gapLines, upgradeLines, findingLines];
