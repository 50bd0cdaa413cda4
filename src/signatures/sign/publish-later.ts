import type { Digest } from '#kit/digest.ts';
import type { Descriptor } from '#image/manifest.ts';
import type { Store } from '#image/store.ts';
import { readCertificate } from '#signatures/certificate/read-certificate.ts';
import { isRefusal } from '#signatures/refusal.ts';
import type { LogEntry, Signed } from '#signatures/signed.ts';
import { readStatement } from '#signatures/statement.ts';
import { collectStored } from '#signatures/storage/collect.ts';
import type { Repository } from '#signatures/storage/repository.ts';
import { writeCosign } from '#signatures/storage/write-cosign.ts';
import { writeReferrer } from '#signatures/storage/write-referrer.ts';
import { bytesOf } from './sign-content.ts';

/** Where signatures are that wait to be published, and who publishes them. */
export interface PublishOptions {
  readonly repository: Repository;
  readonly store: Store;
  /** Publishes one; nothing for those that are not ours to publish. */
  readonly publish: (signed: Signed, bytes: Buffer) => Promise<LogEntry | undefined>;
  readonly now: Date;
}

/**
 * Publishes the signatures beside an image that are in no transparency log, and writes them again with their entries: signatures
 * that were made while the log was down. Those in tags are completed where they are; a bundle gets another beside it, because
 * what refers to an image cannot be changed.
 *
 * @returns the manifests that have them now
 * @throws what `publish` and the registry throw
 */
export async function publishLater(subject: Descriptor, options: PublishOptions): Promise<Digest[]> {
  const found = await collectStored(options.store, subject.digest);
  const signed = found.flatMap(({ content }) => (content.kind === 'signed' ? content.signed : []));
  const done = signed.filter(({ log }) => log.length > 0).map(({ signature }) => signature.toString('hex'));
  const written: Digest[] = [];
  for (const { content, format } of found) {
    if (content.kind !== 'signed' || content.signed.log.length > 0) continue;
    const one = content.signed;
    if (one.content.kind === 'artifact' || done.includes(one.signature.toString('hex'))) continue;
    const published = await options.publish(one, bytesOf(one.content));
    const entry = published === undefined ? undefined : withoutLateTime(published, one);
    // In a tag an entry is its promise, and nothing else.
    if (entry === undefined || (entry.promise === undefined && format !== 'sigstore-bundle')) continue;
    written.push(await write(format, subject, { ...one, log: [entry] }, options));
  }
  return written;
}

/**
 * An entry as proof of publication, and of nothing else, if it was made after the certificate had expired: its time would say that
 * the key was used too late. When it was signed is then known from the timestamp.
 */
function withoutLateTime(entry: LogEntry, { signer }: Signed): LogEntry {
  const certificate = signer.kind === 'certificate' ? readCertificate(signer.leaf) : undefined;
  const isLate = certificate !== undefined && certificate.notAfter.getTime() < entry.integratedTime * 1000;
  return isLate ? { ...entry, promise: undefined, integratedTime: 0 } : entry;
}

async function write(
  format: string,
  subject: Descriptor,
  signed: Signed,
  { repository, now }: PublishOptions,
): Promise<Digest> {
  const statement = readStatement(signed.content);
  const predicateType = isRefusal(statement) ? undefined : statement.predicateType;
  const descriptor =
    format === 'sigstore-bundle'
      ? await writeReferrer(repository, subject, signed, predicateType ?? '', now)
      : await writeCosign(repository, subject.digest, signed, predicateType);
  return descriptor.digest;
}
