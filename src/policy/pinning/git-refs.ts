/** The tags and branches of a repository, as its server tells them. */
export interface GitRefs {
  /** Commits by the name of the tag; of an annotated tag, the commit that it stands for. */
  readonly tags: ReadonlyMap<string, string>;
  readonly branches: ReadonlyMap<string, string>;
}

/** Repositories with more have so many for other reasons than versions. */
const mostRefs = 500_000;

/**
 * Reads what a server of git says first over HTTP (`info/refs?service=git-upload-pack`, "Discovering References" of gitprotocol-http,
 * version 0 of the protocol). Works in one pass over the packets.
 *
 * @returns nothing for what is not that
 */
export function readGitRefs(bytes: Uint8Array): GitRefs | undefined {
  const tags = new Map<string, string>();
  const branches = new Map<string, string>();
  const packets = packetsOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (packets === undefined || packets[0] !== '# service=git-upload-pack' || packets[1] !== flush) return undefined;
  for (const packet of packets.slice(2)) {
    if (packet === flush) break;
    const found = /^([0-9a-f]{40}|[0-9a-f]{64}) ([^\0]+)/.exec(packet);
    const [, commit, name] = found ?? [];
    if (commit === undefined || name === undefined) return undefined;
    if (name.startsWith('refs/heads/')) branches.set(name.slice('refs/heads/'.length), commit);
    if (!name.startsWith('refs/tags/')) continue;
    // What an annotated tag stands for comes behind it, and counts.
    const tag = name.slice('refs/tags/'.length);
    tags.set(tag.endsWith('^{}') ? tag.slice(0, -'^{}'.length) : tag, commit);
  }
  return { tags, branches };
}

const flush = '\0flush';

/** Packets of lines (gitprotocol-common, "pkt-line format"), without the line ends that some have. */
function packetsOf(bytes: Buffer): string[] | undefined {
  const packets: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const header = bytes.toString('latin1', at, at + 4);
    const length = /^[0-9a-f]{4}$/i.test(header) ? Number.parseInt(header, 16) : -1;
    if (length === 0) packets.push(flush);
    else if (length < 4 || at + length > bytes.length) return undefined;
    else packets.push(bytes.toString('utf8', at + 4, at + length).replace(/\n$/, ''));
    if (packets.length > mostRefs) return undefined;
    at += Math.max(length, 4);
  }
  return packets;
}
