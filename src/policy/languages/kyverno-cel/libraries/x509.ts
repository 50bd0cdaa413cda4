import { X509Certificate } from 'node:crypto';
import { fn, type Library } from '#policy/cel/function.ts';
import { fromJson } from '#policy/cel/json.ts';
import { dyn, text } from '#policy/cel/type.ts';
import { policyError } from '#policy/errors.ts';

const longest = 100_000;

/** `x509.decode(pem)`: of what Kyverno gives the parts that policies ask for; others are not there, and so an error. */
export const x509: Library = {
  name: 'x509',
  functions: [
    fn('x509.decode', [text], dyn, (written, run) => {
      run.grow(written.length);
      const { validFromDate, validToDate, raw, serialNumber, ca, subjectAltName } = read(written);
      const names = (subjectAltName ?? '').split(', ');
      return fromJson({
        Raw: raw.toString('base64'),
        SerialNumber: serialNumberIn(serialNumber),
        NotBefore: secondsOf(validFromDate),
        NotAfter: secondsOf(validToDate),
        IsCA: ca,
        DNSNames: valuesOf(names, 'DNS:'),
        EmailAddresses: valuesOf(names, 'email:'),
      });
    }),
  ],
};

function read(written: string): X509Certificate {
  try {
    if (written.length <= longest) return new X509Certificate(written);
  } catch {
    // Said below.
  }
  throw policyError('expression-failed', 'a text is no certificate in PEM');
}

function serialNumberIn(hex: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${hex}`));
}

function secondsOf(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}

function valuesOf(names: readonly string[], kind: string): string[] {
  return names.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length));
}
