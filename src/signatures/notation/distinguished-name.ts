import type { ASN1Obj } from '@sigstore/core';

/** The name of a certificate's subject or of its issuer, as a flat list in the order in which it is written. */
export type DistinguishedName = readonly NameAttribute[];

interface NameAttribute {
  /** Its short name (RFC 4514, 3) or, if it has none, its object identifier. */
  readonly type: string;
  readonly value: string;
}

/** The attributes that names of people and organisations have; those of RFC 4514 and two more that Notation knows. */
const types: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.17': 'POSTALCODE',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
};
const known: ReadonlySet<string> = new Set(Object.values(types));

/** Without these, a name is anyone's (trust policy specification, "Trusted Identities Constraints"). */
const needed = ['C', 'ST', 'O'] as const;

/**
 * Whether a certificate is for whom a trust policy names: each attribute of the policy is in the certificate's name, once, with
 * this very value. Others may be there too.
 */
export function matchesName(expected: DistinguishedName, name: DistinguishedName): boolean {
  return expected.every(({ type, value }) => {
    const found = name.filter((one) => one.type === type);
    return found.length === 1 && found[0]?.value === value;
  });
}

/** Reads the name in a certificate (RFC 5280, 4.1.2.4). @throws if it is not one */
export function nameOf(name: ASN1Obj): DistinguishedName {
  return name.subs.flatMap((set) =>
    set.subs.map(({ subs: [type, value] }) => {
      const oid = type?.toOID() ?? '';
      if (value === undefined) throw new RangeError('an attribute has no value');
      return { type: types[oid] ?? oid, value: textOf(value) };
    }),
  );
}

/** The name as people write it: the most specific part first (RFC 4514, 2). */
export function formatName(name: DistinguishedName): string {
  return name
    .toReversed()
    .map(({ type, value }) => `${type}=${escape(value)}`)
    .join(',');
}

/**
 * Reads a name as a trust policy writes it (RFC 4514): `C=US, ST=WA, O=example.org, CN=builder`.
 * @returns the name, or what is wrong with it
 */
export function parseName(text: string): DistinguishedName | { readonly problem: string } {
  const name: NameAttribute[] = [];
  for (let at = 0; at <= text.length;) {
    const equals = text.indexOf('=', at);
    if (equals < 0) return { problem: 'a part of it has no "="' };
    const written = text.slice(at, equals).trim().toUpperCase();
    const type = written === 'S' ? 'ST' : written;
    if (!known.has(type)) return { problem: `"${written}" is no attribute of a name` };
    if (name.some((one) => one.type === type)) return { problem: `${type} is in it twice` };
    const value = readValue(text, equals + 1);
    if ('problem' in value) return value;
    if (value.text === '') return { problem: `${type} is empty` };
    name.push({ type, value: value.text });
    at = value.end + 1;
  }
  const missing = needed.find((type) => name.every((one) => one.type !== type));
  return missing === undefined ? name : { problem: `it has no ${missing}; C, ST and O must be in it` };
}

/** Characters that mean something in a name, and stand for themselves only after a backslash. */
const special = ',;+"<>\\';

/** Reads a value up to the comma that ends it, or the end; spaces around it do not count unless they are escaped. */
function readValue(
  text: string,
  start: number,
): { readonly text: string; readonly end: number } | { readonly problem: string } {
  const bytes: Buffer[] = [];
  let length = 0;
  let at = start;
  while (text[at] === ' ') at++;
  if (text[at] === '#') return { problem: 'values in hexadecimal are not understood' };
  for (; at < text.length && text[at] !== ','; at++) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (character === '\\') {
      const escaped = /^(?:[0-9a-fA-F]{2}|[ #=,;+"<>\\])/.exec(text.slice(at + 1, at + 3))?.[0];
      if (escaped === undefined) return { problem: 'it has a backslash before what needs none' };
      bytes.push(escaped.length === 2 ? Buffer.from(escaped, 'hex') : Buffer.from(escaped));
      at += escaped.length;
      length = bytes.length;
    } else if (special.includes(character)) {
      return { problem: `it has a "${character}" without a backslash before it` };
    } else {
      bytes.push(Buffer.from(character));
      at += character.length - 1;
      if (character !== ' ') length = bytes.length;
    }
  }
  return { text: Buffer.concat(bytes.slice(0, length)).toString('utf8'), end: at };
}

function escape(value: string): string {
  const inner = value.replaceAll(/[,;+"<>\\]/g, String.raw`\$&`);
  return inner.replace(/^[ #]/, String.raw`\$&`).replace(/ $/, String.raw`\ `);
}

/** The text of a DirectoryString or IA5String; of anything else, its bytes in hexadecimal. */
function textOf({ tag, value }: ASN1Obj): string {
  switch (tag.isUniversal() ? tag.number : undefined) {
    case 0x0c: // UTF8String
    case 0x13: // PrintableString
    case 0x16: // IA5String
      return inUtf8(value) ?? `#${value.toString('hex')}`;
    case 0x14: // TeletexString
      return value.toString('latin1');
    case 0x1e: // BMPString
      return Buffer.from(value.length % 2 === 0 ? value : value.subarray(1))
        .swap16()
        .toString('utf16le');
    default:
      return `#${value.toString('hex')}`;
  }
}

function inUtf8(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : undefined;
}
