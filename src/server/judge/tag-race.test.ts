import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Digest } from '#kit/digest.ts';
import { asObject, parseJson } from '#kit/narrow.ts';
import { podOf, reviewOf } from '#gates/admission/testing.ts';
import { admit, type Target } from '#gates/admission/attack/target.ts';
import { answerReview } from '#gates/admission/review.ts';
import { parseReference } from '#image/reference.ts';
import { openMemory } from '#server/memory/memory.ts';
import { fakeClock, fakeImages, onlyGood, worldOf } from '#server/testing.ts';
import { createJudge } from './create-judge.ts';

/** What happens in one race: somebody moves the tag, or asks for a pod with it, or time goes by. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('move' as const), isGood: fc.boolean() }),
  fc.record({ kind: fc.constant('ask' as const), containers: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('wait' as const), milliseconds: fc.constantFrom(1, 20_000, 700_000) }),
);

test('whenever a tag is moved, what is admitted is a digest, and the one that was judged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(step, { minLength: 3, maxLength: 12 }), async (scheduler, steps) => {
      const [images, clock, memory] = [fakeImages(), fakeClock(), openMemory()];
      const digests: { readonly digest: Digest; readonly isGood: boolean }[] = [];
      const move = (isGood: boolean) => {
        // A new image each time: a verdict of another one is never right by chance.
        const digest = images.add(`image ${digests.length}`, isGood);
        digests.push({ digest, isGood });
        images.tags.set('app:1', digest);
      };
      move(true);
      images.before = () => scheduler.schedule(Promise.resolve());
      const judge = createJudge({
        policies: () => ({ id: '1', policies: [onlyGood()] }),
        world: worldOf(images, memory, clock),
        memory,
        clock,
      });
      const target: Target = {
        async send(webhook, review) {
          const { body } = await answerReview(webhook, Buffer.from(review), { judge, imagePaths: [] });
          return { kind: 'answer', response: asObject(asObject(parseJson(JSON.stringify(body)))?.['response']) ?? {} };
        },
        good: '',
        bad: '',
        samples: new Map(),
      };
      const asked: Promise<void>[] = [];
      const ask = async (containers: number) => {
        const object = podOf(Array.from({ length: containers }, () => 'r.example/app:1'));
        const admitted = await admit(target, reviewOf({ object }));
        if (!admitted.isAllowed) return;
        const written = JSON.stringify(admitted.object).matchAll(/"image":"([^"]+)"/g);
        for (const [, image = ''] of written) {
          const { digest } = parseReference(image);
          assert.equal(digests.find((one) => one.digest === digest)?.isGood, true, `${image} was let in`);
        }
      };
      const { task } = scheduler.scheduleSequence(
        steps.map((one) => ({
          label: one.kind,
          builder: () => {
            if (one.kind === 'move') move(one.isGood);
            else if (one.kind === 'wait') clock.pass(one.milliseconds);
            else asked.push(ask(one.containers));
            return Promise.resolve();
          },
        })),
      );
      await scheduler.waitFor(task);
      await scheduler.waitFor(Promise.all(asked));
      memory.close();
    }),
    { numRuns: 150 },
  );
});
