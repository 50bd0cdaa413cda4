import type { LookupOptions } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';
import { imageError } from '#image/errors.ts';
import { isLoopbackName } from './endpoint.ts';
import type { System } from './system.ts';

/**
 * How far into the network a server may send us. One that answers from the Internet may name only others there; one that is
 * itself inside may name others inside; only one on this machine may name this machine. Nobody may name the addresses where
 * clouds hand out their machines' credentials.
 */
export type Reach = 'public' | 'private' | 'loopback';

/** @throws `registry-redirect-refused` if `url` is written with an address beyond `reach` */
export function checkAddressOf(url: URL, reach: Reach): void {
  const { hostname } = url;
  const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const kind = isLoopbackName(hostname) ? 'loopback' : isIP(address) === 0 ? 'public' : kindOf(address);
  if (!isWithin(kind, reach)) throw refused(hostname, kind);
}

/**
 * A `lookup` for sockets that gives only addresses within `reach`, so that what is checked is what is connected to: a name
 * cannot turn into another address in between ("DNS rebinding"). `seen` is told each address that it gave.
 */
export function guardedLookup(reach: Reach, { lookup }: System, seen: (address: string) => void): LookupFunction {
  return (host: string, options: LookupOptions, done) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, '', 0);
      const allowed = found.filter(({ address }) => isWithin(kindOf(address), reach));
      const [first] = allowed;
      if (first === undefined) return done(refused(host, kindOf(found[0]?.address ?? '')), '', 0);
      for (const { address } of allowed) seen(address);
      // Node asks for all of them when it may try several at once.
      if (options.all === true) return done(null, allowed);
      done(null, first.address, first.family);
    });
  };
}

/** What kind of place an address is; `never` also for text that is no address. */
export function kindOf(address: string): Reach | 'never' {
  const plain = embeddedIPv4(address.replace(/%.*$/, ''));
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(plain) === 0 || ranges.never.check(plain, family)) return 'never';
  if (ranges.loopback.check(plain, family)) return 'loopback';
  return ranges.private.check(plain, family) ? 'private' : 'public';
}

function isWithin(kind: Reach | 'never', reach: Reach): boolean {
  const order = ['public', 'private', 'loopback', 'never'];
  return order.indexOf(kind) <= order.indexOf(reach);
}

const ranges = {
  never: rangesOf([
    ['0.0.0.0', 8],
    // Link-local: the metadata services of nearly all clouds; then those that have it elsewhere.
    ['169.254.0.0', 16],
    ['168.63.129.16', 32],
    ['100.100.100.200', 32],
    ['192.0.0.0', 24],
    ['fd00:ec2::254', 128],
    ['fd20:ce::254', 128],
    // Multicast, reserved and broadcast.
    ['224.0.0.0', 3],
    ['::', 128],
    ['fe80::', 10],
    ['ff00::', 8],
  ]),
  loopback: rangesOf([
    ['127.0.0.0', 8],
    ['::1', 128],
  ]),
  private: rangesOf([
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['100.64.0.0', 10],
    ['198.18.0.0', 15],
    ['fc00::', 7],
    ['fec0::', 10],
    ['64:ff9b:1::', 48],
  ]),
} as const;

function rangesOf(list: readonly (readonly [string, number])[]): BlockList {
  const found = new BlockList();
  for (const [address, bits] of list) found.addSubnet(address, bits, isIPv4(address) ? 'ipv4' : 'ipv6');
  return found;
}

/** The IPv4 address inside an IPv6 one that stands for it (mapped, RFC 4291; NAT64, RFC 6052; 6to4, RFC 3056). */
function embeddedIPv4(address: string): string {
  if (isIP(address) !== 6) return address;
  const groups = groupsOf(address);
  const prefix = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(':');
  if (groups[0] === 0x2002) return dotted(groups[1], groups[2]);
  if (prefix === '0:0:0:0:0:ffff' || prefix === '64:ff9b:0:0:0:0') return dotted(groups[6], groups[7]);
  // "IPv4-compatible" addresses are long retired, but ::1 and :: are among them.
  const isCompatible = prefix === '0:0:0:0:0:0' && groups[6] !== 0;
  return isCompatible ? dotted(groups[6], groups[7]) : address;
}

function groupsOf(address: string): number[] {
  // The URL parser writes every form of an address in one way.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [left = '', right] = canonical.split('::');
  const numbers = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [start, end] = [numbers(left), numbers(right ?? '')];
  return [...start, ...Array.from({ length: 8 - start.length - end.length }, () => 0), ...end];
}

function dotted(high = 0, low = 0): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function refused(host: string, kind: Reach | 'never') {
  const place = {
    public: 'outside',
    private: 'inside a private network',
    loopback: 'on this very machine',
    never: 'at an address that no registry uses',
  }[kind];
  return imageError('registry-redirect-refused', `the registry leads to ${host}, which is ${place}`, {
    hint: 'it may be used to reach into your network; if that is your own storage, name the registry by its inner address',
  });
}
