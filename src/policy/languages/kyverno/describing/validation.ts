import { asList, asObject, asText, asTexts, type JsonObject } from '#kit/narrow.ts';
import { joined, limited, listed, named, quoted, type Said } from '#policy/description/said.ts';
import { readExclusions } from '#policy/languages/kyverno/pod-security/exclusion.ts';
import type { Rule } from '#policy/languages/kyverno/rule.ts';
import { describeSets } from './attestors.ts';

/** What a `validate` demands, without the rule's name and the full stop: in the author's words, where there are some. */
export function describeValidation({ cel, manifests }: Rule, validate: JsonObject): readonly Said[] {
  const own = asText(validate['message']) ?? '';
  const tolerates = validate['allowExistingViolations'] === true ? [tolerated] : [];
  if (manifests !== undefined) return [describeManifests(validate, manifests.domain), ...worded(own)];
  const podSecurity = asObject(validate['podSecurity']);
  if (podSecurity !== undefined) return [describePodSecurity(podSecurity), ...worded(own), ...tolerates];
  if (cel === undefined) return [decided(messageOf(validate, own), decidedBy(validate)), ...tolerates];
  const expressions = asList(asObject(validate['cel'])?.['expressions']).map((one) => asObject(one) ?? {});
  const messages = expressions.map((one) => (asText(one['message']) ?? '').trim() || own);
  return [...new Set(messages)].slice(0, mostMessages).map((message) => decided(message, expression));
}

const mostMessages = 50;

const tolerated: Said = {
  en: 'an object that was so before may stay so',
  de: 'Ein Objekt, das schon vorher so war, darf so bleiben',
};

const expression: Said = { en: 'an expression decides', de: 'ein Ausdruck entscheidet' };

const deciding: readonly (readonly [field: string, said: Said])[] = [
  ['pattern', { en: 'a pattern decides', de: 'ein Muster entscheidet' }],
  ['anyPattern', { en: 'one of some patterns must fit', de: 'eines von mehreren Mustern muss passen' }],
  ['deny', { en: 'refused where conditions hold', de: 'abgelehnt, wo Bedingungen gelten' }],
  ['foreach', { en: 'each entry of a list is looked at', de: 'jeder Eintrag einer Liste wird angesehen' }],
];

function decidedBy(validate: JsonObject): Said {
  return deciding.find(([field]) => validate[field] !== undefined)?.[1] ?? expression;
}

function decided(message: string, by: Said): Said {
  return message === ''
    ? { en: `without a message; ${by.en}`, de: `ohne Meldung; ${by.de}` }
    : limited(quoted(message), [by]);
}

function worded(message: string): readonly Said[] {
  return message === '' ? [] : [quoted(message)];
}

/** Conditions may have messages of their own, which go beside that of the rule. */
function messageOf(validate: JsonObject, own: string): string {
  return [own, ...conditionMessages(asObject(validate['deny'])?.['conditions'])]
    .filter((one) => one.trim() !== '')
    .join('; ');
}

function conditionMessages(conditions: unknown): readonly string[] {
  const blocks = Array.isArray(conditions) ? conditions : [conditions];
  const each = blocks.flatMap((block) => [
    block,
    ...asList(asObject(block)?.['any']),
    ...asList(asObject(block)?.['all']),
  ]);
  return asTexts(each.map((one) => asObject(one)?.['message']));
}

function describePodSecurity({ level, version, exclude }: JsonObject): Said {
  const standard = named(`${asText(level) ?? ''} (${asText(version) ?? 'latest'})`);
  const left = readExclusions(exclude).map(({ controlName, images, restrictedField, values }) => {
    const [of, in_] = [listed(images), listed(values)];
    return limited(named(controlName), [
      ...(images.length === 0 ? [] : [{ en: `images ${of.en}`, de: `Images ${of.de}` }]),
      ...(restrictedField === '' ? [] : [named(restrictedField)]),
      ...(values.length === 0 ? [] : [in_]),
    ]);
  });
  const without = joined(left);
  return {
    en: `pods must keep to the Pod Security Standard ${standard.en}${left.length === 0 ? '' : `, without the controls ${without.en}`}`,
    de: `Pods müssen den Pod Security Standard ${standard.de} einhalten${left.length === 0 ? '' : `, ohne die Kontrollen ${without.de}`}`,
  };
}

function describeManifests(validate: JsonObject, domain: string): Said {
  const written = asObject(validate['manifests']) ?? {};
  const who = describeSets(asList(written['attestors']), 'Cosign', 'manifest');
  const where = named(domain);
  const fields = asList(written['ignoreFields']).flatMap((one) => asTexts(asObject(one)?.['fields']));
  const ignored = listed(fields);
  return {
    en: `the object must carry its manifest (annotations of ${where.en}), signed by ${who.en}, and be as that says${fields.length === 0 ? '' : `; of some objects these fields may differ: ${ignored.en}`}`,
    de: `Das Objekt muss sein Manifest tragen (Annotationen von ${where.de}), signiert von ${who.de}, und so sein, wie dieses sagt${fields.length === 0 ? '' : `; diese Felder dürfen bei manchen Objekten abweichen: ${ignored.de}`}`,
  };
}
