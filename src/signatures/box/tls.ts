/** A vector of TLS's presentation language: its length in `size` bytes, then its bytes (RFC 8446, 3.4). */
export function vector(bytes: Uint8Array, size: 2 | 3): Buffer {
  return Buffer.concat([uint(bytes.length, size), bytes]);
}

/** A number of TLS's presentation language: `size` bytes, the highest first (RFC 8446, 3.3). */
export function uint(value: number, size: 2 | 3 | 4): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}
