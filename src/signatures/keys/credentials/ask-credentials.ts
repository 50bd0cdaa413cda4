import { readFile } from 'node:fs/promises';
import { messageOf } from '#kit/error.ts';
import { asCount, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { signatureError } from '#signatures/errors.ts';
import { askService, noAnswer, type Patience, type ServiceRequest } from '#signatures/services/request.ts';
import type { LentCredential } from './credential.ts';

/** Statuses by which a service says that it does not know who asks. */
const refusals = [400, 401, 403, 404];

/**
 * Asks a service for credentials. What it says when it refuses may repeat what it was sent, so only words that are names of errors
 * are told on.
 *
 * @throws `key-credentials-missing` if it refuses, `service-unreachable`, `service-failed`
 */
export async function askForCredentials(request: ServiceRequest, patience: Patience | undefined): Promise<Buffer> {
  const { status, body } = await askService({ ...request, accept: refusals }, patience);
  if (!refusals.includes(status)) return body;
  const name = errorNameIn(body);
  throw signatureError(
    'key-credentials-missing',
    `${new URL(request.url).host} gives no credentials: it answers ${status}${name === undefined ? '' : `, ${name}`}`,
    { hint: 'check which account the environment names, and that it may use the key' },
  );
}

/** What RFC 6749, 5.2, calls `error`, and AWS `Code`. */
function errorNameIn(body: Buffer): string | undefined {
  const name = asText(asObject(parseJson(body))?.['error']) ?? /<Code>(\w{1,60})<\/Code>/.exec(String(body))?.[1];
  return name !== undefined && /^[a-zA-Z_]{1,60}$/.test(name) ? name : undefined;
}

/**
 * Asks for an access token of OAuth 2.0 (RFC 6749, 5.1), which is of the kind that whoever holds it may use.
 * @throws as {@link askForCredentials}; `service-invalid` if the answer has no token
 */
export async function askForAccessToken(
  request: ServiceRequest,
  patience: Patience | undefined,
): Promise<LentCredential<string>> {
  const answer = asObject(parseJson(await askForCredentials(request, patience)));
  const token = asText(answer?.['access_token']);
  if (answer === undefined || token === undefined) throw noAnswer(request.url, 'it has no access token');
  return { credential: headerText(token, `the access token of ${new URL(request.url).host}`), until: endOf(answer) };
}

/** Seconds from now or, of Azure's managed identities, since 1970; both are written as numbers and as texts. */
function endOf(answer: JsonObject): number | undefined {
  const [from, at] = ['expires_in', 'expires_on'].map((name) => asCount(Number(answer[name] ?? Number.NaN)));
  if (at !== undefined) return at * 1000;
  return from === undefined ? undefined : Date.now() + from * 1000;
}

/** A form, as tokens are asked for. */
export function formRequest(url: string, fields: Readonly<Record<string, string>>): ServiceRequest {
  return {
    url,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  };
}

/**
 * A secret as it may stand in a header. Others would be refused by the client, which repeats them in its error.
 * @throws `key-credentials-missing`
 */
export function headerText(secret: string, name: string): string {
  const text = secret.trim();
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw signatureError('key-credentials-missing', `${name} is none: it has blanks or control characters`, {
    hint: 'set it to what the service gave, in one line',
  });
}

/** Files of credentials are small. */
const largestFile = 64 << 10;

/** Reads a file that a variable names. @throws `key-credentials-missing` */
export async function readCredentialFile(path: string, variable: string): Promise<string> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.length <= largestFile) return text;
  } catch (error) {
    throw missingFile(variable, `cannot be read: ${messageOf(error)}`);
  }
  throw missingFile(variable, 'is too large');
}

function missingFile(variable: string, problem: string) {
  return signatureError('key-credentials-missing', `the file that ${variable} names ${problem}`, {
    hint: `check ${variable}`,
  });
}

/** An address that the environment names: HTTPS, or on this machine. */
export function isSafeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname))
  );
}
