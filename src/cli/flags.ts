import { cliError } from './errors.ts';

/** Flags that many commands share, with their places in the environment and the configuration named in settings.ts. */
export interface CommonFlags {
  readonly database?: string;
  readonly offline?: boolean;
  readonly config?: string;
}

export const commonFlags = {
  database: text('folder of the advisory database', 'DIR'),
  offline: { kind: 'boolean', optional: true, withNegated: false, brief: 'ask nothing on the network' },
  config: text('configuration file (default: bulla.yaml)', 'FILE'),
} as const;

/** Flags of commands that read images, and nothing of what is known about them. */
export interface ImageFlags extends Omit<CommonFlags, 'database'> {
  readonly platform?: string;
  readonly insecure?: boolean;
  readonly ca?: string;
  readonly timeout?: string;
}

export const imageFlags = {
  offline: commonFlags.offline,
  config: commonFlags.config,
  platform: text("which platform of an index (default: this machine's)", 'OS/ARCH'),
  insecure: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'do not check the certificate of the registry, and allow plain HTTP',
  },
  ca: text('certificates to trust besides the usual ones, PEM', 'FILE'),
  timeout: text('how long a registry may be silent (default: 30)', 'SECONDS'),
} as const;

/** Flags of commands that look up what is in images. */
export interface SourceFlags extends CommonFlags, ImageFlags {}

export const sourceFlags = { database: commonFlags.database, ...imageFlags } as const;

/** An optional flag with a text. */
export function text(brief: string, placeholder: string) {
  return { kind: 'parsed', parse: String, optional: true, ...described(brief, placeholder) } as const;
}

/** A flag under the name that another tool has for it: understood, and not shown. */
export function hidden(brief: string) {
  return { ...text(brief, 'VALUE'), hidden: true } as const;
}

/** What a flag is for. The list of flags has no place for what it takes, and so that comes first. */
export function described(brief: string, placeholder: string) {
  return { brief: `${placeholder}: ${brief}`, placeholder };
}

/** A list in one flag: `a,b,c`, in lower case. */
export function words(value: string): string[] {
  return value
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
}

/** Reads a list of words that must all be known. @throws `usage` */
export function knownWords<Word extends string>(flag: string, value: string, known: readonly Word[]): Word[] {
  return words(value).map((word) => {
    const found = known.find((candidate) => candidate === word);
    if (found !== undefined) return found;
    throw cliError('usage', `--${flag} does not know "${word}"`, { hint: `choose from: ${known.join(', ')}` });
  });
}
