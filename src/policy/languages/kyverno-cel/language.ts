import { asText, type JsonObject } from '#kit/narrow.ts';
import type { Language } from '#policy/policy.ts';
import { compileImageValidating } from './image-validating/compile.ts';
import { compileMutating } from './mutating/compile.ts';
import { policyError } from '#policy/errors.ts';
import { compileValidating } from './validating.ts';

const kinds = ['ValidatingPolicy', 'MutatingPolicy', 'ImageValidatingPolicy'];

/** Kyverno's policies with expressions, with their exceptions. See docs/cel-policies.md. */
export const kyvernoCel: Language = {
  name: 'kyverno-cel',
  isPolicy: (body) => isOurs(body) && body['kind'] !== 'PolicyException',
  isCompanion: (body) => isOurs(body) && body['kind'] === 'PolicyException',
  compile: (document, companions) => {
    const kind = asText(document.body['kind']) ?? '';
    switch (kind.replace(/^Namespaced/, '')) {
      case 'ValidatingPolicy':
        return compileValidating(document, companions);
      case 'MutatingPolicy':
        return compileMutating(document, companions);
      case 'ImageValidatingPolicy':
        return compileImageValidating(document, companions);
      default:
        throw policyError('policy-unsupported', `${kind} does not decide about objects`, {
          hint: `leave it to Kyverno; here are understood ${kinds.join(', ')}`,
        });
    }
  },
};

function isOurs(body: JsonObject): boolean {
  return (asText(body['apiVersion']) ?? '').startsWith('policies.kyverno.io/');
}
