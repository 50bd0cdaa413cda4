import { rightsOf } from '#gates/admission/attack/tenant.ts';
import { closed, untested, type Way } from '#gates/admission/attack/way.ts';

/** CVE-2024-48921: exceptions from any namespace. */
export const exception: Way = {
  number: 21,
  name: 'exception',
  what: 'bring an exception for oneself',
  async attack({ tenant }) {
    if (tenant === undefined)
      return untested('nobody is named who could try: --cluster-api URL --cluster-credentials DIR');
    const rights = await rightsOf(tenant, ['create', 'update', 'patch'], exceptions);
    return rights.length === 0
      ? closed('a tenant may write no exceptions')
      : untested(`a tenant may ${rights.join(', ')}: write one, and look whether it counts`);
  },
};

const exceptions = [
  'policyexceptions.kyverno.io',
  'policyexceptions.policies.kyverno.io',
  'trustexceptions.policy.bulla',
];
