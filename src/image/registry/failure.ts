import { collect } from '#kit/bytes.ts';
import type { BullaError } from '#kit/error.ts';
import { asList, asObject, asText, parseJson } from '#kit/narrow.ts';
import { imageError } from '#image/errors.ts';
import { parseChallenges } from './challenge.ts';
import type { Answer } from './exchange.ts';
import { registryLimits } from './limits.ts';
import { printable } from './printable.ts';
import { retryAfter } from './retry.ts';

/** What was asked, for the sentence that says what failed. */
export interface Asked {
  /** The registry, as references name it. */
  readonly host: string;
  readonly repository: string;
  /** Such as `the manifest of 1.2`. */
  readonly what: string;
  /** Whether it was asked without credentials. */
  readonly isAnonymous: boolean;
  /** Whether something was to be written, rather than read. */
  readonly isWrite?: boolean;
}

/** The error for an answer that is not what was asked for. Reads its body, which explains it. `now` is in milliseconds. */
export async function failureOf(answer: Answer, asked: Asked, now: number): Promise<BullaError> {
  const said = await explanationIn(answer);
  const { host, repository, what } = asked;
  const name = `${host}/${repository}`;
  const because = said.text === '' ? '' : `: ${said.text}`;
  if (isWriteDenied(answer, asked)) {
    return imageError('registry-write-denied', `${answer.url.host} does not take ${what} into ${name}${because}`, {
      hint:
        answer.status === 405
          ? 'the registry is read-only, or a cache of another; write to that one'
          : `log in with an account that may write there: docker login ${host}`,
    });
  }
  if (asked.isWrite === true && said.codes.includes('MANIFEST_BLOB_UNKNOWN')) {
    return imageError('registry-write-lost', `${answer.url.host} lacks what ${what} of ${name} refers to${because}`, {
      hint: 'what was pushed just now may not be there yet; try again',
    });
  }
  switch (answer.status) {
    case 401:
      return imageError(
        'registry-unauthorized',
        `${name} may not be ${asked.isWrite === true ? 'written' : 'read'} ${who(asked)}${because}`,
        {
          hint: loginHint(asked),
        },
      );
    case 403:
      return imageError('registry-denied', `${answer.url.host} denies ${what} of ${name}${because}`, {
        hint: `check the name; if it is right, log in with an account that may read it: docker login ${host}`,
      });
    case 404:
      return imageError('registry-not-found', notFound(said.codes, asked), { hint: 'check the name and the tag' });
    case 429:
      return imageError('registry-rate-limited', `${answer.url.host} has had too many requests${because}`, {
        hint: rateHint(retryAfter(answer, now), asked),
      });
    default:
      return imageError(
        'registry-failed',
        `${answer.url.host} answered ${answer.status} for ${what} of ${name}${because}`,
        {
          hint: answer.status >= 500 ? 'the registry has a problem of its own; try again later' : undefined,
        },
      );
  }
}

/** That a login is not enough is said with 403, or with 401 and the reason of RFC 6750, section 3.1. */
function isWriteDenied({ status, challenges }: Answer, { isWrite, isAnonymous }: Asked): boolean {
  if (isWrite !== true) return false;
  if (status !== 401) return status === 403 || status === 405;
  const isKnown = parseChallenges(challenges).some(
    ({ parameters }) => parameters.get('error') === 'insufficient_scope',
  );
  return isKnown && !isAnonymous;
}

function who({ isAnonymous }: Asked): string {
  return isAnonymous ? 'without logging in' : 'with the stored credentials';
}

function loginHint({ host, isAnonymous }: Asked): string {
  const login = isAnonymous ? `docker login ${host}` : `they may be old: docker login ${host}`;
  return host === 'docker.io'
    ? `check the name: Docker Hub says the same of what does not exist; else ${login}`
    : login;
}

function notFound(codes: readonly string[], { host, repository, what }: Asked): string {
  if (codes.includes('NAME_UNKNOWN')) return `${host} has no repository ${repository}`;
  return `${host}/${repository} does not have ${what}`;
}

function rateHint(wait: number | undefined, { host, isAnonymous }: Asked): string {
  const later = wait === undefined ? 'try again later' : `try again in ${Math.ceil(wait / 1000)} s`;
  return isAnonymous ? `${later}, or log in for a higher limit: docker login ${host}` : later;
}

interface Explanation {
  readonly codes: readonly string[];
  readonly text: string;
}

/** OCI distribution specification, "Error Codes"; token services write `details` or, after OAuth2, `error_description`. */
async function explanationIn(answer: Answer): Promise<Explanation> {
  const bytes = await collect(answer.body, registryLimits.errorBytes).catch(() => undefined);
  const body = asObject(bytes === undefined ? undefined : parseJson(bytes));
  const errors = asList(body?.['errors']).slice(0, 5).map(asObject);
  const codes = errors.flatMap((error) => asText(error?.['code']) ?? []);
  const texts = errors.map((error) => [asText(error?.['code']), asText(error?.['message'])].filter(Boolean).join(' '));
  const other = [body?.['error_description'], body?.['details'], body?.['message']].map(asText);
  return {
    codes,
    text: printable([...texts, ...other].filter((text) => text !== undefined && text !== '').join('; ')),
  };
}
