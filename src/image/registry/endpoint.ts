import { isIP } from 'node:net';
import type { RegistryOptions } from './options.ts';

/** Where a registry's API is, and how it may be spoken to. */
export interface Endpoint {
  /** The host as references name it, with its port unless that is 443. */
  readonly host: string;
  /** Host and port that the API is at. */
  readonly authority: string;
  readonly isLoopback: boolean;
  /** In the order in which they are tried. */
  readonly schemes: readonly ('https' | 'http')[];
}

/**
 * The endpoint of a registry. As for docker, plain HTTP is only tried, after HTTPS, on this very machine and for hosts that
 * were named insecure.
 */
export function endpointOf(host: string, options: Pick<RegistryOptions, 'insecure'>): Endpoint {
  const authority = host === 'docker.io' ? 'registry-1.docker.io' : host;
  const isLoopback = isLoopbackName(new URL(`https://${authority}`).hostname);
  const plain = isLoopback || isInsecure(host, options);
  return { host, authority, isLoopback, schemes: plain ? ['https', 'http'] : ['https'] };
}

/** Whether the user gave up the check of this host's certificate. `host` has its port, unless it is the usual one. */
export function isInsecure(host: string, { insecure = [] }: Pick<RegistryOptions, 'insecure'>): boolean {
  return (
    insecure.includes('*') ||
    insecure.some((named) => named.toLowerCase().replace(/:443$/, '') === host.replace(/:443$/, ''))
  );
}

/** Whether a host name, as `URL.hostname` gives it, means this machine without asking anyone. */
export function isLoopbackName(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost') || name === '[::1]') return true;
  return isIP(name) === 4 && name.startsWith('127.');
}
