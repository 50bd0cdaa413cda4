import type { CliProcess, Output } from '#cli/context.ts';
import { createProgress, type Progress } from '#cli/progress.ts';
import type { Settings } from '#cli/settings.ts';
import { tool } from '#cli/tool.ts';
import type { Report } from '#documents/report.ts';
import { findFlaws } from '#findings/findings.ts';
import type { Image } from '#image/image.ts';
import { openAdvisories } from './advisories.ts';
import { openSubject, readSubject, type OpenedSubject } from './subject.ts';

/** Looks at a source and at all that is known about it. @throws every error of sources, images and advisories */
export async function scanSource(
  source: string,
  settings: Settings,
  { env, stderr }: Pick<CliProcess, 'env' | 'stderr'>,
): Promise<Report> {
  const progress = createProgress(stderr);
  return reportOn(await openSubject(source, settings, env, progress), settings, stderr, progress);
}

/** The same for an image that is open, and is closed then. */
export async function scanImage(image: Image, settings: Settings, stderr: Output): Promise<Report> {
  const progress = createProgress(stderr);
  return reportOn(await readSubject(image, settings, progress), settings, stderr, progress);
}

async function reportOn(
  { subject, inventory }: OpenedSubject,
  settings: Settings,
  stderr: Output,
  progress: Progress,
): Promise<Report> {
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
