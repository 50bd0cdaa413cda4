import type { Said } from '#policy/description/said.ts';
import type { WrittenPolicy } from './schema.ts';

/** What whoever wrote a policy should know. */
export function remarksOf({ kind, spec }: WrittenPolicy): readonly Said[] {
  const remarks: Said[] = [];
  if (spec.evaluation?.admission?.enabled === false) {
    remarks.push({
      en: 'evaluation.admission.enabled is false: the admission gate does not ask it',
      de: 'evaluation.admission.enabled ist false: das Gate der Admission fragt sie nicht',
    });
  }
  if (spec.webhookConfiguration?.timeoutSeconds !== undefined) {
    remarks.push({
      en: 'webhookConfiguration.timeoutSeconds does not count: the gate has one time limit for all policies',
      de: 'webhookConfiguration.timeoutSeconds zählt nicht: das Gate hat eine Zeitgrenze für alle Richtlinien',
    });
  }
  const { validatingAdmissionPolicy: vap, mutatingAdmissionPolicy: map } = {
    validatingAdmissionPolicy: undefined,
    mutatingAdmissionPolicy: undefined,
    ...spec.autogen,
  };
  if (vap?.enabled === true || map?.enabled === true)
    remarks.push({
      en: `no admission policy of Kubernetes is made of this ${kind}`,
      de: `aus dieser ${kind} wird keine Admission Policy von Kubernetes gemacht`,
    });
  return remarks;
}
