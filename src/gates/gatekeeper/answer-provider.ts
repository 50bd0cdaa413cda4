import { mapConcurrently } from '#kit/concurrency.ts';
import { messageOf } from '#kit/error.ts';
import { asObject, asTexts, type JsonObject } from '#kit/narrow.ts';
import { parseReference } from '#image/reference.ts';
import { placeOf, type Asking } from '#gates/asking.ts';
import { withDigests } from '#gates/digest-rule.ts';
import type { Judge } from '#gates/judge.ts';
import { objections } from '#gates/lines.ts';
import { parseStrictJson } from '#gates/strict-json.ts';
import type { Question } from '#policy/question.ts';
import { isAllowed } from '#policy/verdict.ts';

const apiVersion = 'externaldata.gatekeeper.sh/v1beta1';
/** Gatekeeper's own webhook is given three seconds. Milliseconds. */
const budget = 2500;
const largestRequest = 4 << 20;
const mostKeys = 2000;
const atOnce = 16;
const longestError = 2000;

/** What a provider is asked for: to judge, or to name the digest. */
export type ProviderTask = 'validate' | 'mutate';

/**
 * Answers Gatekeeper's external data (`externaldata.gatekeeper.sh/v1beta1`): each key is a reference. For validation the value of one
 * that may run is its verdict, and one that may not is an error, so that a template that forgets to look at verdicts cannot let it
 * pass. For mutation the value is the same reference with its digest, as text; one that has a digest stays as it is.
 */
export async function answerProvider(
  task: ProviderTask,
  bytes: Uint8Array,
  judge: Judge,
  asking: Asking = {},
): Promise<JsonObject> {
  const keys = readKeys(bytes);
  if ('problem' in keys) return respond({ systemError: `the request cannot be understood: ${keys.problem}` });
  const answer = task === 'mutate' ? pin : judgeKey;
  const items = await mapConcurrently([...new Set(keys.keys)], atOnce, async (key) => {
    try {
      return { key, ...(await answer(key, judge, asking)) };
    } catch (error) {
      return { key, error: `${key} could not be judged: ${messageOf(error)}` };
    }
  });
  // Gatekeeper demands it of mutation: asked again about what it was told, it says the same.
  return respond({ idempotent: true, items });
}

function respond(response: object): JsonObject {
  return { apiVersion, kind: 'ProviderResponse', response };
}

type Answered = { readonly value: unknown } | { readonly error: string };

async function judgeKey(image: string, judge: Judge, asking: Asking): Promise<Answered> {
  const { question, budgeted } = ask(image, asking);
  const asked = await judge.open(question, budgeted).decide();
  const verdict = withDigests(asked, question.images, 'gatekeeper');
  if (!isAllowed(verdict)) {
    return { error: `${image} must not run: ${objections(verdict, 'enforce', longestError, asking.language)}` };
  }
  const warning = objections(verdict, 'warn', longestError, asking.language);
  const { digest } = parseReference(image);
  return { value: { verdict: verdict.verdict, digest, ...(warning === '' ? {} : { warning }) } };
}

async function pin(image: string, judge: Judge, asking: Asking): Promise<Answered> {
  const reference = parseReference(image);
  if (reference.digest !== undefined) return { value: image };
  const { question, budgeted } = ask(image, asking);
  const digest = await judge.open(question, budgeted).resolve(reference);
  return { value: `${image}@${digest}` };
}

function ask(image: string, asking: Asking) {
  const question: Question = { place: placeOf('admission', asking), images: [{ image }], imagePaths: [] };
  return { question, budgeted: { budget } };
}

function readKeys(bytes: Uint8Array): { readonly keys: readonly string[] } | { readonly problem: string } {
  if (bytes.length > largestRequest) return { problem: 'it is larger than any' };
  const parsed = parseStrictJson(bytes, 16);
  if (parsed.kind === 'problem') return { problem: parsed.problem };
  const body = asObject(parsed.value);
  if (body?.['apiVersion'] !== apiVersion || body['kind'] !== 'ProviderRequest') {
    return { problem: `it is no ProviderRequest of ${apiVersion}` };
  }
  const written: unknown = asObject(body['request'])?.['keys'];
  const keys = asTexts(written);
  if (!Array.isArray(written) || keys.length !== written.length) return { problem: 'its keys are no list of texts' };
  return keys.length > mostKeys ? { problem: `it has more than ${mostKeys} keys` } : { keys };
}
