import type { Digest } from '#kit/digest.ts';
import type { Descriptor } from '#image/manifest.ts';
import type { Store } from '#image/store.ts';
import type { Signed, SignedContent } from '#signatures/signed.ts';
import { collectStored } from '#signatures/storage/collect.ts';
import type { Repository } from '#signatures/storage/repository.ts';
import { writeCosign } from '#signatures/storage/write-cosign.ts';
import { writeReferrer } from '#signatures/storage/write-referrer.ts';
import type { AttachFormat } from './attach-format.ts';
import { signContent, type SigningIdentity, type SigningServices } from './sign-content.ts';

/** What is put beside an image, in each format. */
export interface Attachment {
  /** For the old format: a simple signing payload, or a statement. */
  readonly legacy: SignedContent;
  /** For the new format: a statement. */
  readonly bundle: SignedContent;
  readonly predicateType: string;
}

export interface AttachOptions {
  readonly repository: Repository;
  readonly store: Store;
  readonly identity: SigningIdentity;
  readonly services: SigningServices;
  readonly formats: readonly AttachFormat[];
  /** Whether the signature must be in a log, now and not later. */
  readonly needsEntry: boolean;
  readonly now: Date;
}

/** What was done in one format. */
export interface Attached {
  readonly format: AttachFormat;
  /** The manifest that has it now. */
  readonly manifest: Digest;
  /** It was there already, by the same key, and was not added again. */
  readonly wasThere: boolean;
}

/**
 * Signs and puts beside an image, in each format that is wanted, unless the same is there by the same key. Others who do so at the
 * same time lose nothing.
 *
 * @throws what the services and the registry throw; formats that were written by then stay
 */
export async function attach(subject: Descriptor, attachment: Attachment, options: AttachOptions): Promise<Attached[]> {
  const { identity, services, formats, store } = options;
  const there = identity.material.kind === 'key' ? await collectStored(store, subject.digest) : [];
  const attached: Attached[] = [];
  for (const format of formats) {
    const content = attachment[format];
    const found = there.find(
      ({ content: other }) =>
        other.kind === 'signed' &&
        isSame(other.signed, content, identity) &&
        isFormat(format, other.signed) &&
        isProven(other.signed, options),
    );
    if (found !== undefined) {
      attached.push({ format, manifest: found.manifest, wasThere: true });
      continue;
    }
    const signed = await signContent(content, identity, services);
    const { digest } = await write(format, subject, signed, attachment.predicateType, options);
    attached.push({ format, manifest: digest, wasThere: false });
  }
  return attached;
}

function write(
  format: AttachFormat,
  subject: Descriptor,
  signed: Signed,
  predicateType: string,
  { repository, now }: AttachOptions,
) {
  if (format === 'bundle') return writeReferrer(repository, subject, signed, predicateType, now);
  return writeCosign(repository, subject.digest, signed, signed.content.kind === 'dsse' ? predicateType : undefined);
}

/** What is there must prove as much as what would be added. */
function isProven({ log, timestamps }: Signed, { services, needsEntry }: AttachOptions): boolean {
  return (!needsEntry || log.length > 0) && (services.timestamp === undefined || timestamps.length > 0);
}

/** In the old format a key has no hint. */
function isFormat(format: AttachFormat, { signer }: Signed): boolean {
  return signer.kind === 'key' && (signer.hint === undefined) === (format === 'legacy');
}

/** The same content, signed by the same key. */
function isSame(signed: Signed, content: SignedContent, { verifies }: SigningIdentity): boolean {
  return bytesOf(signed.content).equals(bytesOf(content)) && verifies?.(signed) === true;
}

function bytesOf(content: SignedContent): Buffer {
  if (content.kind === 'artifact') return Buffer.alloc(0);
  return content.kind === 'payload' ? content.bytes : content.payload;
}
