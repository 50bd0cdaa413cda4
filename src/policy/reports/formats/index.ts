import type { CheckFormat } from '#policy/reports/check-report.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { sarif } from './sarif.ts';
import { table } from './table.ts';

/** Every format of verdicts. To add one, write its file and name it here. */
export const checkFormats: readonly CheckFormat[] = [table, json, junit, sarif, github, gitlab];
