/** Seconds that a registry may be silent at most: a day, so that no timer overflows. */
export const longestTimeout = 86_400;
