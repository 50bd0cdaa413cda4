import type { ReportFormat, SbomFormat } from './format.ts';

/** Every way to write a report; loaded when it is asked for. To add one, write its file and name it here. */
const reports = {
  table: async () => (await import('./table/table.ts')).table,
  json: async () => (await import('./json/report.ts')).json,
  'cyclonedx-json': async () => (await import('./cyclonedx/report.ts')).cyclonedxReport,
  sarif: async () => (await import('./sarif/report.ts')).sarif,
} satisfies Record<string, () => Promise<ReportFormat>>;

/** Every way to write what is in an image. */
const sboms = {
  'cyclonedx-json': async () => (await import('./cyclonedx/sbom.ts')).cyclonedxSbom,
  'spdx-json': async () => (await import('./spdx/sbom.ts')).spdxSbom,
} satisfies Record<string, () => Promise<SbomFormat>>;

export type ReportFormatName = keyof typeof reports;
export type SbomFormatName = keyof typeof sboms;

// The keys of an object that nothing is added to are those of its type.
export const reportFormatNames = Object.keys(reports) as ReportFormatName[];
export const sbomFormatNames = Object.keys(sboms) as SbomFormatName[];

export function loadReportFormat(name: ReportFormatName): Promise<ReportFormat> {
  return reports[name]();
}

export function loadSbomFormat(name: SbomFormatName): Promise<SbomFormat> {
  return sboms[name]();
}
