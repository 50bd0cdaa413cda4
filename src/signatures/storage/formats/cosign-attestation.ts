import { asObject, parseJson } from '#kit/narrow.ts';
import { readEnvelope } from '#signatures/bundle/read-bundle.ts';
import { isRefusal, refuse } from '#signatures/refusal.ts';
import type { StorageFormat } from '#signatures/storage/stored.ts';
import { withAnnotations } from './cosign-annotations.ts';
import { toContent } from './to-content.ts';

const layerType = 'application/vnd.dsse.envelope.v1+json';

/** cosign's attestations up to version 2, below the tag `sha256-….att`: each layer is a DSSE envelope. */
export const cosignAttestation: StorageFormat = {
  name: 'cosign-attestation',
  holds: ({ layers }) => layers.some(({ mediaType }) => mediaType === layerType),
  read: ({ layers }, fetch) =>
    Promise.all(
      layers
        .filter(({ mediaType }) => mediaType === layerType)
        .map(async (layer) => {
          const bytes = await fetch(layer);
          if (isRefusal(bytes)) return toContent(bytes);
          const envelope = asObject(parseJson(bytes));
          if (envelope === undefined) return toContent(refuse('format-invalid', 'the envelope is not JSON'));
          const read = readEnvelope(envelope);
          if (isRefusal(read)) return toContent(read);
          const { content, signature } = read;
          // Timestamps are over the envelope by older writers, over the signature by newer ones.
          return toContent(withAnnotations(content, signature, layer.annotations, [signature, bytes]));
        }),
    ),
};
