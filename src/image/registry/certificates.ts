import { X509Certificate } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { collect } from '#kit/bytes.ts';
import { messageOf } from '#kit/error.ts';
import { imageError } from '#image/errors.ts';
import { registryLimits } from './limits.ts';
import type { RegistryOptions } from './options.ts';

/** What TLS connections to one host trust and show; nothing where Node's own defaults do. */
export type Certificates = SecureContext | undefined;

/**
 * Gathers the certificates for a registry: those of the options, and those in its folder as docker and podman lay it out,
 * `HOST/*.crt` for authorities, `HOST/NAME.cert` with `HOST/NAME.key` for the client.
 * @param host without it, only the options count
 * @throws `credentials-unreadable` for a certificate that is there but cannot be used
 */
export async function certificatesFor(host: string | undefined, options: RegistryOptions): Promise<Certificates> {
  const files = host === undefined ? noFiles : await findFiles(host, options.certificateFolders ?? usualFolders);
  const authorities = [...files.authorities, ...(options.ca === undefined ? [] : [options.ca])];
  if (authorities.length === 0 && files.client === undefined) return undefined;
  try {
    // Node passes over an authority that it cannot read.
    authorities.forEach((authority) => new X509Certificate(authority));
    return createSecureContext({ ca: [...getCACertificates('default'), ...authorities], ...files.client });
  } catch (error) {
    throw unusable(files.folder ?? 'the given CA', error);
  }
}

const usualFolders = ['/etc/containers/certs.d', '/etc/docker/certs.d'];

interface Files {
  readonly folder?: string;
  readonly authorities: readonly string[];
  readonly client?: { readonly cert: string; readonly key: string };
}

const noFiles: Files = { authorities: [] };

async function findFiles(host: string, folders: readonly string[]): Promise<Files> {
  for (const parent of folders) {
    const folder = join(parent, host);
    // A folder that is absent, or not for us to read, is no reason not to talk to a registry.
    const names = await readdir(folder).catch(() => undefined);
    if (names !== undefined) return readFiles(folder, names.toSorted().slice(0, registryLimits.certificateFiles));
  }
  return noFiles;
}

async function readFiles(folder: string, names: readonly string[]): Promise<Files> {
  const authorities: string[] = [];
  for (const name of names.filter((file) => file.endsWith('.crt'))) authorities.push(await read(join(folder, name)));
  const client = names.find((name) => name.endsWith('.cert') && names.includes(keyOf(name)));
  if (client === undefined) return { folder, authorities };
  const [cert, key] = [await read(join(folder, client)), await read(join(folder, keyOf(client)))];
  return { folder, authorities, client: { cert, key } };
}

function keyOf(certificate: string): string {
  return certificate.replace(/\.cert$/, '.key');
}

async function read(path: string): Promise<string> {
  try {
    const bytes = await collect(createReadStream(path), registryLimits.certificateBytes);
    if (bytes === undefined) throw new Error(`it has more than ${registryLimits.certificateBytes} bytes`);
    return bytes.toString('utf8');
  } catch (error) {
    throw unusable(path, error);
  }
}

function unusable(path: string, error: unknown) {
  return imageError('credentials-unreadable', `the certificates in ${path} cannot be used: ${messageOf(error)}`, {
    hint: 'they must be readable PEM files',
    cause: error,
  });
}
