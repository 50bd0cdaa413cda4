import { untested, type Way } from '#gates/admission/attack/way.ts';

/** Webhooks are not asked about the configuration of webhooks. */
export const editedConfiguration: Way = {
  number: 30,
  name: 'edited-configuration',
  what: 'edit or delete the configuration of the webhooks',
  attack: () =>
    Promise.resolve(
      untested('it needs rights in the cluster: watch the configurations, and give nobody the right to change them'),
    ),
};
