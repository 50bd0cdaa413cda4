import { asObject, asText } from '#kit/narrow.ts';
import { invalidField } from '#policy/languages/read-strictly.ts';
import type { PolicyDocument } from '#policy/policy.ts';

/** What is done with an image that no policy is about. */
export type NoMatch = 'deny' | 'warn' | 'allow';

/** The configuration of policy-controller that says so, and other things. */
const configuration = 'config-policy-controller';

export function isConfiguration(body: PolicyDocument['body']): boolean {
  return body['kind'] === 'ConfigMap' && asObject(body['metadata'])?.['name'] === configuration;
}

/** Denied, if it is not said. @throws `policy-invalid` */
export function readNoMatch(companions: readonly PolicyDocument[]): NoMatch {
  let chosen: NoMatch = 'deny';
  for (const { body } of companions.filter((one) => isConfiguration(one.body))) {
    for (const [name, value] of Object.entries(asObject(body['data']) ?? {})) {
      const path = `data.${name}`;
      // An example that the file comes with, whether signatures are found as referrers, and what was never allowed here.
      if (name === '_example' || name === 'enable-oci11' || name === 'fail-on-empty-authorities') continue;
      if (name !== 'no-match-policy') throw invalidField(path, 'the field is not known');
      const written = asText(value);
      if (written !== 'deny' && written !== 'warn' && written !== 'allow') {
        throw invalidField(path, `"${written ?? ''}" is none of deny, warn, allow`);
      }
      chosen = written;
    }
  }
  return chosen;
}
