import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '#kit/atomic-file.ts';
import { messageOf } from '#kit/error.ts';
import { asObject, asText, parseJson } from '#kit/narrow.ts';
import { serverError } from '#server/errors.ts';
import { issueAuthority, issueForServer, type Issued } from './issue.ts';
import type { CertificateSource } from './source.ts';

const day = 24 * 3_600_000;

/**
 * How long certificates are good. The next authority is made long before it certifies anything, so that whoever must trust it has
 * heard of it by then: there is no moment in which a certificate is served that nobody trusts.
 */
export const terms = {
  authority: 90 * day,
  /** What is left of an authority when the next one is made, and when that one begins to certify. */
  nextMade: 45 * day,
  nextUsed: 30 * day,
  serving: 14 * day,
  servingRenewed: 7 * day,
  /** Clocks differ. */
  backdated: 3_600_000,
} as const;

/** What an authority of one's own keeps in its folder. */
interface State {
  /** The one that certifies, and perhaps the one that will. */
  readonly authorities: readonly Issued[];
  readonly serving: Issued;
  readonly hosts: readonly string[];
}

/**
 * An authority of one's own, kept in a folder, that certifies this server under its host names.
 * @throws `certificate-unusable` if the folder cannot be read or written
 */
export function ownAuthority(folder: string, hosts: readonly string[], now: () => number): CertificateSource {
  const path = join(folder, 'authority.json');
  let state: State | undefined;

  async function renewed(): Promise<State> {
    state ??= await readState(path);
    const next = renew(state, hosts, now());
    if (next !== state) await writeState(path, next);
    state = next;
    return next;
  }

  return {
    async current() {
      const { serving } = await renewed();
      return serving;
    },
    authorities: async () => (await renewed()).authorities.map(({ certificate }) => certificate).join(''),
  };
}

/** What there is to be now; the same if nothing changes. */
export function renew(state: State | undefined, hosts: readonly string[], now: number): State {
  const left = ({ certificate }: Issued) => new X509Certificate(certificate).validToDate.getTime() - now;
  const kept = state?.authorities.filter((one) => left(one) > terms.serving) ?? [];
  const [first = makeAuthority(now), ...later] = kept;
  const needsNext = later.length === 0 && left(first) < terms.nextMade;
  const authorities = needsNext ? [first, makeAuthority(now)] : [first, ...later];
  const certifies = left(first) < terms.nextUsed ? (authorities[1] ?? first) : first;
  const serving = state?.serving;
  const isGood =
    serving !== undefined &&
    left(serving) > terms.servingRenewed &&
    sameHosts(state?.hosts ?? [], hosts) &&
    authorities.some((one) => isIssuedBy(serving, one));
  if (
    isGood &&
    state !== undefined &&
    authorities.length === state.authorities.length &&
    kept.length === state.authorities.length
  ) {
    return state;
  }
  return { authorities, serving: isGood ? serving : makeServing(hosts, certifies, now), hosts };
}

function makeAuthority(now: number): Issued {
  return issueAuthority({
    name: `bulla ${new Date(now).toISOString().slice(0, 10)}`,
    from: new Date(now - terms.backdated),
    until: new Date(now + terms.authority),
  });
}

function makeServing(hosts: readonly string[], authority: Issued, now: number): Issued {
  const wish = { name: 'bulla', from: new Date(now - terms.backdated), until: new Date(now + terms.serving) };
  return issueForServer(wish, hosts, authority);
}

function isIssuedBy({ certificate }: Issued, authority: Issued): boolean {
  return new X509Certificate(certificate).verify(new X509Certificate(authority.certificate).publicKey);
}

function sameHosts(some: readonly string[], others: readonly string[]): boolean {
  return some.join(' ') === others.join(' ');
}

async function readState(path: string): Promise<State | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unusable(path, messageOf(error));
  });
  if (text === undefined) return undefined;
  const { authorities, serving, hosts } = asObject(parseJson(text)) ?? {};
  const read = Array.isArray(authorities) ? authorities.map(readIssued) : [];
  const own = readIssued(serving);
  if (read.length === 0 || own === undefined || read.some((one) => one === undefined)) {
    throw unusable(path, 'it is not what was written there');
  }
  return {
    authorities: read.filter((one) => one !== undefined),
    serving: own,
    hosts: Array.isArray(hosts) ? hosts.map(String) : [],
  };
}

function readIssued(value: unknown): Issued | undefined {
  const { certificate, key } = asObject(value) ?? {};
  const issued = { certificate: asText(certificate) ?? '', key: asText(key) ?? '' };
  try {
    return new X509Certificate(issued.certificate).checkPrivateKey(createPrivateKey(issued.key)) ? issued : undefined;
  } catch {
    return undefined;
  }
}

async function writeState(path: string, state: State): Promise<void> {
  try {
    await writeAtomically(path, JSON.stringify(state), 0o600);
  } catch (error) {
    throw unusable(path, messageOf(error));
  }
}

function unusable(path: string, problem: string) {
  return serverError('certificate-unusable', `the authority in ${path} cannot be used: ${problem}`, {
    hint: 'let the folder be writable; if the file is damaged, remove it, and tell API servers of the new one',
  });
}
