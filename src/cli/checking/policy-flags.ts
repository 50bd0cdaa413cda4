import { cliError } from '#cli/errors.ts';
import { knownWords, text } from '#cli/flags.ts';
import { spokenLanguages, type SpokenLanguage } from '#policy/reasons/explain.ts';
import type { ImagePath } from '#policy/workloads/image-path.ts';

/** Flags of verbs that decide by policies. */
export interface PolicyFlags {
  readonly policy?: readonly string[];
  readonly keys?: string;
  readonly imagePath?: readonly string[];
  readonly lang?: string;
}

export const policyFlags = {
  policy: several('FILE|DIR', 'policies to decide by, in any language that is known'),
  keys: text('folder of the public keys that policies name', 'DIR'),
  imagePath: several('KIND=/PATH', 'where a kind of your own names images, like Workflow=/spec/templates/*/container'),
  lang: text(`language of sentences: ${spokenLanguages.join(', ')} (default: en)`, 'LANG'),
} as const;

/** A flag that may be there several times. */
export function several(placeholder: string, brief: string) {
  return {
    kind: 'parsed',
    parse: String,
    optional: true,
    variadic: true,
    brief: `${placeholder}: ${brief}`,
    placeholder,
  } as const;
}

/** In which language sentences are written. @throws `usage` */
export function readLanguage({ lang }: PolicyFlags): SpokenLanguage {
  const [language = 'en'] = lang === undefined ? [] : knownWords('lang', lang, spokenLanguages);
  return language;
}

/** Where kinds of one's own name images. @throws `usage` */
export function readImagePaths({ imagePath = [] }: PolicyFlags): readonly ImagePath[] {
  return imagePath.map((written) => {
    const [kind = '', ...path] = written.split('=');
    if (kind !== '' && path.join('=').startsWith('/')) return { kind, path: path.join('=') };
    throw cliError('usage', `"${written}" does not say where a kind names images`, {
      hint: 'write it like Workflow=/spec/templates/*/container/image',
    });
  });
}
