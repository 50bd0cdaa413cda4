/**
 * The policy that counts where nobody has named one: strict where a person looks at the result, and in audit mode where something would
 * be kept from running. `bulla policy default` writes it for a team to start with.
 */
export const defaultPolicy = `apiVersion: policy.bulla/v1
kind: TrustPolicy
metadata:
  name: default
spec:
  description: What nobody should run, whoever they are.
  mode: audit
  modes:
    - mode: enforce
      place: {gates: [check]}
  rules:
    vulnerabilities:
      lines:
        - {exploited: true, action: block}
        - {severity: critical, fix: available, action: block}
        - {severity: critical, fix: none, action: warn}
        - {severity: high, fix: available, action: warn, within: 90d}
        - {severity: medium, action: log}
      unrated: warn
      notOlderThan: 5d
      gaps: unknown
`;
