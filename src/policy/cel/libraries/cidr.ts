import { fn, method, type Library } from '#policy/cel/function.ts';
import { bool, int, opaque, text } from '#policy/cel/type.ts';
import {
  containsAddress,
  masked,
  parseNetwork,
  readAddress,
  readNetwork,
  writeAddress,
  type Network,
} from './addresses.ts';
import { addressType } from './ip.ts';

const networkType = opaque<Network>(
  'net.CIDR',
  (one, other) =>
    one.prefix === other.prefix &&
    one.address.family === other.address.family &&
    one.address.bits === other.address.bits,
);
const { wrap, unwrap } = networkType;

/** `cidr()` and its methods (Kubernetes, "CIDR library"). */
export const cidr: Library = {
  name: 'cidr',
  functions: [
    fn('cidr', [text], networkType, (written) => wrap(readNetwork(written))),
    fn('isCIDR', [text], bool, (written) => parseNetwork(written) !== undefined),
    fn('string', [networkType], text, (value) => `${writeAddress(unwrap(value).address)}/${unwrap(value).prefix}`),
    method('ip', [networkType], addressType, (value) => addressType.wrap(unwrap(value).address)),
    method('masked', [networkType], networkType, (value) => wrap({ ...unwrap(value), address: masked(unwrap(value)) })),
    method('prefixLength', [networkType], int, (value) => BigInt(unwrap(value).prefix)),
    method('containsIP', [networkType, addressType], bool, (network, address) =>
      containsAddress(unwrap(network), addressType.unwrap(address)),
    ),
    method('containsIP', [networkType, text], bool, (network, written) =>
      containsAddress(unwrap(network), readAddress(written)),
    ),
    method('containsCIDR', [networkType, networkType], bool, (one, other) => contains(unwrap(one), unwrap(other))),
    method('containsCIDR', [networkType, text], bool, (one, written) => contains(unwrap(one), readNetwork(written))),
  ],
};

function contains(one: Network, other: Network): boolean {
  return one.prefix <= other.prefix && containsAddress(one, masked(other));
}
