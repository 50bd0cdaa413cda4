import type { ServingCertificate } from '#server/http/open-server.ts';

/** Where the certificate of a server comes from, and how it is renewed. */
export interface CertificateSource {
  /** The certificate to serve now. @throws `certificate-unusable` */
  current(): Promise<ServingCertificate>;
  /** Whom clients are to trust, PEM: during a rotation both who certified the old one and who will certify the next. */
  authorities(): Promise<string>;
}
