import manifest from '#package.json' with { type: 'json' };
import type { Tool } from '#documents/report.ts';

/** This program, as documents name it. */
export const tool: Tool = { name: 'bulla', version: manifest.version };
