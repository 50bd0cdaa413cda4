import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import { der } from '#signatures/certificate/der.ts';

/** A certificate and its key, PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

interface Wish {
  readonly name: string;
  readonly from: Date;
  readonly until: Date;
}

/** An authority that signs itself, for certificates of servers and nothing else (RFC 5280). */
export function issueAuthority(wish: Wish): Issued {
  const key = newKey();
  const extensions = [
    extension('2.5.29.19', true, der.sequence(der.boolean(true), der.integer(0))),
    extension('2.5.29.15', true, der.bits(Buffer.of(0x06), 1)),
    keyIdentifier(createPublicKey(key)),
  ];
  return { certificate: certify(wish, key, key, wish.name, extensions), key: pemOf(key) };
}

/** A certificate for a server with these host names and addresses. */
export function issueForServer(wish: Wish, hosts: readonly string[], authority: Issued): Issued {
  const key = newKey();
  const signer = createPrivateKey(authority.key);
  const issuer = new X509Certificate(authority.certificate);
  const extensions = [
    extension('2.5.29.15', true, der.bits(Buffer.of(0x80), 7)),
    extension('2.5.29.37', false, der.sequence(der.oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', false, der.sequence(...hosts.map(generalName))),
    extension('2.5.29.35', false, der.sequence(der.contextPrimitive(0, keyHash(issuer.publicKey)))),
  ];
  // Subjects of authorities of ours have this one attribute.
  const issuerName = issuer.subject.replace(/^CN=/, '');
  return { certificate: certify(wish, key, signer, issuerName, extensions), key: pemOf(key) };
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function certify(wish: Wish, key: KeyObject, signer: KeyObject, issuer: string, extensions: readonly Buffer[]): string {
  const algorithm = der.sequence(der.oid('1.2.840.10045.4.3.2'));
  const serial = randomBytes(16);
  // Positive and never zero (RFC 5280, 4.1.2.2).
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const toSign = der.sequence(
    der.context(0, der.integer(2)),
    der.integer(serial),
    algorithm,
    nameOf(issuer),
    der.sequence(der.time(wish.from), der.time(wish.until)),
    nameOf(wish.name),
    createPublicKey(key).export({ format: 'der', type: 'spki' }),
    der.context(3, der.sequence(...extensions)),
  );
  const whole = der.sequence(toSign, algorithm, der.bits(sign('sha256', toSign, signer)));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function nameOf(commonName: string): Buffer {
  return der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.utf8(commonName))));
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  return der.sequence(der.oid(id), ...(isCritical ? [der.boolean(true)] : []), der.octets(value));
}

function keyIdentifier(key: KeyObject): Buffer {
  return extension('2.5.29.14', false, der.octets(keyHash(key)));
}

function keyHash(key: KeyObject): Buffer {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest()
    .subarray(0, 20);
}

/** Subject alternative names: `dNSName` and `iPAddress`. */
function generalName(host: string): Buffer {
  if (isIP(host) === 0) return der.contextPrimitive(2, Buffer.from(host, 'latin1'));
  return der.contextPrimitive(7, addressBytes(host));
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [start, end] = [groups(left), groups(right ?? '')];
  const all = [...start, ...Array.from({ length: 8 - start.length - end.length }, () => 0), ...end];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 255]));
}

function pemOf(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' });
}
