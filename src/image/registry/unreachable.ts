import { BullaError, messageOf } from '#kit/error.ts';
import { imageError } from '#image/errors.ts';
import { printable } from './printable.ts';

/** What is wrong with a connection, as an error that says what to do. An error that is already one of ours stays as it is. */
export function unreachable(error: unknown, host: string): BullaError {
  if (error instanceof BullaError) return error;
  const { problem, hint } = explain(codeOf(error), error, host);
  return imageError('registry-unreachable', `${host} cannot be reached: ${problem}`, { hint, cause: error });
}

/** Whether the same request may well succeed a moment later; for errors of Node, and ours that were made from them. */
export function isTransient(error: unknown): boolean {
  return transient.includes(codeOf(error));
}

/** Whether a server that does not speak TLS fails like this; not so one that does, but with a certificate that we refuse. */
export function isLackOfTls(error: unknown): boolean {
  return error instanceof BullaError && error.code === 'registry-unreachable' && !isCertificateProblem(codeOf(error));
}

function isCertificateProblem(code: string): boolean {
  return /CERT|ISSUER|LEAF_SIGNATURE|HOSTNAME_MISMATCH|INVALID_CA|CRL/.test(code);
}

const transient = [
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_SOCKET_CLOSED',
];

function codeOf(thrown: unknown): string {
  const error = thrown instanceof BullaError ? thrown.cause : thrown;
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

interface Explanation {
  readonly problem: string;
  readonly hint: string;
}

function explain(code: string, error: unknown, host: string): Explanation {
  const known = explanations[code];
  if (known !== undefined) return known;
  if (code === 'ERR_PROXY_TUNNEL') return proxyProblem(error);
  if (/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE/.test(code)) {
    return {
      problem: `it refuses our TLS connection (${code})`,
      hint: `if it wants a client certificate, put it into /etc/docker/certs.d/${host}/client.cert and client.key`,
    };
  }
  if (isCertificateProblem(code)) {
    return {
      problem: `its certificate is not trusted: ${printable(messageOf(error))}`,
      hint: `give the CA that signed it with --ca FILE or NODE_EXTRA_CA_CERTS, or skip the check with --insecure`,
    };
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return {
      problem: 'it does not speak TLS',
      hint: 'if it is a registry without TLS, allow that with --insecure',
    };
  }
  if (code.startsWith('HPE_')) return { problem: 'what it speaks is not HTTP', hint: 'check its host and port' };
  return { problem: printable(messageOf(error)) || code || 'for an unknown reason', hint: 'check the network' };
}

const explanations: Readonly<Record<string, Explanation>> = {
  ENOTFOUND: {
    problem: 'there is no host of this name',
    hint: 'check the spelling, and whether its DNS server can be reached',
  },
  EAI_AGAIN: { problem: 'the DNS server does not answer', hint: 'check the network, or whether a proxy is needed' },
  ECONNREFUSED: { problem: 'nothing listens there', hint: 'check the port, and whether the registry runs' },
  ECONNRESET: {
    problem: 'it breaks the connection',
    hint: 'try again; if it stays so, look for a firewall or proxy on the way',
  },
  ETIMEDOUT: { problem: 'it does not answer', hint: 'check the network, or whether a proxy is needed' },
  EHOSTUNREACH: { problem: 'there is no way to it', hint: 'check the network' },
  ENETUNREACH: { problem: 'there is no way to its network', hint: 'check the network' },
};

function proxyProblem(error: unknown): Explanation {
  const status = error instanceof Error && 'statusCode' in error ? ` with status ${String(error.statusCode)}` : '';
  return {
    problem: `the proxy does not let us through${status}`,
    hint: 'check HTTPS_PROXY, or name the host in NO_PROXY',
  };
}
