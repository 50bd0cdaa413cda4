import type { CliProcess } from '#cli/context.ts';
import type { Settings } from '#cli/settings.ts';
import type { PolicyDocument } from '#policy/policy.ts';

/** A kind of tests of policies. Each is one file, listed in `index.ts`. */
export interface TestKind {
  isTest(document: PolicyDocument): boolean;
  /** Whether a file of this name is a test also where only its folder was named. */
  isFound(fileName: string): boolean;
  /** Runs a test, with files and images beside it. @throws what keeps it from running at all */
  run(document: PolicyDocument, file: string, settings: Settings, io: CliProcess): Promise<readonly TestResult[]>;
}

/** What came of one case. */
export interface TestResult {
  readonly name: string;
  readonly passed: boolean;
  /** What was expected and what came, if that is not the same. */
  readonly difference?: string;
}
