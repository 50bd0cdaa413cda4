import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { digestOf, hexOf, type Digest } from '#kit/digest.ts';
import { checkedLayer, readLayer, verifying, type Stored } from './layer.ts';
import { mediaTypes } from './manifest.ts';
import type { TarVisitor } from './tar/read.ts';

/** An entry of a tar that a test packs. */
export interface PackedEntry {
  readonly path: string;
  /** `0` file (the default), `1` hard link, `2` symbolic link, `5` folder; or any other type flag. */
  readonly type?: string;
  readonly content?: string | Uint8Array;
  readonly target?: string;
  readonly mode?: number;
  /** States another size than the content has. */
  readonly size?: number;
}

const block = 512;

/** Packs a POSIX ustar archive, its end marker included. */
export function packTar(entries: readonly PackedEntry[]): Buffer {
  return Buffer.concat([...entries.map(packEntry), Buffer.alloc(2 * block)]);
}

/** One entry: its header, its content, and what fills the last block. */
export function packEntry({ path, type = '0', content = '', target = '', mode = 0o644, size }: PackedEntry): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(block);
  header.write(path, 0, 100);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write(`${(size ?? body.length).toString(8).padStart(11, '0')}\0`, 124);
  header.write(type, 156);
  header.write(target, 157, 100);
  header.write('ustar\u000000', 257);
  return Buffer.concat([sealHeader(header), body, Buffer.alloc((block - (body.length % block)) % block)]);
}

/** Writes the checksum into a header that was made or changed by hand. */
export function sealHeader(header: Buffer): Buffer {
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** A PAX extended header with these records, for the entry that follows. */
export function packPax(records: Readonly<Record<string, string>>, type = 'x'): Buffer {
  const lines = Object.entries(records).map(([key, value]) => paxRecord(key, value));
  return packEntry({ path: 'PaxHeaders/0', type, content: lines.join('') });
}

function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + 1;
  while (String(length).length + bytes !== length) length++;
  return `${length}${rest}`;
}

/** Bytes as a stream of chunks of that size. */
export async function* inChunks(bytes: Buffer, size = 1000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  // A stream of no bytes has no chunks.
}

/** Reads a layer as its threads do: decompresses it, and checks every byte. */
export async function readStored(bytes: AsyncIterable<Buffer>, stored: Stored, visit: TarVisitor): Promise<void> {
  const checked = checkedLayer(bytes, stored);
  await verifying(checked, () => readLayer(checked, stored.size, visit));
}

export interface PackedImage {
  readonly tag?: string;
  readonly layers: readonly Buffer[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: { readonly os: string; readonly architecture: string };
}

/** What was written of one image. */
export interface WrittenImage {
  readonly digest: Digest;
  /** Of its manifest, in bytes. */
  readonly size: number;
  readonly layers: readonly Digest[];
  readonly config: Digest;
}

/** Writes an OCI image layout into a folder. Layers are tars, and are compressed. */
export function writeLayout(folder: string, images: readonly PackedImage[]): WrittenImage[] {
  const descriptors: unknown[] = [];
  const written = images.map((image) => {
    const one = writeImage(folder, image);
    const annotations = image.tag === undefined ? undefined : { 'org.opencontainers.image.ref.name': image.tag };
    descriptors.push({
      mediaType: mediaTypes.ociManifest,
      digest: one.digest,
      size: one.size,
      platform: image.platform,
      annotations,
    });
    return one;
  });
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    join(folder, 'index.json'),
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: descriptors }),
  );
  return written;
}

function writeImage(folder: string, { layers, config = {}, annotations, platform }: PackedImage) {
  const blobs = layers.map((layer) => writeBlob(folder, gzipSync(layer)));
  const body = {
    os: 'linux',
    architecture: 'amd64',
    ...platform,
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) },
    ...config,
  };
  const configBlob = writeBlob(folder, JSON.stringify(body));
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, ...configBlob },
    layers: blobs.map((blob) => ({ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...blob })),
    annotations,
  };
  const { digest, size } = writeBlob(folder, JSON.stringify(manifest));
  return { digest, size, layers: blobs.map((blob) => blob.digest), config: configBlob.digest };
}

/** Puts content among the blobs of a layout. */
export function writeBlob(folder: string, content: string | Uint8Array): { digest: Digest; size: number } {
  const bytes = Buffer.from(content);
  const digest = digestOf(bytes);
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  writeFileSync(join(folder, 'blobs/sha256', hexOf(digest)), bytes);
  return { digest, size: bytes.length };
}
