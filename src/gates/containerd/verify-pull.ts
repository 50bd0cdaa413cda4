import { parseDigest } from '#kit/digest.ts';
import { messageOf } from '#kit/error.ts';
import { asObject } from '#kit/narrow.ts';
import { formatReference, parseReference } from '#image/reference.ts';
import { placeOf, type Asking } from '#gates/asking.ts';
import type { Judge } from '#gates/judge.ts';
import { objections } from '#gates/lines.ts';
import { parseStrictJson } from '#gates/strict-json.ts';
import { isAllowed } from '#policy/verdict.ts';
import { readCall } from './read-call.ts';

/** What containerd is told: an exit code, of which 0 lets it pull, and why. */
export interface PullAnswer {
  readonly exitCode: 0 | 1 | 2 | 3;
  /** One line. */
  readonly reason: string;
}

/** containerd waits ten seconds. Milliseconds. */
const usualBudget = 8000;
/** containerd reads 32 KiB, and writes it into the events of the pod. */
const longestReason = 2000;
const largestDescriptor = 1 << 20;
const descriptorType = 'application/vnd.oci.descriptor.v1+json';

/**
 * Answers containerd's image verifier (containerd, docs/image-verification.md): whether what a name meant when it was resolved may be
 * pulled. It is judged by the digest that containerd gives, and by no other. What is not understood blocks.
 * @param args as containerd gives them: `-name`, `-digest`, `-stdin-media-type`
 * @param input what it writes to standard input: the descriptor of the image
 * @param budget milliseconds until which there must be an answer
 */
export async function verifyPull(
  args: readonly string[],
  input: Uint8Array,
  judge: Judge,
  asking: Asking = {},
  budget = usualBudget,
): Promise<PullAnswer> {
  const image = readImage(args, input);
  if ('problem' in image) return { exitCode: 2, reason: `containerd cannot be understood: ${image.problem}` };
  const place = placeOf('containerd', asking);
  const { language } = asking;
  try {
    const verdict = await judge.open({ place, images: [{ image: image.name }], imagePaths: [] }, { budget }).decide();
    if (isAllowed(verdict)) {
      const warning = objections(verdict, 'warn', longestReason, language);
      return { exitCode: 0, reason: `${image.name} may run${warning === '' ? '' : `, but: ${warning}`}` };
    }
    const why = objections(verdict, 'enforce', longestReason, language);
    return { exitCode: verdict.verdict === 'deny' ? 1 : 3, reason: `it must not run: ${why}` };
  } catch (error) {
    return { exitCode: 3, reason: `${image.name} could not be judged: ${messageOf(error)}` };
  }
}

function readImage(
  args: readonly string[],
  input: Uint8Array,
): { readonly name: string } | { readonly problem: string } {
  const call = readCall(args);
  if ('problem' in call) return call;
  const digest = parseDigest(call.digest);
  if (digest === undefined) return { problem: `-digest is not one: "${call.digest}"` };
  if (call.mediaType !== descriptorType)
    return { problem: `standard input is of an unknown type: "${call.mediaType}"` };
  const described = readDescriptor(input);
  if (typeof described !== 'string') return described;
  if (described !== digest) return { problem: 'the descriptor has another digest than -digest says' };
  try {
    const { host, repository, tag, digest: named } = parseReference(call.name);
    if (named !== undefined && named !== digest)
      return { problem: `"${call.name}" has another digest than -digest says` };
    return { name: formatReference({ host, repository, tag, digest }) };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

function readDescriptor(input: Uint8Array): string | { readonly problem: string } {
  if (input.length > largestDescriptor) return { problem: 'the descriptor is larger than any' };
  const parsed = parseStrictJson(input, 32);
  if (parsed.kind === 'problem') return { problem: `the descriptor cannot be read: ${parsed.problem}` };
  const digest = parseDigest(asObject(parsed.value)?.['digest']);
  return digest ?? { problem: 'the descriptor has no digest' };
}
