import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { signatureError } from '#signatures/errors.ts';
import { trustBuilder, type Isolation, type TrustedBuilder, type WrittenBuilder } from './trusted-builder.ts';

const mostBuilders = 10_000;
const fields: readonly string[] = ['name', 'builder', 'issuer', 'signer', 'key', 'level', 'isolation', 'why'];
const isolations: readonly string[] = ['workflow', 'platform', 'none'] satisfies readonly Isolation[];

/**
 * Reads a map of trusted builders, a list of {@link WrittenBuilder}. A field that is not known is an error.
 * @throws `identity-invalid`
 */
export function readTrustedBuilders(document: unknown): readonly TrustedBuilder[] {
  if (!Array.isArray(document) || document.length > mostBuilders) throw invalid('it is no list of builders');
  return document.map((one: unknown, index) => {
    const entry = asObject(one);
    if (entry === undefined) throw invalid(`entry ${index} is no object`);
    return trustBuilder(readEntry(entry, `entry ${index}`));
  });
}

function readEntry(entry: JsonObject, place: string): WrittenBuilder {
  const unknown = Object.keys(entry).find((key) => !fields.includes(key));
  if (unknown !== undefined) throw invalid(`${place} has an unknown field "${unknown.slice(0, 80)}"`);
  const text = (field: string) => asText(entry[field]) || undefined;
  const name = text('name');
  const builder = text('builder');
  if (name === undefined || builder === undefined) throw invalid(`${place} lacks its name or its builder`);
  const issuer = text('issuer');
  const signer = text('signer');
  const key = text('key');
  const isCertified = issuer !== undefined && signer !== undefined;
  if (key === undefined ? !isCertified : (issuer ?? signer) !== undefined) {
    throw invalid(`${place} must have either a key, or an issuer and a signer`);
  }
  const { level } = entry;
  if (level !== 1 && level !== 2 && level !== 3) throw invalid(`${place} has no level from 1 to 3`);
  const isolation = text('isolation') ?? 'none';
  if (!isIsolation(isolation)) throw invalid(`${place} has an isolation that is none of ${isolations.join(', ')}`);
  return { name, builder, issuer, signer, key, level, isolation, why: text('why') ?? 'the user says so' };
}

function isIsolation(text: string): text is Isolation {
  return isolations.includes(text);
}

function invalid(problem: string) {
  return signatureError('identity-invalid', `the map of trusted builders is not usable: ${problem}`, {
    hint: 'docs/provenance.md says how it is written',
  });
}
