import type { Mode } from '#policy/outcome.ts';
import type { SpokenLanguage } from '#policy/reasons/explain.ts';
import type { Said } from './said.ts';

const words: Readonly<Record<Mode, Said>> = {
  audit: { en: 'Only written down', de: 'Nur aufgezeichnet' },
  warn: { en: 'Only warned of', de: 'Nur gemeldet' },
  enforce: { en: 'Enforced', de: 'Durchgesetzt' },
};

/** How seriously a policy is meant, and where it is meant otherwise. */
export function describeMode(mode: Mode, others: readonly { readonly where: Said; readonly mode: Mode }[] = []): Said {
  const say = (language: SpokenLanguage) => {
    const elsewhere = others.map((one) => ` (${one.where[language]}: ${words[one.mode][language].toLowerCase()})`);
    return `${words[mode][language]}${elsewhere.join('')}.`;
  };
  return { en: say('en'), de: say('de') };
}
