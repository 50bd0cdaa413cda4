import type { Digest } from '#kit/digest.ts';
import type { BaseImage } from '#image/base.ts';
import type { Platform } from '#image/platform.ts';
import type { Inventory } from '#inventory/inventory.ts';
import type { Finding, Matched } from '#findings/finding.ts';

/** What a scan has to say: the subject, what is in it, what is known about that, and what could not be found out. */
export interface Report {
  readonly tool: Tool;
  /** When it was made, RFC 3339. */
  readonly created: string;
  readonly subject: Subject;
  readonly inventory: Inventory;
  /** Of the findings those that the user wants to see. */
  readonly matched: Matched;
  /** All findings, the most urgent first, if not all of them may be shown. */
  readonly allFindings?: readonly Finding[];
}

/** The program that wrote a document. */
export interface Tool {
  readonly name: string;
  readonly version: string;
}

/** What was looked at. */
export interface Subject {
  /** How it was asked for, in canonical form. */
  readonly reference: string;
  readonly digest?: Digest;
  /** Digest of the index that it was reached through. */
  readonly indexDigest?: Digest;
  readonly id?: Digest;
  readonly platform?: Platform;
  /** When the image was built, RFC 3339. */
  readonly created?: string;
  /** What the image calls itself. */
  readonly title?: string;
  readonly base?: BaseImage;
}
