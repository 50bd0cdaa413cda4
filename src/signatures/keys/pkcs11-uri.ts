import { signatureError } from '#signatures/errors.ts';

/** What a URI of PKCS #11 names. */
export interface Pkcs11Uri {
  readonly token: string | undefined;
  readonly slot: string | undefined;
  /** Label of the key. */
  readonly object: string | undefined;
  /** In hexadecimal. */
  readonly id: string | undefined;
  /** The library, as an absolute path. */
  readonly module: string | undefined;
  readonly pin: string | undefined;
}

/** Attributes of the path that say more of what others name already. */
const passedOver = ['manufacturer', 'model', 'serial', 'type', 'slot-description', 'slot-manufacturer'];
const known = new Set(['token', 'slot-id', 'object', 'id', 'module-path', 'pin-value', ...passedOver]);

const longestUri = 4096;

/**
 * Reads a URI of PKCS #11 (RFC 7512), of which the part behind `pkcs11:` is given. One key must be named, on one token: by their
 * labels, or by the number of the slot and the id.
 *
 * @param name the URI without its query, for errors: that may have a PIN
 * @throws `key-not-found`
 */
export function readPkcs11Uri(rest: string, name: string): Pkcs11Uri {
  if (rest.length > longestUri) throw unusable(name, 'it is too long');
  const mark = rest.indexOf('?');
  const [path, query] = mark < 0 ? [rest, ''] : [rest.slice(0, mark), rest.slice(mark + 1)];
  const attributes = new Map<string, Buffer>();
  for (const part of [...path.split(';'), ...query.split(/[&;]/)]) {
    if (part === '') continue;
    const [attribute = '', ...value] = part.split('=');
    if (attribute === 'pin-source') throw unusable(name, 'pin-source is not read; set COSIGN_PKCS11_PIN');
    if (!known.has(attribute)) throw unusable(name, `it has an attribute that is not understood`);
    if (attributes.has(attribute)) throw unusable(name, `${attribute} is in it twice`);
    attributes.set(attribute, decode(value.join('='), name));
  }
  const text = (attribute: string) => textOf(attributes.get(attribute), name);
  const [token, slot, object, module] = ['token', 'slot-id', 'object', 'module-path'].map(text);
  const id = attributes.get('id')?.toString('hex') || undefined;
  if (token === undefined && slot === undefined) throw unusable(name, 'it names no token');
  if (object === undefined && id === undefined) throw unusable(name, 'it names no object, and no id');
  if (slot !== undefined && !/^\d{1,20}$/.test(slot)) throw unusable(name, 'its slot-id is no number');
  return { token, slot, object, id, module, pin: text('pin-value') };
}

function decode(value: string, name: string): Buffer {
  const parts = value.split(/(%[0-9a-fA-F]{2})/);
  const bytes = parts.map((part, index) => (index % 2 === 1 ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part)));
  if (parts.some((part, index) => index % 2 === 0 && part.includes('%'))) throw unusable(name, 'a % in it is wrong');
  return Buffer.concat(bytes);
}

function textOf(bytes: Buffer | undefined, name: string): string | undefined {
  const text = bytes?.toString() ?? '';
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) throw unusable(name, 'there are control characters in it');
  return text === '' ? undefined : text;
}

function unusable(name: string, problem: string) {
  return signatureError('key-not-found', `${name.slice(0, 200)} names no key of PKCS #11: ${problem}`, {
    hint: 'write pkcs11:token=TOKEN;object=LABEL, or pkcs11:slot-id=NUMBER;id=%01; see pkcs11-tool --list-objects',
  });
}
