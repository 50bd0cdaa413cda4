import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { claimExtensions, type Claims } from './claims.ts';
import { createCertificate, type Certificate, type CertificateIssuer } from './certificate.ts';
import { createCertificateLog, type CertificateLog } from './certificate-log.ts';
import {
  authorityExtension,
  authorityKeyExtension,
  identityExtension,
  keyUsageExtension,
  purposeExtension,
  subjectKeyExtension,
  type Identity,
  type Purpose,
} from './extensions.ts';

/** An authority like Fulcio: a root, an intermediate, and a log in which it registers what it issues. */
export interface Authority {
  /** Intermediate, then root: the order of trusted roots and of cosign's chain annotation. */
  readonly chain: readonly Certificate[];
  readonly log: CertificateLog;
  readonly uri: string;
  /** Issues a certificate for signing code. */
  issue(request: IssueRequest): Certificate;
}

export interface IssueRequest {
  readonly publicKey: KeyObject;
  /** One identity is what Fulcio writes; none or several are for verifiers to refuse. */
  readonly identities: readonly Identity[];
  /** The issuer of the token, for extensions 1 and 8. */
  readonly issuer?: string;
  readonly claims?: Claims;
  readonly notBefore: Date;
  /** Ten minutes after `notBefore` unless given. */
  readonly notAfter?: Date;
  readonly purpose?: Purpose;
  /** The logs that promise to log it; the authority's own unless given. */
  readonly logs?: readonly CertificateLog[];
}

/** Makes an authority with keys of its own. Its certificates are valid `from` … `until`. */
export function createAuthority(options: {
  readonly from: Date;
  readonly until: Date;
  readonly uri: string;
}): Authority {
  const rootKeys = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const validity = { notBefore: options.from, notAfter: options.until };
  const root = createCertificate({
    ...validity,
    subject: { organization: 'sigstore.box', commonName: 'box' },
    publicKey: rootKeys.publicKey,
    issuer: { privateKey: rootKeys.privateKey },
    extensions: [
      keyUsageExtension('certificateSigning'),
      authorityExtension(1),
      subjectKeyExtension(rootKeys.publicKey),
      authorityKeyExtension(rootKeys.publicKey),
    ],
  });
  const intermediate = createCertificate({
    ...validity,
    subject: { organization: 'sigstore.box', commonName: 'box-intermediate' },
    publicKey: keys.publicKey,
    issuer: { privateKey: rootKeys.privateKey, certificate: root },
    extensions: [
      keyUsageExtension('certificateSigning'),
      purposeExtension('codeSigning'),
      authorityExtension(0),
      subjectKeyExtension(keys.publicKey),
      authorityKeyExtension(rootKeys.publicKey),
    ],
  });
  const log = createCertificateLog();
  const signer = { privateKey: keys.privateKey, certificate: intermediate };
  return {
    chain: [intermediate, root],
    log,
    uri: options.uri,
    issue: (request) => issue(signer, keys.publicKey, { logs: [log], ...request }),
  };
}

const tenMinutes = 10 * 60 * 1000;

function issue(
  issuer: CertificateIssuer,
  issuerKey: KeyObject,
  request: IssueRequest & { readonly logs: readonly CertificateLog[] },
): Certificate {
  const { publicKey, identities, notBefore, logs } = request;
  return createCertificate({
    subject: {},
    publicKey,
    issuer,
    notBefore,
    notAfter: request.notAfter ?? new Date(notBefore.getTime() + tenMinutes),
    extensions: [
      keyUsageExtension('digitalSignature'),
      purposeExtension(request.purpose ?? 'codeSigning'),
      subjectKeyExtension(publicKey),
      authorityKeyExtension(issuerKey),
      ...(identities.length === 0 ? [] : [identityExtension(identities)]),
      ...claimExtensions(request.issuer, request.claims ?? {}),
    ],
    logIn: (precertificate) => logs.map((log) => log.promise(precertificate, issuerKey, notBefore)),
  });
}
