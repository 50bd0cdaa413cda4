import { isBundleType, readBundle } from '#signatures/bundle/read-bundle.ts';
import { layered } from './layered.ts';

/**
 * Sigstore bundles as referrers, which is what cosign 3 and GitHub's artifact attestations write (cosign, specs/BUNDLE_SPEC.md).
 * A manifest has one bundle as its only layer.
 */
export const sigstoreBundle = layered('sigstore-bundle', isBundleType, (bytes) => readBundle(bytes));
