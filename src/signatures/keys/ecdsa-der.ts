/**
 * A signature of ECDSA as two numbers one after the other (IEEE P1363), in DER (RFC 3279, 2.2.3), as images are signed.
 * @returns nothing if it has no halves of one length
 */
export function ecdsaToDer(signature: Buffer): Buffer | undefined {
  const half = signature.length / 2;
  // No curve has more than 521 bits.
  if (!Number.isInteger(half) || half === 0 || half > 66) return undefined;
  const numbers = Buffer.concat([signature.subarray(0, half), signature.subarray(half)].map(integer));
  const length = numbers.length < 0x80 ? [numbers.length] : [0x81, numbers.length];
  return Buffer.concat([Buffer.from([0x30, ...length]), numbers]);
}

/** As short as it can be, and not negative. */
function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  const body = (digits[0] ?? 0) < 0x80 ? digits : Buffer.concat([Buffer.from([0]), digits]);
  return Buffer.concat([Buffer.from([0x02, body.length]), body]);
}
