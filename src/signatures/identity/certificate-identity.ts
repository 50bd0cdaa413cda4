import type { X509Certificate } from '@sigstore/core';

/** Who a certificate was issued to, as its authority has written it down (Fulcio, docs/oid-info.md). */
export interface CertificateIdentity {
  /** The alternative names of the subject; for signatures of Notation, the subject itself. */
  readonly names: readonly { readonly kind: NameKind; readonly value: string }[];
  readonly claims: Readonly<Partial<Record<ClaimName, string>>>;
}

type NameKind = 'uri' | 'email' | 'dns' | 'username' | 'subject';

/** What Fulcio certifies, by the last number of its extension below 1.3.6.1.4.1.57264.1. */
const extensions = {
  issuer: 8,
  buildSignerUri: 9,
  buildSignerDigest: 10,
  runner: 11,
  repositoryUri: 12,
  commit: 13,
  ref: 14,
  repositoryId: 15,
  ownerUri: 16,
  ownerId: 17,
  workflowUri: 18,
  workflowDigest: 19,
  trigger: 20,
  runUri: 21,
  visibility: 22,
  environment: 23,
  subject: 24,
} as const;

/** The same from before 2023, without encoding. The new ones are believed first. */
const oldExtensions = { issuer: 1, trigger: 2, commit: 3, workflowName: 4, repository: 5, ref: 6 } as const;

export type ClaimName = keyof typeof extensions | keyof typeof oldExtensions;

const arc = '1.3.6.1.4.1.57264.1';
const subjectAlternativeName = '2.5.29.17';
/** The tag of each kind of name (RFC 5280, 4.2.1.6). */
const nameTags: Readonly<Record<number, NameKind>> = { 1: 'email', 2: 'dns', 6: 'uri' };
const otherName = 0;

/** Reads who a certificate was issued to. What cannot be read is as if it was not there. */
export function readIdentity(certificate: X509Certificate): CertificateIdentity {
  const claims: Partial<Record<ClaimName, string>> = {};
  for (const [name, number] of Object.entries(oldExtensions)) {
    const value = certificate.extension(`${arc}.${number}`)?.value.toString('utf8');
    // The keys of both tables are names of claims.
    if (value !== undefined) claims[name as ClaimName] = value;
  }
  for (const [name, number] of Object.entries(extensions)) {
    const value = utf8Of(certificate, `${arc}.${number}`);
    if (value !== undefined) claims[name as ClaimName] = value;
  }
  return { names: namesOf(certificate), claims };
}

/** The text of an extension, which is a DER UTF8String. */
function utf8Of(certificate: X509Certificate, oid: string): string | undefined {
  const [text] = certificate.extension(oid)?.valueObj.subs ?? [];
  return text?.value.toString('utf8');
}

function namesOf(certificate: X509Certificate): CertificateIdentity['names'] {
  const [list] = certificate.extension(subjectAlternativeName)?.valueObj.subs ?? [];
  return (list?.subs ?? []).flatMap((name) => {
    const kind = nameTags[name.tag.number];
    if (kind !== undefined) return [{ kind, value: name.value.toString('utf8') }];
    if (name.tag.number !== otherName) return [];
    // OtherName: its own type, and below a tag the value; Fulcio's .1.7 is a user name.
    const [type, tagged] = name.subs;
    const value = tagged?.subs[0]?.value.toString('utf8');
    return type?.toOID() === `${arc}.7` && value !== undefined ? [{ kind: 'username' as const, value }] : [];
  });
}
