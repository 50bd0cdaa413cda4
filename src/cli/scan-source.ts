import type { Report } from '#documents/report.ts';
import { findFlaws } from '#findings/findings.ts';
import { openAdvisories } from './advisories.ts';
import type { CliProcess } from './context.ts';
import { createProgress } from './progress.ts';
import type { Settings } from './settings.ts';
import { openSubject } from './subject.ts';
import { tool } from './tool.ts';

/** Looks at a source and at all that is known about it. @throws every error of sources, images and advisories */
export async function scanSource(
  source: string,
  settings: Settings,
  { env, stderr }: Pick<CliProcess, 'env' | 'stderr'>,
): Promise<Report> {
  const progress = createProgress(stderr);
  const { subject, inventory } = await openSubject(source, settings, env, progress);
  const knowledge = await openAdvisories(inventory, settings, stderr, progress);
  try {
    const created = new Date().toISOString();
    const baseLayers = subject.base?.layers;
    const matched = findFlaws(inventory, knowledge, { baseLayers, now: created, staleAfter: settings.staleAfter });
    return { tool, created, subject, inventory, matched };
  } finally {
    knowledge.close();
  }
}
