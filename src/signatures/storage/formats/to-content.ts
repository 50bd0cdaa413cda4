import { isRefusal, type Refusal } from '#signatures/refusal.ts';
import type { Signed } from '#signatures/signed.ts';
import type { StoredContent } from '#signatures/storage/stored.ts';

/** What was read, or why it could not be. */
export function toContent(read: Signed | Refusal): StoredContent {
  return isRefusal(read) ? { kind: 'unreadable', refusal: read } : { kind: 'signed', signed: read };
}
