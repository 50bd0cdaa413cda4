import { asText } from '#kit/narrow.ts';
import type { Language, PolicyDocument } from '#policy/policy.ts';
import { compileClusterImagePolicy } from './compile.ts';
import { isConfiguration } from './no-match.ts';
import { isTrustRoot } from './trust-roots.ts';

/** sigstore's policy-controller: who must have signed which images. See docs/cluster-image-policy.md. */
export const clusterImagePolicy: Language = {
  name: 'cluster-image-policy',
  isPolicy,
  // Policies are companions of each other, because only together they know which images none of them is about.
  isCompanion: (body) => isPolicy(body) || isTrustRoot(body) || isConfiguration(body),
  compile: compileClusterImagePolicy,
};

function isPolicy(body: PolicyDocument['body']): boolean {
  const group = (asText(body['apiVersion']) ?? '').split('/')[0];
  return body['kind'] === 'ClusterImagePolicy' && group === 'policy.sigstore.dev';
}
