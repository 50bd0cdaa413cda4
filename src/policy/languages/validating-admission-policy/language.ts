import { asText } from '#kit/narrow.ts';
import type { Language, PolicyDocument } from '#policy/policy.ts';
import { compileValidatingAdmissionPolicy } from './compile.ts';

/** Kubernetes' own policies, with their bindings. See docs/cel-policies.md. */
export const validatingAdmissionPolicy: Language = {
  name: 'validating-admission-policy',
  isPolicy: (body) => isOf(body, 'ValidatingAdmissionPolicy'),
  isCompanion: (body) => isOf(body, 'ValidatingAdmissionPolicyBinding'),
  compile: compileValidatingAdmissionPolicy,
};

function isOf(body: PolicyDocument['body'], kind: string): boolean {
  return body['kind'] === kind && (asText(body['apiVersion']) ?? '').startsWith('admissionregistration.k8s.io/');
}
