import { isIPv4, isIPv6 } from 'node:net';
import { policyError } from '#policy/errors.ts';

/** An address of the Internet as a number. */
export interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

/** An address and how many bits of it are those of its network. */
export interface Network {
  readonly address: Address;
  readonly prefix: number;
}

/** @throws `expression-failed`, also for addresses with a zone, and for those of version 4 within version 6, as Kubernetes has it */
export function readAddress(written: string): Address {
  const address = parseAddress(written);
  if (address === undefined) throw policyError('expression-failed', `"${written.slice(0, 60)}" is no address`);
  return address;
}

export function parseAddress(written: string): Address | undefined {
  if (isIPv4(written)) return { family: 4, bits: bitsOf(written.split('.').map(BigInt), 8n) };
  if (!isIPv6(written) || written.includes('%')) return undefined;
  const bits = bitsOf(groupsOf(written), 16n);
  return bits >> 32n === 0xffffn ? undefined : { family: 6, bits };
}

/** @throws `expression-failed` */
export function readNetwork(written: string): Network {
  const network = parseNetwork(written);
  if (network === undefined)
    throw policyError('expression-failed', `"${written.slice(0, 60)}" is no network such as 10.0.0.0/8`);
  return network;
}

export function parseNetwork(written: string): Network | undefined {
  const [, host = '', size = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(written) ?? [];
  const address = parseAddress(host);
  const prefix = Number(size);
  return address === undefined || size === '' || prefix > widthOf(address) ? undefined : { address, prefix };
}

function widthOf({ family }: Address): number {
  return family === 4 ? 32 : 128;
}

/** The first address of a network. */
export function masked({ address, prefix }: Network): Address {
  const rest = BigInt(widthOf(address) - prefix);
  return { ...address, bits: (address.bits >> rest) << rest };
}

export function containsAddress(network: Network, address: Address): boolean {
  return (
    network.address.family === address.family &&
    masked({ address, prefix: network.prefix }).bits === masked(network).bits
  );
}

/** As it is written canonically (RFC 5952). */
export function writeAddress({ family, bits }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((by) => (bits >> by) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, at) => ((bits >> BigInt(112 - 16 * at)) & 0xffffn).toString(16));
  let longest = { at: 0, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (groups[at + length] === '0') length++;
    if (length > longest.length) longest = { at, length };
  }
  if (longest.length === 1) return groups.join(':');
  return `${groups.slice(0, longest.at).join(':')}::${groups.slice(longest.at + longest.length).join(':')}`;
}

function bitsOf(parts: readonly bigint[], width: bigint): bigint {
  return parts.reduce((bits, part) => (bits << width) | part, 0n);
}

function groupsOf(written: string): bigint[] {
  const [before = '', after] = written.split('::');
  const [head, tail] = [groupsIn(before), groupsIn(after ?? '')];
  const missing = after === undefined ? 0 : 8 - head.length - tail.length;
  return [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
}

function groupsIn(part: string): bigint[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const bits = bitsOf(group.split('.').map(BigInt), 8n);
    return [bits >> 16n, bits & 0xffffn];
  });
}
