import { asObject, asText, asTextMap, asTexts, parseJson } from '#kit/narrow.ts';
import { readRoot, readSnapshot, readTargets, readTimestamp, type Signers } from './roles.ts';
import { requireThreshold } from './threshold.ts';
import type { Metadata } from './metadata.ts';
import { isListed, trustAnchor, trustRoot, type Trusted } from './trusted.ts';

/** What is kept between updates. */
export interface Cached {
  readonly trusted: Trusted;
  /** When a mirror last confirmed that there is nothing newer; nothing if no update has ended yet. */
  readonly fetchedAt: Date | undefined;
}

/** Writes what is kept as one text: each file as it came, so that it can be verified again. */
export function writeCached({ trusted, fetchedAt }: Cached): string {
  const { chain, timestamp, snapshot, targets, files } = trusted;
  return JSON.stringify({
    fetchedAt: fetchedAt?.toISOString(),
    roots: chain,
    timestamp: timestamp?.text,
    snapshot: snapshot?.text,
    targets: targets?.text,
    files: Object.fromEntries(files),
  });
}

/**
 * Reads what was kept, and verifies it all over again from the anchor, but for its time: who can write the cache can make it older,
 * and nothing else. What does not verify is left out, and so fetched again.
 *
 * @returns nothing if no root in it follows from the anchor
 */
export function readCached(text: string, anchor: string): Cached | undefined {
  const written = asObject(parseJson(text));
  if (written === undefined) return undefined;
  const rooted = attempt(() => followRoots(anchor, asTexts(written['roots'])));
  if (rooted === undefined) return undefined;
  const { root } = rooted;
  const read = <M extends Metadata>(value: unknown, reader: (text: string) => M, signers: Signers) =>
    attempt(() => {
      const metadata = reader(asText(value) ?? '');
      requireThreshold(metadata, signers);
      return metadata;
    });
  const targets = read(written['targets'], readTargets, root.signers.targets);
  const files = Object.entries(asTextMap(written['files']));
  const fetchedAt = new Date(asText(written['fetchedAt']) ?? '');
  return {
    trusted: {
      ...rooted,
      timestamp: read(written['timestamp'], readTimestamp, root.signers.timestamp),
      snapshot: read(written['snapshot'], readSnapshot, root.signers.snapshot),
      targets,
      files: new Map(targets === undefined ? [] : files.filter((file) => isListed(targets, file))),
    },
    fetchedAt: Number.isNaN(fetchedAt.getTime()) ? undefined : fetchedAt,
  };
}

/** Roots up to the anchor are kept for programs with an older one, which share the cache. */
function followRoots(anchor: string, chain: readonly string[]): Trusted {
  let trusted = trustAnchor(anchor);
  const { version } = trusted.root;
  for (const text of chain) {
    if (readRoot(text).version > version) trusted = trustRoot(trusted, text);
  }
  return { ...trusted, chain };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
