import { describeImages } from '#policy/description/images.ts';
import { describeMode } from '#policy/description/mode.ts';
import { about, joined, limited, named, ofFirst, type Said } from '#policy/description/said.ts';
import { describeIdentity, describeKey, describeSigner, describeSome } from '#policy/description/signers.ts';
import { chooseRoots } from './cosign.ts';
import type {
  WrittenConfig,
  WrittenCosign,
  WrittenFeatures,
  WrittenNotation,
  WrittenOptions,
  WrittenRule,
} from './schema.ts';

/** What a configuration demands, as sentences for people who read no YAML. */
export function describeConfig({ policy, validators }: WrittenConfig, features: WrittenFeatures): readonly Said[] {
  return [mostSpecific, describeFeatures(features), ...describeRules(policy, validators)];
}

const mostSpecific: Said = {
  en: 'It is about all images. Of the patterns that fit an image the most specific decides; an image that none fits is refused.',
  de: 'Sie betrifft alle Images. Von den Mustern, die auf ein Image passen, entscheidet das genaueste; ein Image, auf das keines passt, wird abgelehnt.',
};

function describeFeatures({ detectionMode, resourceValidationMode }: WrittenFeatures): Said {
  if (detectionMode === true) return describeMode('warn');
  const where: Said = { en: 'what makes pods', de: 'was Pods erzeugt' };
  return describeMode('enforce', resourceValidationMode === 'podsOnly' ? [{ where, mode: 'warn' }] : []);
}

function describeRules(rules: readonly WrittenRule[], validators: WrittenConfig['validators']): readonly Said[] {
  return ofFirst(
    rules,
    (rule) => {
      const called = rule.validator === undefined || rule.validator === '' ? 'default' : rule.validator;
      const validator = validators.find(({ name }) => name === called);
      if (validator === undefined) return [];
      return [about(describeImages([rule.pattern], '*'), describeDemand(validator, rule.with ?? {}))];
    },
    (count) => ({ en: `And ${count} more rules.`, de: `Und ${count} weitere Regeln.` }),
  );
}

function describeDemand(validator: WrittenConfig['validators'][number], options: WrittenOptions): Said {
  if (validator.type === 'static') return 'approve' in validator && validator.approve === true ? approved : refused;
  if (validator.type === 'notaryv1') return refused;
  const who = validator.type === 'cosign' ? describeCosign(validator, options) : describeNotation(validator, options);
  const digest = options.mode === 'insecureValidateOnly' ? unpinned : pinned;
  return {
    en: `they must be signed by ${who.en}; ${digest.en}`,
    de: `sie müssen signiert sein von ${who.de}; ${digest.de}`,
  };
}

const approved: Said = { en: 'they are let through, without a look at them', de: 'sie werden ohne Prüfung zugelassen' };
const refused: Said = { en: 'they are refused', de: 'sie werden abgelehnt' };

const pinned: Said = {
  en: 'the digest is written behind the tag, and they may start only with it',
  de: 'der Digest wird hinter das Tag geschrieben, und nur mit ihm werden sie gestartet',
};

const unpinned: Said = {
  en: 'the tag stays without a digest, so that later another image may run',
  de: 'das Tag bleibt ohne Digest, sodass später ein anderes Image laufen kann',
};

function describeCosign({ name, trustRoots }: WrittenCosign, options: WrittenOptions): Said {
  const { roots, required, threshold } = chooseRoots(trustRoots, options, name);
  const log = options.verifyInTransparencyLog === false ? 'optional' : 'required';
  const who = roots.map((root) => describeSigner(describeRoot(root), log));
  const count = Math.max(threshold, required.length);
  const some = describeSome(count, who);
  if (required.length === 0 || count === roots.length) return some;
  const among = joined(required.map(named));
  return { en: `${some.en}; among them ${among.en}`, de: `${some.de}; darunter ${among.de}` };
}

function describeRoot({ name: written, key, keyless }: WrittenCosign['trustRoots'][number]): Said {
  const { issuer, issuerRegex: issuerRegExp, subject, subjectRegex: subjectRegExp } = keyless ?? {};
  const who = key === undefined ? describeIdentity({ issuer, issuerRegExp, subject, subjectRegExp }) : describeKey(key);
  const name = named(written);
  return { en: `${name.en}: ${who.en}`, de: `${name.de}: ${who.de}` };
}

/** Any of the authorities counts, and anyone whom it has certified. */
function describeNotation({ trustRoots }: WrittenNotation, options: WrittenOptions): Said {
  const { trustRoot = 'default', verificationLevel = 'strict' } = options;
  const roots = trustRoots.filter(({ name }) => trustRoot === '*' || name === trustRoot);
  const names = joined(
    roots.map(({ name }) => named(name)),
    { en: ' or ', de: ' oder ' },
  );
  return limited(
    {
      en: `anyone whom the CA of the trust root ${names.en} certifies`,
      de: `jedem, den die CA der Vertrauenswurzel ${names.de} bescheinigt`,
    },
    [
      { en: 'in the format of the Notary Project', de: 'im Format des Notary Project' },
      { en: `level ${verificationLevel}`, de: `Stufe ${verificationLevel}` },
    ],
  );
}
