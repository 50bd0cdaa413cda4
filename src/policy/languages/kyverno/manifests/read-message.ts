import { inflate } from '#kit/inflate.ts';
import { asObject, type JsonObject } from '#kit/narrow.ts';
import { readTar } from '#image/tar/read.ts';
import { readYaml } from '#policy/manifests/yaml/read-yaml.ts';

const largestArchive = 16 << 20;
const mostFiles = 1000;

/**
 * The manifests of a message: YAML of one document or several, or files of YAML in a tar that is packed with gzip, as older signers
 * wrote it. Only to be called for a message whose signature holds.
 * @returns what is wrong where it cannot be read whole
 */
export async function readMessage(message: Buffer): Promise<readonly JsonObject[] | { readonly problem: string }> {
  try {
    const isArchive = message.length > 1 && message.readUInt16BE(0) === 0x1f8b;
    const texts = isArchive ? await filesOf(message) : [message];
    return texts.flatMap(documentsOf);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function documentsOf(bytes: Buffer): readonly JsonObject[] {
  const documents = readYaml(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  if ('problem' in documents) throw new Error(documents.problem);
  return documents.flatMap(({ value }): readonly JsonObject[] => {
    const fields = asObject(value);
    return fields === undefined ? [] : [fields];
  });
}

/** What signers take for manifests of all that is in a folder. */
const extensions = /\.(?:yaml|yml|signed)$/;

async function filesOf(archive: Buffer): Promise<readonly Buffer[]> {
  const files: Buffer[] = [];
  let total = 0;
  await readTar(bounded(inflate('gzip', once(archive))), ({ path, kind, size }) => {
    if (kind !== 'file' || !extensions.test(path)) return undefined;
    // A file with holes is larger than what is packed of it.
    total += size;
    if (files.length === mostFiles || total > largestArchive)
      throw new Error('it has too many files, or too large ones');
    const chunks: Buffer[] = [];
    const index = files.push(Buffer.alloc(0)) - 1;
    return {
      write: (bytes) => void chunks.push(Buffer.from(bytes)),
      end: () => void (files[index] = Buffer.concat(chunks)),
    };
  });
  return files;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

async function* bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > largestArchive) throw new Error('it is too large');
    yield chunk;
  }
}
