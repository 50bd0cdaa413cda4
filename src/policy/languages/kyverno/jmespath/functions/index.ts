import { arithmetic } from './arithmetic.ts';
import { builtin } from './builtin.ts';
import { certificates } from './certificates.ts';
import { collections } from './collections.ts';
import type { JmesFunction } from './define.ts';
import { encoding } from './encoding.ts';
import { images } from './images.ts';
import { regex } from './regex.ts';
import { strings } from './strings.ts';
import { time } from './time.ts';
import { versions } from './versions.ts';

/** Every function that expressions may call. To add a family, write its file and name it here. */
export const functions: ReadonlyMap<string, JmesFunction> = new Map(
  [builtin, strings, collections, arithmetic, encoding, time, regex, versions, images, certificates].flatMap((family) =>
    Object.entries(family),
  ),
);
