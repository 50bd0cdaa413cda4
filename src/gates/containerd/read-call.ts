/** With which words containerd calls an image verifier. */
export interface VerifierCall {
  readonly name: string;
  readonly digest: string;
  /** Of what is on standard input. */
  readonly mediaType: string;
}

const flags = ['name', 'digest', 'stdin-media-type'] as const;

/**
 * Reads the words of a call, each flag with one dash or two, its value behind it or behind `=`. Each must be there once; a word that is
 * not known may have been meant to change what is asked.
 */
export function readCall(args: readonly string[]): VerifierCall | { readonly problem: string } {
  const found = new Map<string, string>();
  for (let at = 0; at < args.length; at++) {
    const [, name = '', , inline] = /^--?([a-z-]+)(=([\s\S]*))?$/.exec(args[at] ?? '') ?? [];
    if (!flags.some((flag) => flag === name)) return { problem: `"${args[at] ?? ''}" is not known` };
    if (found.has(name)) return { problem: `-${name} is there twice` };
    const value = inline ?? args[++at];
    if (value === undefined) return { problem: `-${name} has no value` };
    found.set(name, value);
  }
  const missing = flags.find((flag) => (found.get(flag) ?? '') === '');
  if (missing !== undefined) return { problem: `-${missing} is missing` };
  return {
    name: found.get('name') ?? '',
    digest: found.get('digest') ?? '',
    mediaType: found.get('stdin-media-type') ?? '',
  };
}
