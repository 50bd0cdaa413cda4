import { digestOf } from '#kit/digest.ts';
import type { Descriptor } from '#image/manifest.ts';
import { pushBlob } from '#image/registry/push-blob.ts';
import type { Transport } from '#image/registry/transport.ts';

/** A repository of a registry that can be written to. */
export interface Repository {
  readonly transport: Transport;
  readonly name: string;
}

/** Puts bytes into a repository. @returns what points to them */
export async function pushBytes(
  { transport, name }: Repository,
  mediaType: string,
  bytes: Buffer,
): Promise<Descriptor> {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length, annotations: {} };
  await pushBlob(transport, name, descriptor, bytes);
  return descriptor;
}
