import { asCount, asList, asNumber, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { signatureError } from '#signatures/errors.ts';
import { isWithin } from '#signatures/trust/trust-root.ts';

/** Whom an instance of Sigstore lets be asked now; what it does not name, it does not have. */
export interface SigningConfig {
  /** Fulcio. */
  readonly authority?: string;
  /** Where people sign in. */
  readonly issuer?: string;
  readonly log?: { readonly log: string; readonly version: 'v1' | 'v2' };
  readonly timestamp?: string;
}

const mediaType = 'application/vnd.dev.sigstore.signingconfig.v0.2+json';

/** More services of a kind than any instance has had. */
const mostServices = 1000;

/**
 * Reads a signing configuration (protobuf-specs, sigstore_trustroot.proto, `SigningConfig` 0.2), and chooses of each kind the newest
 * version that is spoken here among the services that are in use, and of those the one that is in use since last.
 *
 * @throws `signing-config-invalid` for what is none; where services are named and none can be asked; and where several logs or
 * timestamps of one signature are demanded
 */
export function readSigningConfig(text: string | Uint8Array, name: string, now: Date): SigningConfig {
  const config = asObject(parseJson(text));
  if (config === undefined || config['mediaType'] !== mediaType) throw invalid(name, `it is not of type ${mediaType}`);
  const choose = (kind: string, versions: readonly number[]) => chosen(config, kind, versions, name, now);
  const log = choose('rekorTlogUrls', [1, 2]);
  checkCount(config, 'rekorTlogConfig', name);
  checkCount(config, 'tsaConfig', name);
  return {
    authority: choose('caUrls', [1])?.url,
    issuer: choose('oidcUrls', [1])?.url,
    log: log === undefined ? undefined : { log: log.url, version: log.version === 1 ? 'v1' : 'v2' },
    timestamp: choose('tsaUrls', [1])?.url,
  };
}

interface Service {
  readonly url: string;
  readonly version: number;
  readonly start: Date;
  readonly end?: Date;
}

function chosen(
  config: JsonObject,
  kind: string,
  versions: readonly number[],
  name: string,
  now: Date,
): Service | undefined {
  const listed = asList(config[kind]);
  if (listed.length > mostServices) throw invalid(name, `${kind} has ${listed.length} services`);
  const usable = listed
    .flatMap((one) => readService(asObject(one) ?? {}) ?? [])
    .filter((service) => versions.includes(service.version) && isWithin(service, now));
  const [first] = usable.toSorted((a, b) => b.version - a.version || b.start.getTime() - a.start.getTime());
  if (first === undefined && listed.length > 0) throw invalid(name, `${kind} has no service that can be asked now`);
  return first;
}

/** One whose address or time is none is not asked. */
function readService(service: JsonObject): Service | undefined {
  const url = asText(service['url']) ?? '';
  const validFor = asObject(service['validFor']);
  const start = timeOf(validFor?.['start']);
  const end = validFor?.['end'] === undefined ? undefined : timeOf(validFor['end']);
  const isEndless = validFor?.['end'] === undefined;
  const isAddress = ['https:', 'http:'].includes(URL.parse(url)?.protocol ?? '');
  if (!isAddress || start === undefined || (end === undefined && !isEndless)) return undefined;
  return { url, version: asNumber(service['majorApiVersion']) ?? 0, start, end };
}

function timeOf(value: unknown): Date | undefined {
  const time = new Date((asText(value) ?? '').slice(0, 64));
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** One is asked: whoever demands several would not believe what is signed here. */
function checkCount(config: JsonObject, kind: string, name: string): void {
  const { selector = 'ANY', count } = asObject(config[kind]) ?? {};
  const isOne = selector === 'ANY' || (selector === 'EXACT' && asCount(count) === 1);
  if (!isOne) throw invalid(name, `${kind} demands more than one, and one is asked`);
}

function invalid(name: string, problem: string) {
  return signatureError('signing-config-invalid', `${name} cannot be used: ${problem}`, {
    hint: 'name the services: --fulcio URL --rekor URL --timestamp URL',
  });
}
