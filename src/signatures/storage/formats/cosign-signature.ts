import { isRefusal } from '#signatures/refusal.ts';
import { annotatedSignature, withAnnotations } from './cosign-annotations.ts';
import { layered } from './layered.ts';

const layerType = 'application/vnd.dev.cosign.simplesigning.v1+json';

/**
 * cosign's signatures up to version 2, below the tag `sha256-….sig` or as a referrer: each layer is a simple signing payload, the
 * rest is in its annotations (cosign, specs/SIGNATURE_SPEC.md).
 */
export const cosignSignature = layered(
  'cosign-signature',
  (type) => type === layerType,
  (bytes, { annotations }) => {
    const signature = annotatedSignature(annotations);
    if (isRefusal(signature)) return signature;
    return withAnnotations({ kind: 'payload', bytes }, signature, annotations, [signature]);
  },
);
