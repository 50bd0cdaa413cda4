import { verify } from 'node:crypto';
import { asBase64 } from '#signatures/bundle/wire.ts';
import { refuse, type Refusal } from '#signatures/refusal.ts';
import type { Log } from '#signatures/trust/trust-root.ts';

/** What a log says of its tree (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly size: bigint;
  readonly root: Buffer;
}

/** Larger notes have more witnesses than there are. */
const longestNote = 64 * 1024;

/** Reads a checkpoint that one of the logs has signed; signatures of others, such as witnesses, are passed over. */
export function checkCheckpoint(note: string, logs: readonly Log[]): Checkpoint | Refusal {
  const end = note.indexOf('\n\n');
  if (end < 0 || note.length > longestNote)
    return refuse('log-checkpoint-invalid', 'the checkpoint is not a signed note');
  const text = note.slice(0, end + 1);
  const [origin = '', size = '', root = ''] = text.split('\n');
  const hash = asBase64(root);
  if (origin === '' || !/^\d{1,19}$/.test(size) || hash?.length !== 32) {
    return refuse('log-checkpoint-invalid', 'the checkpoint does not say which tree it is about');
  }
  const signatures = signaturesOf(note.slice(end + 2));
  const isSigned = logs.some((log) => signatures.some((signature) => isBy(log, origin, text, signature)));
  return isSigned
    ? { size: BigInt(size), root: hash }
    : refuse('log-checkpoint-invalid', 'the checkpoint is not signed by the log');
}

interface NoteSignature {
  readonly name: string;
  /** The first four bytes of the key's id. */
  readonly hint: Buffer;
  readonly signature: Buffer;
}

/** Lines of a signed note (C2SP signed-note): a dash, a name, and the key hint with the signature. */
function signaturesOf(lines: string): NoteSignature[] {
  return [...lines.matchAll(/^— (\S+) (\S+)$/gm)].flatMap(([, name = '', written]) => {
    const bytes = asBase64(written);
    if (bytes === undefined || bytes.length < 5) return [];
    return [{ name, hint: bytes.subarray(0, 4), signature: bytes.subarray(4) }];
  });
}

/** The log's name must be that of the signature and of the tree, which old logs write with their number behind it. */
function isBy({ id, key, name }: Log, origin: string, text: string, signature: NoteSignature): boolean {
  if (signature.name !== name || !id.subarray(0, 4).equals(signature.hint)) return false;
  if (origin !== name && !origin.startsWith(`${name} - `)) return false;
  try {
    return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', Buffer.from(text), key, signature.signature);
  } catch {
    return false;
  }
}
