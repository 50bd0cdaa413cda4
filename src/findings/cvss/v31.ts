import { defineV3 } from './v3.ts';

/** CVSS 3.1, by section 7 of its specification; its Modified Impact keeps growing where that of 3.0 turns back. */
export const v31 = defineV3('3.1', (miss) => 7.52 * (miss - 0.029) - 3.25 * (miss * 0.9731 - 0.02) ** 13);
