import type { LintFormat } from '#policy/lint/format.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { json } from './json.ts';
import { sarif } from './sarif.ts';
import { text } from './text.ts';

/** Every format of what was found. To add one, write its file, and name it here and in `lintFormatNames`. */
export const lintFormats: readonly LintFormat[] = [text, json, sarif, github, gitlab];
