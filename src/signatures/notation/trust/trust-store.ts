import { lstat, readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { X509Certificate } from '@sigstore/core';
import { readCertificate, readPemCertificates } from '#signatures/certificate/read-certificate.ts';
import { isAuthority, isSelfSigned } from '#signatures/notation/certificate-rules.ts';
import type { StoreName } from './trust-policy.ts';

const extensions: readonly string[] = ['.crt', '.cer', '.pem'];
const largestFile = 1024 * 1024;
const mostCertificates = 1000;

/**
 * Reads the certificates of a named trust store, `x509/TYPE/NAME` below its folder: files in PEM or DER (trust store specification).
 * Folders in it do not count; links and anything else are refused.
 * @throws RangeError that says what is wrong, or what the file system throws
 */
export async function readTrustStore(folder: string, { type, name }: StoreName): Promise<readonly X509Certificate[]> {
  const path = join(folder, 'x509', type, name);
  if (!(await lstat(path)).isDirectory()) throw new RangeError(`${path} is no folder`);
  const entries = await readdir(path, { withFileTypes: true });
  const certificates: X509Certificate[] = [];
  for (const entry of entries
    .filter((one) => !one.isDirectory())
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const file = join(path, entry.name);
    if (!entry.isFile() || !extensions.includes(extname(entry.name).toLowerCase())) {
      throw new RangeError(`${file} is no file of certificates (${extensions.join(', ')})`);
    }
    certificates.push(...(await readFileOf(file, type)));
    if (certificates.length > mostCertificates) throw new RangeError(`${path} has too many certificates`);
  }
  if (certificates.length === 0) throw new RangeError(`${path} has no certificates`);
  return certificates;
}

async function readFileOf(file: string, type: StoreName['type']): Promise<readonly X509Certificate[]> {
  if ((await lstat(file)).size > largestFile) throw new RangeError(`${file} is too large`);
  const certificates = certificatesIn(await readFile(file));
  if (certificates.length === 0) throw new RangeError(`${file} has no certificate that can be read`);
  const isFit = (one: X509Certificate) => isSelfSigned(one) || (type !== 'tsa' && isAuthorityOf(one));
  if (!certificates.every(isFit)) throw new RangeError(`${file} has a certificate that is not one of an authority`);
  return certificates;
}

function certificatesIn(bytes: Buffer): readonly X509Certificate[] {
  const isPem = bytes.includes('-----BEGIN ');
  const ders = isPem ? (readPemCertificates(bytes.toString('latin1')) ?? []) : [bytes];
  return ders.flatMap((der) => readCertificate(der) ?? []);
}

function isAuthorityOf(certificate: X509Certificate): boolean {
  try {
    return isAuthority(certificate);
  } catch {
    return false;
  }
}
