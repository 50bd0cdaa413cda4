import type { WrittenPolicy } from './schema.ts';

/** What whoever wrote a policy should know. */
export function remarksOf({ kind, spec }: WrittenPolicy): readonly string[] {
  const remarks: string[] = [];
  if (spec.evaluation?.admission?.enabled === false) {
    remarks.push('evaluation.admission.enabled is false: the admission gate does not ask it');
  }
  if (spec.webhookConfiguration?.timeoutSeconds !== undefined) {
    remarks.push('webhookConfiguration.timeoutSeconds does not count: the gate has one time limit for all policies');
  }
  const { validatingAdmissionPolicy: vap, mutatingAdmissionPolicy: map } = {
    validatingAdmissionPolicy: undefined,
    mutatingAdmissionPolicy: undefined,
    ...spec.autogen,
  };
  if (vap?.enabled === true || map?.enabled === true)
    remarks.push(`no admission policy of Kubernetes is made of this ${kind}`);
  return remarks;
}
