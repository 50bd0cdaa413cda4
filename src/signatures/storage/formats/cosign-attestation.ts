import { asObject, parseJson } from '#kit/narrow.ts';
import { readEnvelope } from '#signatures/bundle/read-bundle.ts';
import { isRefusal, refuse } from '#signatures/refusal.ts';
import { withAnnotations } from './cosign-annotations.ts';
import { layered } from './layered.ts';

const layerType = 'application/vnd.dsse.envelope.v1+json';

/** cosign's attestations up to version 2, below the tag `sha256-….att`: each layer is a DSSE envelope. */
export const cosignAttestation = layered(
  'cosign-attestation',
  (type) => type === layerType,
  (bytes, { annotations }) => {
    const envelope = asObject(parseJson(bytes));
    if (envelope === undefined) return refuse('format-invalid', 'the envelope is not JSON');
    const read = readEnvelope(envelope);
    if (isRefusal(read)) return read;
    const { content, signature } = read;
    // Timestamps are over the envelope by older writers, over the signature by newer ones.
    return withAnnotations(content, signature, annotations, [signature, bytes]);
  },
);
