import { digestOf, type Digest } from '#kit/digest.ts';
import { imageError } from '#image/errors.ts';
import { mediaTypes, type Descriptor } from '#image/manifest.ts';
import type { Reference } from '#image/reference.ts';
import type { Store } from '#image/store.ts';
import { parseReference } from '#image/reference.ts';
import type { Mode, RuleOutcome } from '#policy/outcome.ts';
import type { Policy } from '#policy/policy.ts';
import type { Question } from '#policy/question.ts';
import { askForPod } from '#policy/testing.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import { noResources } from '#policy/surroundings.ts';
import type { Clock } from './clock.ts';
import type { World } from './judge/world.ts';
import { keptStore } from './memory/kept-store.ts';
import type { Memory } from './memory/memory.ts';

/** A clock that stands still until somebody lets time go by. */
export interface FakeClock extends Clock {
  pass(milliseconds: number): void;
}

export function fakeClock(): FakeClock {
  let time = Date.parse('2026-01-01T00:00:00Z');
  const waiting = new Map<symbol, { readonly at: number; readonly work: () => void }>();
  return {
    now: () => time,
    after(milliseconds, work) {
      const name = Symbol('timer');
      waiting.set(name, { at: time + milliseconds, work });
      return () => void waiting.delete(name);
    },
    pass(milliseconds) {
      time += milliseconds;
      for (const [name, { at, work }] of waiting) {
        if (at > time) continue;
        waiting.delete(name);
        work();
      }
    },
  };
}

/** A registry in memory that can be down, and slow, and tells what it was asked. */
export interface FakeImages {
  readonly tags: Map<string, Digest>;
  readonly referrers: Map<Digest, readonly Descriptor[]>;
  /** All questions that reached it. */
  readonly asked: string[];
  isDown: boolean;
  /** Whatever an answer waits for. */
  before: () => Promise<void>;
  /** Adds an image, good or bad, and gives its digest. */
  add(name: string, isGood: boolean): Digest;
  open(reference: Reference): Store;
}

export function fakeImages(): FakeImages {
  const content = new Map<Digest, { readonly bytes: Buffer; readonly mediaType: string }>();
  function put(value: object, mediaType: string): Descriptor {
    const bytes = Buffer.from(JSON.stringify(value));
    const digest = digestOf(bytes);
    content.set(digest, { bytes, mediaType });
    return { mediaType, digest, size: bytes.length, annotations: {} };
  }
  function described(digest: Digest | undefined): Descriptor {
    const found = digest === undefined ? undefined : content.get(digest);
    if (digest === undefined || found === undefined) throw imageError('registry-not-found', 'there is no such image');
    return { mediaType: found.mediaType, digest, size: found.bytes.length, annotations: {} };
  }
  const images: FakeImages = {
    tags: new Map(),
    referrers: new Map(),
    asked: [],
    isDown: false,
    before: () => Promise.resolve(),
    add(name, isGood) {
      const platform = { os: 'linux', architecture: 'amd64' };
      const config = { Labels: { good: String(isGood), name } };
      const { mediaType, digest, size } = put(
        { ...platform, config, rootfs: { type: 'layers', diff_ids: [] } },
        mediaTypes.ociConfig,
      );
      const manifest = {
        schemaVersion: 2,
        mediaType: mediaTypes.ociManifest,
        config: { mediaType, digest, size },
        layers: [],
      };
      return put(manifest, mediaTypes.ociManifest).digest;
    },
    open({ repository, tag = 'latest', digest }) {
      async function answer<T>(question: string, work: () => T): Promise<T> {
        images.asked.push(question);
        await images.before();
        if (images.isDown) throw imageError('registry-unreachable', 'the registry is down');
        return work();
      }
      return {
        root: () => answer(`root ${digest ?? tag}`, () => described(digest ?? images.tags.get(`${repository}:${tag}`))),
        async *open(wanted) {
          yield await answer(`open ${wanted.mediaType}`, () => content.get(wanted.digest)?.bytes ?? Buffer.alloc(0));
        },
        referrers: (subject) => answer('referrers', () => images.referrers.get(subject) ?? []),
        find: (wanted) => answer('find', () => (content.has(wanted) ? described(wanted) : undefined)),
        tagged: (name) =>
          answer(`tag ${name}`, () => (images.tags.has(name) ? described(images.tags.get(name)) : undefined)),
        close: () => Promise.resolve(),
      };
    },
  };
  return images;
}

/** A world with these images, remembered in a memory. */
export function worldOf(images: FakeImages, memory: Memory, clock: Clock, watermark = () => 'now'): World {
  const silent = new Map<string, number>();
  const kept = { memory, silent, now: clock.now, after: clock.after };
  return {
    watermark,
    resources: noResources,
    firstSeen: () => Promise.resolve(new Map()),
    trustRoot: () => Promise.reject(new Error('nobody is trusted here')),
    key: () => Promise.reject(new Error('there are no keys here')),
    accessFor: () =>
      Promise.resolve({
        scope: '',
        platform: { os: 'linux', architecture: 'amd64' },
        open: (reference) => keptStore(images.open(reference), reference, kept),
        scan: () => Promise.reject(new Error('nothing is scanned here')),
      }),
  };
}

/** A policy that lets pass images that call themselves good. */
export function onlyGood(mode: Mode = 'enforce', look: (question: Question) => void = () => undefined): Policy {
  return {
    name: 'only-good',
    language: 'trust-policy',
    remarks: [],
    describe: () => [],
    decide(question, surroundings) {
      look(question);
      return Promise.all(
        question.images.map(async ({ image: written, pointer }): Promise<RuleOutcome> => {
          const rule = { policy: 'only-good', rule: 'good', mode, evidence: [] };
          try {
            const evidence = surroundings.evidenceOf(parseReference(written));
            const [{ digest }, { raw }] = await Promise.all([evidence.resolve(), evidence.describe()]);
            const isGood = JSON.stringify(raw.config).includes('"good":"true"');
            const image = { written, digest, pointer };
            if (isGood) return { ...rule, image, outcome: 'passed', reason: reasonOf('passed') };
            return { ...rule, image, outcome: 'failed', reason: reasonOf('unsigned') };
          } catch (error) {
            const reason = reasonOf('evidence-unavailable', { problem: error instanceof Error ? error.message : '' });
            return { ...rule, image: { written, pointer }, outcome: 'unknown', reason };
          }
        }),
      );
    },
  };
}

/** The question whether a pod with these images may be made. */
export function questionAbout(...images: readonly string[]): Question {
  return askForPod(images, { namespace: 'shop' });
}
