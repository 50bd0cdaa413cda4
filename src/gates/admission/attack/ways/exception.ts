import { untested, type Way } from '#gates/admission/attack/way.ts';

/** CVE-2024-48921: exceptions from any namespace. */
export const exception: Way = {
  number: 21,
  name: 'exception',
  what: 'bring an exception for oneself',
  attack: () =>
    Promise.resolve(
      untested('an exception is an object of the cluster: try to create one as a tenant, and look whether it counts'),
    ),
};
