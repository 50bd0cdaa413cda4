import { collect } from '#kit/bytes.ts';
import { BullaError } from '#kit/error.ts';
import { digestOf, parseDigest } from '#kit/digest.ts';
import { asCount, asList, asObject, asText, asTextMap, parseJson } from '#kit/narrow.ts';
import type { Descriptor } from '#image/manifest.ts';
import { imageLimits } from '#image/limits.ts';
import type { Reference } from '#image/reference.ts';
import type { Store } from '#image/store.ts';
import type { Clock } from '#server/clock.ts';
import type { Memory } from './memory.ts';

/** What the memory of stores needs besides. */
export interface KeptStoreOptions {
  readonly memory: Memory;
  readonly now: Clock['now'];
  readonly after: Clock['after'];
  /** Registries that did not answer lately, with the time until which they are not asked where an answer is kept. */
  readonly silent: Map<string, number>;
}

/** How long a registry may take where an older answer is kept, and how long one that took longer is left alone. */
const patience = 1500;
const silence = 15_000;

/**
 * A repository as a store that remembers: content by its digest for good, and lists of what refers to an image for when the registry
 * does not answer. What a tag of an image means is always asked: only the tags of signatures are remembered.
 */
export function keptStore(store: Store, reference: Reference, options: KeptStoreOptions): Store {
  const { memory, now, silent } = options;
  const place = `${reference.host}/${reference.repository}`;

  /** The newest answer that can be had: of the registry, else the one that is kept. */
  async function newest<T>(
    question: string,
    ask: () => Promise<T>,
    read: (value: unknown) => T | undefined,
  ): Promise<T> {
    const key = `${place} ${question}`;
    const found = memory.answers.get(key);
    const kept = found === undefined ? undefined : read(parseJson(found.value));
    if (kept !== undefined && (silent.get(reference.host) ?? 0) > now()) return kept;
    const asking = ask().then((answer) => {
      memory.answers.put(key, Buffer.from(JSON.stringify({ answer })), now());
      silent.delete(reference.host);
      return answer;
    });
    if (kept === undefined) return asking;
    const late = Symbol('late');
    const first = await Promise.race([
      asking.catch((error: unknown) => {
        if (isOutage(error)) return late;
        throw error;
      }),
      new Promise<typeof late>((resolve) => void options.after(patience, () => resolve(late))),
    ]);
    // What comes later is still remembered.
    asking.catch(() => undefined);
    if (typeof first !== 'symbol') return first;
    silent.set(reference.host, now() + silence);
    return kept;
  }

  async function* open(descriptor: Descriptor): AsyncGenerator<Buffer> {
    const kept = memory.content.get(descriptor.digest);
    if (kept !== undefined) return yield kept.value;
    if (isLarge(descriptor)) return yield* store.open(descriptor);
    const chunks: Buffer[] = [];
    for await (const chunk of store.open(descriptor)) {
      chunks.push(chunk);
      yield chunk;
    }
    const bytes = Buffer.concat(chunks);
    // Whoever reads checks it as well: what is wrong is not kept in the first place.
    if (digestOf(bytes) === descriptor.digest) memory.content.put(descriptor.digest, bytes, now());
  }

  const { digest } = reference;
  return {
    ...store,
    // What a digest means cannot change.
    root: () => (digest === undefined ? store.root() : settled(`is ${digest}`, () => store.root())),
    open,
    referrers: (subject) =>
      newest(`referrers ${subject}`, () => store.referrers?.(subject) ?? Promise.resolve([]), readList),
    find: (wanted) => settledOrNothing(`is ${wanted}`, () => store.find?.(wanted) ?? Promise.resolve(undefined)),
    tagged: async (tag) => {
      const list = await newest(`tag ${tag}`, async () => listOf(await store.tagged?.(tag)), readList);
      return list[0];
    },
    close: () => store.close(),
  };

  async function settled(question: string, ask: () => Promise<Descriptor>): Promise<Descriptor> {
    const found = await settledOrNothing(question, ask);
    return found ?? ask();
  }

  async function settledOrNothing(
    question: string,
    ask: () => Promise<Descriptor | undefined>,
  ): Promise<Descriptor | undefined> {
    const key = `${place} ${question}`;
    const kept = memory.answers.get(key);
    const known = kept === undefined ? undefined : readList(parseJson(kept.value))?.[0];
    if (known !== undefined) return known;
    const answer = await ask();
    if (answer === undefined) return undefined;
    // Its bytes came with the answer, and are at hand now.
    await collect(open(answer), imageLimits.indexBytes);
    memory.answers.put(key, Buffer.from(JSON.stringify({ answer: [answer] })), now());
    return answer;
  }
}

/** Layers are read once, and what is in them is kept elsewhere. */
function isLarge({ size, mediaType }: Descriptor): boolean {
  return size > imageLimits.indexBytes || /\.layer\.|\.diff\./.test(mediaType);
}

/** What a registry did not say, as against what it refuses. */
function isOutage(error: unknown): boolean {
  return (
    error instanceof BullaError &&
    ['registry-unreachable', 'registry-failed', 'registry-rate-limited'].includes(error.code)
  );
}

function listOf(descriptor: Descriptor | undefined): readonly Descriptor[] {
  return descriptor === undefined ? [] : [descriptor];
}

function readList(value: unknown): readonly Descriptor[] | undefined {
  const answer = asObject(value)?.['answer'];
  if (!Array.isArray(answer)) return undefined;
  const descriptors = asList(answer).map(readDescriptor);
  return descriptors.every((one) => one !== undefined) ? descriptors : undefined;
}

function readDescriptor(value: unknown): Descriptor | undefined {
  const written = asObject(value) ?? {};
  const [mediaType, digest, size] = [
    asText(written['mediaType']),
    parseDigest(written['digest']),
    asCount(written['size']),
  ];
  if (mediaType === undefined || digest === undefined || size === undefined) return undefined;
  const artifactType = asText(written['artifactType']);
  const annotations = asTextMap(written['annotations']);
  return { mediaType, digest, size, annotations, ...(artifactType === undefined ? {} : { artifactType }) };
}
