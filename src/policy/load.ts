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
    const language = languages.find((one) => one.isPolicy(document.body));
    if (language === undefined) {
      if (!languages.some((one) => one.isCompanion(document.body))) throw unknownDocument(document);
      continue;
    }
    const companions = documents.filter(({ body }) => language.isCompanion(body));
    const policy = await within(document.origin, async () => language.compile(document, companions));
    policies.push({ ...policy, origin: document.origin });
  }
  return policies;
}

function unknownDocument({ origin, body }: PolicyDocument) {
  const kind = `${asText(body['apiVersion']) ?? 'no apiVersion'} ${asText(body['kind']) ?? 'no kind'}`;
  return policyError('policy-unsupported', `${origin} is in no language that is known: ${kind}`, {
    hint: 'docs/policy.md lists the languages',
  });
}
