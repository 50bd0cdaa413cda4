import type { ReportFormat, SbomFormat } from './format.ts';

/** Every way to write a report; loaded when it is asked for. To add one, write its file and name it here. */
const reports: Readonly<Record<string, () => Promise<ReportFormat>>> = {
  table: async () => (await import('./table/table.ts')).table,
  json: async () => (await import('./json.ts')).json,
  'cyclonedx-json': async () => (await import('./cyclonedx/report.ts')).cyclonedxReport,
  sarif: async () => (await import('./sarif/report.ts')).sarif,
};

/** Every way to write what is in an image. */
const sboms: Readonly<Record<string, () => Promise<SbomFormat>>> = {
  'cyclonedx-json': async () => (await import('./cyclonedx/sbom.ts')).cyclonedxSbom,
  'spdx-json': async () => (await import('./spdx/sbom.ts')).spdxSbom,
};

export const reportFormatNames: readonly string[] = Object.keys(reports);
export const sbomFormatNames: readonly string[] = Object.keys(sboms);

/** The format of that name, if there is one. */
export async function loadReportFormat(name: string): Promise<ReportFormat | undefined> {
  return Object.hasOwn(reports, name) ? reports[name]?.() : undefined;
}

/** The format of that name, if there is one. */
export async function loadSbomFormat(name: string): Promise<SbomFormat | undefined> {
  return Object.hasOwn(sboms, name) ? sboms[name]?.() : undefined;
}
