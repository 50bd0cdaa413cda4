import { rightsOf } from '#gates/admission/attack/tenant.ts';
import { closed, open, untested, type Way } from '#gates/admission/attack/way.ts';

/** Webhooks are not asked about the configuration of webhooks. */
export const editedConfiguration: Way = {
  number: 30,
  name: 'edited-configuration',
  what: 'edit or delete the configuration of the webhooks, or the policies',
  async attack({ tenant }) {
    if (tenant === undefined)
      return untested('nobody is named who could try: --cluster-api URL --cluster-credentials DIR');
    const rights = await rightsOf(tenant, ['update', 'patch', 'delete', 'deletecollection'], configurations);
    return rights.length === 0
      ? closed('a tenant may change neither webhooks nor policies')
      : open(`a tenant may ${rights.join(', ')}`);
  },
};

const configurations = [
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'validatingadmissionpolicies.admissionregistration.k8s.io',
  'validatingadmissionpolicybindings.admissionregistration.k8s.io',
  'trustpolicies.policy.bulla',
  'clusterpolicies.kyverno.io',
  'imagevalidatingpolicies.policies.kyverno.io',
  'validatingpolicies.policies.kyverno.io',
  'clusterimagepolicies.policy.sigstore.dev',
  'constrainttemplates.templates.gatekeeper.sh',
];
