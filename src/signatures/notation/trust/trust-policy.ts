import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { parseName, type DistinguishedName } from '#signatures/notation/distinguished-name.ts';

/** A statement of `trustpolicy.json`: for which repositories who is trusted to sign, and how strictly that is verified. */
export interface TrustPolicy {
  readonly name: string;
  /** Repositories with their registry; all others, if it is the global one. */
  readonly scopes: readonly string[] | 'global';
  readonly level: TrustLevel;
  readonly actions: Readonly<Record<Validation, Action>>;
  /** Whether a timestamp is looked at only when the signer's certificate has expired. */
  readonly verifyTimestamp: 'always' | 'afterCertExpiry';
  readonly stores: readonly StoreName[];
  /** Who may have signed, by the subject of the certificate. */
  readonly identities: readonly DistinguishedName[] | 'any';
}

/** A folder of certificates, by what they are trusted for. */
export interface StoreName {
  readonly type: StoreType;
  readonly name: string;
}

/** What certificates are trusted for: to sign, to sign on behalf of others, to tell the time. */
export const storeTypes = ['ca', 'signingAuthority', 'tsa'] as const;
export type StoreType = (typeof storeTypes)[number];
type TrustLevel = keyof typeof levels;
type Validation = (typeof validations)[number];
type Action = (typeof actions)[number];

const validations = ['authenticity', 'authenticTimestamp', 'expiry', 'revocation'] as const;
const actions = ['enforce', 'log', 'skip'] as const;

function actionsOf(authenticity: Action, rest: Action): Readonly<Record<Validation, Action>> {
  return { authenticity, authenticTimestamp: rest, expiry: rest, revocation: rest };
}

/** What each level does about what it finds; the signature itself is always verified. */
const levels = {
  strict: actionsOf('enforce', 'enforce'),
  permissive: actionsOf('enforce', 'log'),
  audit: actionsOf('log', 'log'),
  skip: actionsOf('skip', 'skip'),
} as const;

/**
 * Reads `trustpolicy.json` or `trustpolicy.oci.json`, version 1.0 (trust policy specification). Nothing in it is passed over: what is
 * not understood may have been meant to protect.
 * @throws RangeError that says what is wrong
 */
export function parseTrustPolicies(text: string): readonly TrustPolicy[] {
  const document = fieldsOf(parseJson(text), 'the document', ['version', 'trustPolicies']);
  if (document['version'] !== '1.0') throw new RangeError('its version is not 1.0');
  const policies = asList(document['trustPolicies']).map(readPolicy);
  if (policies.length === 0) throw new RangeError('it has no trustPolicies');
  findTwice(
    'the name',
    policies.map(({ name }) => name),
  );
  findTwice(
    'the scope',
    policies.flatMap(({ scopes }) => (scopes === 'global' ? ['*'] : scopes)),
  );
  return policies;
}

const policyFields = ['name', 'registryScopes', 'signatureVerification', 'trustStores', 'trustedIdentities'] as const;

function readPolicy(value: unknown): TrustPolicy {
  const fields = fieldsOf(value, 'a policy', policyFields);
  const name = asText(fields['name']) ?? '';
  if (name === '') throw new RangeError('a policy has no name');
  try {
    return { name, scopes: readScopes(fields), ...readVerification(fields), ...readTrusted(fields) };
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(`policy "${name}": ${error.message}`) : error;
  }
}

function readVerification(fields: JsonObject): Pick<TrustPolicy, 'level' | 'actions' | 'verifyTimestamp'> {
  const verification = fieldsOf(fields['signatureVerification'], 'signatureVerification', [
    'level',
    'override',
    'verifyTimestamp',
  ]);
  const level = oneOf(verification['level'], Object.keys(levels) as TrustLevel[], 'level');
  const verifyTimestamp = oneOf(
    verification['verifyTimestamp'] ?? 'always',
    ['always', 'afterCertExpiry'] as const,
    'verifyTimestamp',
  );
  const override = Object.entries(fieldsOf(verification['override'] ?? {}, 'override', validations));
  if (level === 'skip' && override.length > 0) throw new RangeError('the level skip has nothing to override');
  const changed = override.map(([validation, action]) => {
    const allowed = validation === 'revocation' ? actions : (['enforce', 'log'] as const);
    return [validation, oneOf(action, allowed, `override of ${validation}`)] as const;
  });
  return { level, verifyTimestamp, actions: { ...levels[level], ...Object.fromEntries(changed) } };
}

function readTrusted(fields: JsonObject): Pick<TrustPolicy, 'stores' | 'identities'> {
  const stores = textsOf(fields, 'trustStores').map(readStoreName);
  const identities = textsOf(fields, 'trustedIdentities');
  const isSkipped = asObject(fields['signatureVerification'])?.['level'] === 'skip';
  if (isSkipped !== (stores.length === 0) || isSkipped !== (identities.length === 0)) {
    throw new RangeError('trustStores and trustedIdentities belong to every level but skip');
  }
  if (identities.length === 1 && identities[0] === '*') return { stores, identities: 'any' };
  return { stores, identities: readIdentities(identities) };
}

function readStoreName(written: string): StoreName {
  const [, type, name = ''] = /^([a-zA-Z]+):([\w.-]{1,255})$/.exec(written) ?? [];
  if (name === '' || name === '.' || name === '..') throw new RangeError(`"${written}" is no trust store`);
  return { type: oneOf(type, storeTypes, `trust store "${written}"`), name };
}

const subjectPrefix = 'x509.subject:';

function readIdentities(written: readonly string[]): readonly DistinguishedName[] {
  const names = written.map((text) => {
    if (!text.startsWith(subjectPrefix)) throw new RangeError(`"${text}" does not begin with ${subjectPrefix}`);
    const name = parseName(text.slice(subjectPrefix.length));
    if ('problem' in name) throw new RangeError(`"${text}" is no subject: ${name.problem}`);
    return name;
  });
  const isWithin = (one: DistinguishedName, other: DistinguishedName) =>
    one.every(({ type, value }) => other.some((its) => its.type === type && its.value === value));
  if (names.some((one) => names.some((other) => one !== other && isWithin(one, other)))) {
    throw new RangeError('one of the trustedIdentities is a part of another');
  }
  return names;
}

const host = /^[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d{1,5})?$/;
const component = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*$/;

function readScopes(fields: JsonObject): TrustPolicy['scopes'] {
  const scopes = textsOf(fields, 'registryScopes');
  if (scopes.length === 0) throw new RangeError('it has no registryScopes');
  if (scopes.length === 1 && scopes[0] === '*') return 'global';
  return scopes.map((scope) => {
    const [registry = '', ...path] = scope.split('/');
    if (!host.test(registry) || path.length === 0 || !path.every((part) => component.test(part))) {
      throw new RangeError(`"${scope}" is no repository with its registry, such as registry.example/team/app`);
    }
    return [registry.toLowerCase().replace(/:443$/, ''), ...path].join('/');
  });
}

/** An object with these fields and no others. */
function fieldsOf(value: unknown, what: string, known: readonly string[]): JsonObject {
  const fields = asObject(value);
  if (fields === undefined) throw new RangeError(`${what} is no JSON object`);
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new RangeError(`${what} has a field that is not known: ${unknown}`);
  return fields;
}

function textsOf(fields: JsonObject, name: string): readonly string[] {
  const list = fields[name] ?? [];
  if (!Array.isArray(list)) throw new RangeError(`${name} is no list`);
  return list.map((item: unknown) => {
    if (typeof item !== 'string') throw new RangeError(`${name} has what is no text`);
    return item;
  });
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], what: string): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new RangeError(`${what} is none of ${allowed.join(', ')}`);
  return found;
}

function findTwice(what: string, all: readonly string[]): void {
  const twice = all.find((one, index) => all.indexOf(one) !== index);
  if (twice !== undefined) throw new RangeError(`${what} "${twice}" is there twice`);
}
