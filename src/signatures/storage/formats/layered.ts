import type { Descriptor } from '#image/manifest.ts';
import { isRefusal, type Refusal } from '#signatures/refusal.ts';
import type { Signed } from '#signatures/signed.ts';
import type { StorageFormat, StoredContent } from '#signatures/storage/stored.ts';

/**
 * A format that has a signed thing in each layer of a type.
 * @param read what is in the bytes of a layer
 */
export function layered(
  name: StorageFormat['name'],
  isOfType: (mediaType: string) => boolean,
  read: (bytes: Buffer, layer: Descriptor) => Signed | Refusal,
): StorageFormat {
  return {
    name,
    holds: ({ layers }) => layers.some(({ mediaType }) => isOfType(mediaType)),
    read: ({ layers }, fetch) =>
      Promise.all(
        layers
          .filter(({ mediaType }) => isOfType(mediaType))
          .map(async (layer) => {
            const bytes = await fetch(layer);
            return toContent(isRefusal(bytes) ? bytes : read(bytes, layer));
          }),
      ),
  };
}

/** What was read, or why it could not be. */
function toContent(read: Signed | Refusal): StoredContent {
  return isRefusal(read) ? { kind: 'unreadable', refusal: read } : { kind: 'signed', signed: read };
}
