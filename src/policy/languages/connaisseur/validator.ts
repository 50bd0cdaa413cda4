import type { Evidence } from '#policy/evidence/evidence.ts';
import { failed, passed, type Judgement } from '#policy/languages/judge-image.ts';
import { invalidField, unsupportedField } from '#policy/languages/read-strictly.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { readCosign } from './cosign.ts';
import { readNotation } from './notation.ts';
import type { WrittenOptions, WrittenValidator } from './schema.ts';

/** Decides on an image, as a rule wants it. What is thrown makes it unknown. */
export type Validate = (evidence: Evidence, surroundings: Surroundings) => Promise<Judgement>;

/** A validator, which rules name. */
export interface Validator {
  readonly name: string;
  /** Whether it looks at the image at all, so that it must be the same that runs. */
  readonly isStatic: boolean;
  /** Makes it ready for a rule. @throws `policy-invalid`, `policy-unsupported` */
  prepare(options: WrittenOptions, at: string): Validate;
}

/** @throws `policy-invalid`, `policy-unsupported`, `trust-root-invalid` */
export function readValidator(written: WrittenValidator, path: string): Validator {
  const { name } = written;
  switch (written.type) {
    case 'static': {
      const approves = written.approve === true;
      const judgement = approves ? passed([]) : failed('condition-refused', { path: `validator ${name}` });
      return { name, isStatic: true, prepare: (options, at) => readStatic(options, at, judgement) };
    }
    case 'cosign':
      return { name, isStatic: false, prepare: readCosign(written, path) };
    case 'notation':
      return { name, isStatic: false, prepare: readNotation(written, path) };
    case 'notaryv1':
      throw unsupportedField(
        `${path}.type`,
        'notaryv1 (Docker Content Trust) has been retired, and its signatures are not read',
        'sign with cosign or notation, and name a validator of that type',
      );
  }
}

/** How it is pinned is the only thing that may be said of it. */
function readStatic(options: WrittenOptions, at: string, judgement: Judgement): Validate {
  const field = Object.keys(options).find((one) => one !== 'mode');
  if (field !== undefined) throw invalidField(`${at}.${field}`, 'a static validator looks at nothing');
  return () => Promise.resolve(judgement);
}
