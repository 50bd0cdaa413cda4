/** Commands of cosign that are said in another way here. Those that are called the same need no translation. */
const translations: ReadonlyMap<string, readonly string[]> = new Map([
  ['sign-blob', ['sign', '--blob']],
  ['verify-blob', ['verify', '--blob']],
  ['verify-attestation', ['verify', '--attestation']],
  ['generate-key-pair', ['key', 'generate']],
  ['import-key-pair', ['key', 'import']],
  ['public-key', ['key', 'public']],
]);

/** The words of a command line with those of cosign in ours, so that who knows it need only change the first word. */
export function withoutCosignWords(words: readonly string[]): readonly string[] {
  const [verb = '', ...rest] = words;
  const ours = translations.get(verb);
  return ours === undefined ? words : [...ours, ...rest];
}
