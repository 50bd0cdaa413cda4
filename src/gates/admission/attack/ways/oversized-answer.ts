import { untested, type Way } from '#gates/admission/attack/way.ts';

/** CVE-2023-42813 and others: manifests, signatures and lists without bounds. */
export const oversizedAnswer: Way = {
  number: 23,
  name: 'oversized-answer',
  what: 'let a registry answer without end',
  attack: () => Promise.resolve(untested('it needs a registry that answers so, and a look at the memory of the gate')),
};
