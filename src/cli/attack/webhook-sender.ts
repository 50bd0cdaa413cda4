import { request, type RequestOptions } from 'node:https';
import { cliError } from '#cli/errors.ts';
import type { Reply, Target } from '#gates/admission/attack/target.ts';
import type { RegistryOptions } from '#image/registry/options.ts';
import { collect } from '#kit/bytes.ts';
import { messageOf } from '#kit/error.ts';
import { asObject, parseJson } from '#kit/narrow.ts';

/** Answers have some kilobytes; seconds. */
const largest = 16 << 20;
const usualTimeout = 10;

/**
 * Asks the webhooks of a gate as an API server does: an answer counts if it comes in time, with status 200 and the same uid.
 * @param url the gate, with both webhooks below it, or its validating webhook
 * @throws `usage`
 */
export function webhookSender(
  url: string,
  mutate: string | undefined,
  { ca, insecure = [] }: Pick<RegistryOptions, 'ca' | 'insecure'>,
): Target['send'] {
  const base = readUrl(url);
  const isGate = base.pathname === '/' || base.pathname === '';
  const places = {
    validate: isGate ? new URL('/validate', base) : base,
    mutate: mutate === undefined ? (isGate ? new URL('/mutate', base) : undefined) : readUrl(mutate),
  };
  const tls: RequestOptions = insecure.includes('*') ? { rejectUnauthorized: false } : ca === undefined ? {} : { ca };
  return async (webhook, review, timeout = usualTimeout) => {
    const place = places[webhook];
    // A gate that changes nothing has only the one.
    if (place === undefined) return { kind: 'answer', response: { allowed: true } };
    const target = new URL(place);
    target.searchParams.set('timeout', `${timeout}s`);
    try {
      return await send(target, review, timeout * 1000, tls);
    } catch (error) {
      return { kind: 'error', problem: messageOf(error) };
    }
  };
}

function readUrl(written: string): URL {
  if (URL.canParse(written) && written.startsWith('https://')) return new URL(written);
  throw cliError('usage', `"${written}" is no address of a webhook`, {
    hint: 'write it like https://gate.example:8443',
  });
}

function send(url: URL, review: string, milliseconds: number, tls: RequestOptions): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        ...tls,
        method: 'POST',
        signal: AbortSignal.timeout(milliseconds),
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(review) },
      },
      (response) => {
        collect(response, largest).then((bytes) => {
          const answer = asObject(asObject(bytes === undefined ? undefined : parseJson(bytes))?.['response']);
          if (response.statusCode !== 200) resolve({ kind: 'error', problem: `status ${response.statusCode ?? 0}` });
          else if (answer === undefined) resolve({ kind: 'error', problem: 'no review came back' });
          else if (answer['uid'] !== uidOf(review)) resolve({ kind: 'error', problem: 'another uid came back' });
          else resolve({ kind: 'answer', response: answer });
        }, reject);
      },
    );
    sent.on('error', reject);
    sent.end(review);
  });
}

function uidOf(review: string): unknown {
  return asObject(asObject(parseJson(review))?.['request'])?.['uid'];
}
