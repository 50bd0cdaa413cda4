import type { StorageFormat } from '#signatures/storage/stored.ts';
import { buildkitAttestation } from './buildkit-attestation.ts';
import { cosignAttestation } from './cosign-attestation.ts';
import { cosignSbom } from './cosign-sbom.ts';
import { cosignSignature } from './cosign-signature.ts';
import { notation } from './notation.ts';
import { sigstoreBundle } from './sigstore-bundle.ts';

/** Every way to keep signatures beside an image. To add one, write its file and name it here. */
export const storageFormats: readonly StorageFormat[] = [
  cosignSignature,
  cosignAttestation,
  cosignSbom,
  sigstoreBundle,
  buildkitAttestation,
  notation,
];
