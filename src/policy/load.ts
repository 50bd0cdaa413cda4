import { asText } from '#kit/narrow.ts';
import { within } from '#kit/error.ts';
import { policyError } from './errors.ts';
import { languages } from './languages/index.ts';
import type { Policy, PolicyDocument } from './policy.ts';

/** A policy, and the document that it was made of. */
export interface LoadedPolicy extends Policy {
  readonly origin: string;
}

/**
 * Makes policies of documents, each in its own language. All documents of a set are loaded together, because exceptions and
 * definitions belong to policies of other files.
 * @throws `policy-invalid`, `policy-unsupported`, saying which document and which field; a document that no language knows is an
 * error, because whoever wrote it expects that it counts
 */
export async function loadPolicies(documents: readonly PolicyDocument[]): Promise<readonly LoadedPolicy[]> {
  const policies: LoadedPolicy[] = [];
  for (const document of documents) {
    const policy = await loadPolicy(document, documents);
    if (policy !== undefined) policies.push(policy);
  }
  return policies;
}

/**
 * Makes the policy of one document of a set; none of a document that only belongs to policies.
 * @throws as {@link loadPolicies}
 */
export async function loadPolicy(
  document: PolicyDocument,
  all: readonly PolicyDocument[],
): Promise<LoadedPolicy | undefined> {
  const { body, origin } = document;
  const language = languages.find((one) => one.isPolicy(body));
  if (language !== undefined) {
    const companions = all.filter((other) => language.isCompanion(other.body));
    const policy = await within(origin, async () => language.compile(document, companions));
    return { ...policy, origin };
  }
  if (languages.some((one) => one.isCompanion(body))) return undefined;
  const kind = `${asText(body['apiVersion']) ?? 'no apiVersion'} ${asText(body['kind']) ?? 'no kind'}`;
  throw policyError('policy-unsupported', `${origin} is in no language that is known: ${kind}`, {
    hint: 'docs/policy.md lists the languages',
  });
}
