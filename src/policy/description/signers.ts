import { joined, limited, listed, named, type Said } from './said.ts';

/** Some of those of whom so many must vouch, as a part of a sentence: "signed by …". */
export function describeSome(count: number, all: readonly Said[]): Said {
  const list = joined(all, '; ');
  if (all.length === 1) return list;
  if (count === 1) return { en: `one of: ${list.en}`, de: `einem der folgenden: ${list.de}` };
  if (count === all.length) return { en: `all of: ${list.en}`, de: `allen folgenden: ${list.de}` };
  return { en: `${count} of: ${list.en}`, de: `${count} der folgenden: ${list.de}` };
}

/** Whoever has a key: given by its text, which may hold several of which any counts, or by where it is. */
export function describeKey(written: string): Said {
  const count = written.split('-----BEGIN ').length - 1;
  if (count > 1)
    return { en: `any of ${count} keys in the policy`, de: `einem von ${count} Schlüsseln in der Richtlinie` };
  if (count > 0) return { en: 'the key in the policy', de: 'dem Schlüssel in der Richtlinie' };
  const shown = named(written);
  return { en: `key ${shown.en}`, de: `Schlüssel ${shown.de}` };
}

/** Whoever has the keys of a Secret. */
export function describeSecret(namespace: string, name: string): Said {
  const secret = named(`${namespace}/${name}`);
  return { en: `key in the Secret ${secret.en}`, de: `Schlüssel im Secret ${secret.de}` };
}

/** Who is certified, and by whom: each written exactly or as a regular expression. */
export interface WrittenIdentity {
  readonly issuer?: string;
  readonly issuerRegExp?: string;
  readonly subject?: string;
  readonly subjectRegExp?: string;
}

/** Whoever has a certificate. Of subjects one is enough, of issuers both hold; what is not said may be anything. */
export function describeIdentity({ issuer, issuerRegExp, subject, subjectRegExp }: WrittenIdentity): Said {
  const names = joined(patterns(subject, subjectRegExp), { en: ' or ', de: ' oder ' });
  const issuers = joined(patterns(issuer, issuerRegExp), { en: ' and ', de: ' und ' });
  if (names.en === '') return describeAnyone(issuers);
  const who: Said = { en: `identity ${names.en}`, de: `Identität ${names.de}` };
  return issuers.en === ''
    ? { en: `${who.en}, any issuer`, de: `${who.de}, beliebiger Aussteller` }
    : { en: `${who.en}, issuer ${issuers.en}`, de: `${who.de}, Aussteller ${issuers.de}` };
}

function describeAnyone(issuers: Said): Said {
  return issuers.en === ''
    ? { en: 'anyone who is certified', de: 'jedem, der bescheinigt ist' }
    : { en: `anyone with issuer ${issuers.en}`, de: `jedem mit Aussteller ${issuers.de}` };
}

function patterns(exact = '', expression = ''): readonly Said[] {
  const isAnything = exact === '*' || /^\^?\.[*+]\$?$/.test(expression);
  if (isAnything && (exact === '' || expression === '')) return [];
  const shown = named(expression);
  return [
    ...(exact === '' ? [] : [named(exact)]),
    ...(expression === '' ? [] : [{ en: `like the expression ${shown.en}`, de: `nach dem Ausdruck ${shown.de}` }]),
  ];
}

/** Whether a signature must be in a transparency log; `known`: if the trust root has one. */
export type LogDemand = 'required' | 'known' | 'optional';

const logWords: Readonly<Record<LogDemand, Said>> = {
  required: { en: 'entry in a transparency log required', de: 'Eintrag in einem Transparenzlog nötig' },
  known: {
    en: 'entry in the transparency log of the trust root required, if it has one',
    de: 'Eintrag im Transparenzlog der Vertrauenswurzel nötig, wenn sie eines hat',
  },
  optional: { en: 'no transparency log required', de: 'kein Transparenzlog nötig' },
};

/** A signer, with what else must hold of the signature. */
export function describeSigner(who: Said, log: LogDemand | undefined, more: readonly Said[] = []): Said {
  return limited(who, [...(log === undefined ? [] : [logWords[log]]), ...more]);
}

/** Who certifies, where it is not the trust root of the gate. */
export const byOwnAuthority: Said = {
  en: 'certified by the CA that the policy names',
  de: 'von der CA bescheinigt, die die Richtlinie nennt',
};

/** Whom a CA of the policy certifies, whoever that is. */
export const anyoneOfTheCa: Said = {
  en: 'anyone certified by the CA that the policy names',
  de: 'jedem, den die CA bescheinigt, die die Richtlinie nennt',
};

/** Who holds the key of a certificate that the policy has. */
export const holderOfCertificate: Said = {
  en: 'whoever holds the certificate in the policy',
  de: 'dem Inhaber des Zertifikats in der Richtlinie',
};

/** What a signature must say beside that it is one. */
export function describeAnnotations(annotations: Readonly<Record<string, string>> = {}): readonly Said[] {
  const pairs = listed(Object.entries(annotations).map(([key, value]) => `${key}=${value}`));
  return pairs.en === '' ? [] : [{ en: `with the annotations ${pairs.en}`, de: `mit den Annotationen ${pairs.de}` }];
}

/** Where signatures are looked for, if not beside the image. */
export function describeRepository(repository = ''): readonly Said[] {
  const where = named(repository);
  return repository === '' ? [] : [{ en: `kept in ${where.en}`, de: `abgelegt in ${where.de}` }];
}
