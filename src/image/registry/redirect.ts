import { imageError } from '#image/errors.ts';
import type { Answer, Question } from './exchange.ts';
import { checkAddressOf } from './guard.ts';
import { registryLimits } from './limits.ts';
import { printable } from './printable.ts';

/**
 * Sends a question on to wherever it is redirected to (RFC 9110, section 15.4), and gives the answer of the last. Credentials
 * stay with the origin that they were meant for, and whoever redirects cannot send us further in than it is itself. What
 * writes, or has a body, is never sent on.
 *
 * @throws `registry-redirect-refused`, and whatever `send` throws
 */
export async function followRedirects(
  question: Question,
  send: (question: Question) => Promise<Answer>,
): Promise<Answer> {
  let current = question;
  for (let count = 0; ; count++) {
    const answer = await send(current);
    const { location } = answer.headers;
    const isFollowed = question.method === 'GET' || question.method === 'HEAD';
    if (location === undefined || !redirects.includes(answer.status) || !isFollowed) return answer;
    answer.discard();
    if (count >= registryLimits.redirects) {
      throw imageError('registry-redirect-refused', `${question.url.host} redirects more than ${count} times`, {
        hint: 'the registry, or a gateway before it, is set up wrongly',
      });
    }
    current = redirected(current, location, answer);
  }
}

const redirects = [301, 302, 303, 307, 308];

/**
 * Reads a URL that a server names for us to go to: where to be redirected, to get a token, or to upload.
 * @throws `registry-redirect-refused` if it is none, gives up TLS, or lies further in than the server
 */
export function admit(text: string, by: Pick<Answer, 'url' | 'reach'>): URL {
  const url = URL.parse(text, by.url.href);
  if (url === null) throw refused(by.url, 'to what is not a URL');
  const keepsTls = url.protocol === 'https:' || (url.protocol === 'http:' && by.url.protocol === 'http:');
  if (!keepsTls)
    throw refused(by.url, `to ${printable(url.protocol, 20)}//${printable(url.host, 100)}, which gives up TLS`);
  // Credentials that others chose are not ours to send.
  url.username = '';
  url.password = '';
  url.hash = '';
  if (url.origin !== by.url.origin) checkAddressOf(url, by.reach);
  return url;
}

function redirected(current: Question, location: string, answer: Answer): Question {
  const url = admit(location, answer);
  if (url.origin === current.url.origin) return { ...current, url };
  const headers = Object.fromEntries(Object.entries(current.headers).filter(([name]) => name !== 'authorization'));
  return { ...current, url, headers, reach: answer.reach };
}

function refused(by: URL, problem: string) {
  return imageError('registry-redirect-refused', `${by.host} sends us ${problem}`, {
    hint: 'the registry, or a gateway before it, is set up wrongly or hostile',
  });
}
