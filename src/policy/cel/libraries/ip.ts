import { fn, method, type CelFunction, type Library } from '#policy/cel/function.ts';
import { bool, int, opaque, text } from '#policy/cel/type.ts';
import { containsAddress, parseAddress, readAddress, readNetwork, writeAddress, type Address } from './addresses.ts';

/** The type of addresses, for the library of networks too. */
export const addressType = opaque<Address>(
  'net.IP',
  (one, other) => one.family === other.family && one.bits === other.bits,
);
const { wrap, unwrap } = addressType;

/** `ip()` and its methods (Kubernetes, "IP address library"). */
export const ip: Library = {
  name: 'ip',
  functions: [
    fn('ip', [text], addressType, (written) => wrap(readAddress(written))),
    fn('isIP', [text], bool, (written) => parseAddress(written) !== undefined),
    fn('ip.isCanonical', [text], bool, (written) => writeAddress(readAddress(written)) === written),
    fn('string', [addressType], text, (value) => writeAddress(unwrap(value))),
    method('family', [addressType], int, (value) => BigInt(unwrap(value).family)),
    within('isUnspecified', ['0.0.0.0/32', '::/128']),
    within('isLoopback', ['127.0.0.0/8', '::1/128']),
    within('isLinkLocalMulticast', ['224.0.0.0/24', 'ff02::/16']),
    within('isLinkLocalUnicast', ['169.254.0.0/16', 'fe80::/10']),
    method('isGlobalUnicast', [addressType], bool, (value) => {
      const others = ['0.0.0.0/32', '255.255.255.255/32', '127.0.0.0/8', '224.0.0.0/4', '169.254.0.0/16'];
      const others6 = ['::/128', '::1/128', 'ff00::/8', 'fe80::/10'];
      return ![...others, ...others6].some((network) => containsAddress(readNetwork(network), unwrap(value)));
    }),
  ],
};

function within(name: string, networks: readonly string[]): CelFunction {
  return method(name, [addressType], bool, (value) =>
    networks.some((network) => containsAddress(readNetwork(network), unwrap(value))),
  );
}
