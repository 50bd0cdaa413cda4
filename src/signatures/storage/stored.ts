import type { Digest } from '#kit/digest.ts';
import type { Descriptor, Manifest } from '#image/manifest.ts';
import type { NotationSignature } from '#signatures/notation/envelope/notation-signature.ts';
import type { Refusal } from '#signatures/refusal.ts';
import type { Signed } from '#signatures/signed.ts';
import type { Statement } from '#signatures/statement.ts';

/** Something that says to vouch for an image, as it was found; nothing of it is believed yet. */
export interface Stored {
  readonly format: FormatName | 'unknown';
  /** The manifest that it was found in. */
  readonly manifest: Digest;
  /** The tag that led there, for formats that go by tags. */
  readonly tag?: string;
  readonly content: StoredContent;
}

export type StoredContent =
  | { readonly kind: 'signed'; readonly signed: Signed }
  /** Signed in the way of the Notary Project, which has its own rules about whom to believe. */
  | { readonly kind: 'notation'; readonly signature: NotationSignature }
  | Claim
  /** It cannot be read; it is reported, and hides nothing else. */
  | { readonly kind: 'unreadable'; readonly refusal: Refusal };

/** Stated by someone, signed by nobody. */
export interface Claim {
  readonly kind: 'claim';
  /** For a person: the type of what is stated. */
  readonly what: string;
  /** What is stated, where that is looked at. */
  readonly statement?: Statement;
  /** The image that it is put beside, if that is not the one that was asked about but another of its index. */
  readonly about?: Digest;
}

/** The names of all formats; a test compares them with the list. */
export const formatNames = [
  'cosign-signature',
  'cosign-attestation',
  'cosign-sbom',
  'sigstore-bundle',
  'buildkit-attestation',
  'notation',
] as const;

type FormatName = (typeof formatNames)[number];

/** One way to keep signatures beside an image. Each is one file, listed in `formats/index.ts`. */
export interface StorageFormat {
  readonly name: FormatName;
  /** Whether this manifest is of the format. Descriptors lie about that, and so only the manifest counts. */
  holds(manifest: Manifest): boolean;
  /** What is in it. */
  read(manifest: Manifest, fetch: FetchBlob): Promise<readonly StoredContent[]>;
}

/** The bytes of a blob, checked against its digest; a refusal if they cannot be had. */
export type FetchBlob = (descriptor: Descriptor) => Promise<Buffer | Refusal>;
