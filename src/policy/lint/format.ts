import type { Tool } from '#documents/report.ts';
import type { SpokenLanguage } from '#policy/reasons/explain.ts';
import type { LintReport } from './lint.ts';

/** The names of all formats; the first is the default. */
export const lintFormatNames = ['text', 'json', 'sarif', 'github', 'gitlab'] as const;
type LintFormatName = (typeof lintFormatNames)[number];

/** One way to write what was found. Each is one file, listed in `formats/index.ts`. */
export interface LintFormat {
  readonly name: LintFormatName;
  write(report: LintReport, writing: LintWriting): string;
}

/** How it is written. */
interface LintWriting {
  readonly tool: Tool;
  readonly language: SpokenLanguage;
  readonly colour: boolean;
}
