import { defineV3 } from './v3.ts';

/** CVSS 3.0, by section 8 of its specification; its Modified Impact is that of the base equations. */
export const v30 = defineV3('3.0', (miss) => 7.52 * (miss - 0.029) - 3.25 * (miss - 0.02) ** 15);
