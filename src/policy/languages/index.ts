import type { Language } from '#policy/policy.ts';

/** Every language there is. To add one, write its folder and name it here. */
export const languages: readonly Language[] = [];
