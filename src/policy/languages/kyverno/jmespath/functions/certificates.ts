import { X509Certificate } from 'node:crypto';
import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { formatTime, momentOfDate } from '#policy/languages/kyverno/values/time.ts';
import { define, failure, text, type JmesFunction } from './define.ts';

/** Functions of certificates. */
export const certificates: Readonly<Record<string, JmesFunction>> = {
  x509_decode: define([text], ([pem]) => decode(pem)),
};

const longest = 64 << 10;

/** A certificate with an RSA key, by the names of Go (`x509.Certificate`); what is not here is missing to expressions. */
function decode(pem: string): JsonObject {
  const certificate = read(pem);
  const { publicKey, subjectAltName = '', ca, serialNumber, validFromDate, validToDate } = certificate;
  if (publicKey.asymmetricKeyType !== 'rsa') throw failure('the key of the certificate is not one of RSA');
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const { subject, issuer } = certificate.toLegacyObject();
  const names = (kind: string) =>
    subjectAltName
      .split(', ')
      .filter((name) => name.startsWith(`${kind}:`))
      .map((name) => name.slice(kind.length + 1));
  return {
    SerialNumber: Number(BigInt(`0x${serialNumber}`)),
    Subject: nameOf(subject),
    Issuer: nameOf(issuer),
    NotBefore: formatTime(momentOfDate(validFromDate)),
    NotAfter: formatTime(momentOfDate(validToDate)),
    DNSNames: names('DNS'),
    EmailAddresses: names('email'),
    IPAddresses: names('IP Address'),
    IsCA: ca,
    PublicKeyAlgorithm: 1,
    PublicKey: { N: String(numberOf(n)), E: Number(numberOf(e)) },
  };
}

function read(pem: string): X509Certificate {
  if (pem.length > longest || !pem.includes('-----BEGIN CERTIFICATE-----'))
    throw failure('it is no certificate in PEM');
  try {
    return new X509Certificate(pem);
  } catch {
    throw failure('the certificate cannot be read');
  }
}

const parts = {
  C: 'Country',
  O: 'Organization',
  OU: 'OrganizationalUnit',
  L: 'Locality',
  ST: 'Province',
} as const;

function nameOf(written: unknown): JsonObject {
  const fields = asObject(written) ?? {};
  const lists = Object.entries(parts).map(([short, long]) => {
    const value = fields[short];
    return [long, value === undefined ? null : [value].flat()] as const;
  });
  return { ...Object.fromEntries(lists), CommonName: asText(fields['CN']) ?? '' };
}

function numberOf(base64: string): bigint {
  return BigInt(`0x${Buffer.from(base64, 'base64url').toString('hex') || '0'}`);
}
