import { describeByAuthor } from '#policy/description/author.ts';
import { digestNeeded, digestWritten } from '#policy/description/digests.ts';
import { allImages, describeImages } from '#policy/description/images.ts';
import { describeLabels } from '#policy/description/labels.ts';
import { describeMode } from '#policy/description/mode.ts';
import {
  about,
  joined,
  limited,
  listed,
  named,
  ofFirst,
  quoted,
  sentence,
  type Said,
} from '#policy/description/said.ts';
import {
  byOwnAuthority,
  describeIdentity,
  describeKey,
  describeRepository,
  describeSecret,
  describeSigner,
  describeSome,
  type LogDemand,
} from '#policy/description/signers.ts';
import { home } from './keys.ts';
import type { NoMatch } from './no-match.ts';
import type { WrittenAuthority, WrittenKey, WrittenMatch, WrittenPolicy } from './schema.ts';

/**
 * What a policy demands, as sentences for people who read no YAML.
 * @param noMatch what becomes of images that no policy is about, if this one speaks for them
 */
export function describePolicy(policy: WrittenPolicy, noMatch: NoMatch | undefined): readonly Said[] {
  const { spec } = policy;
  const images = describeImages(
    spec.images.map(({ glob }) => glob),
    '**',
  );
  const pinsAll = noMatch === 'deny' || noMatch === 'warn';
  return [
    ...describeByAuthor(policy),
    describeScope(images, spec.match),
    describeMode(spec.mode ?? 'enforce'),
    ...describeAuthorities(spec.authorities),
    sentence(digestWritten(pinsAll ? allImages : images)),
    sentence(digestNeeded(images)),
    ...(noMatch === undefined ? [] : [unmatched[noMatch]]),
  ];
}

const unmatched: Readonly<Record<NoMatch, Said>> = {
  deny: {
    en: 'Images that no ClusterImagePolicy is about are refused.',
    de: 'Images, die keine ClusterImagePolicy betrifft, werden abgelehnt.',
  },
  warn: {
    en: 'Images that no ClusterImagePolicy is about are only warned of.',
    de: 'Images, die keine ClusterImagePolicy betrifft, werden nur gemeldet.',
  },
  allow: {
    en: 'Images that no ClusterImagePolicy is about are let through.',
    de: 'Images, die keine ClusterImagePolicy betrifft, werden zugelassen.',
  },
};

function describeScope(images: Said, match: readonly WrittenMatch[] = []): Said {
  const objects = joined(match.map(describeMatch), { en: '; or ', de: '; oder ' });
  const where: Said = match.length === 0 ? objects : { en: ` in ${objects.en}`, de: ` in ${objects.de}` };
  return { en: `It is about ${images.en}${where.en}.`, de: `Sie betrifft ${images.de}${where.de}.` };
}

function describeMatch({ group = '', version = '', resource = '', selector }: WrittenMatch): Said {
  const api = [group, version === '*' ? '' : version].filter((part) => part !== '').join('/');
  const labels = describeLabels(selector ?? {});
  return limited(named(resource), [
    ...(api === '' ? [] : [named(`API ${api}`)]),
    ...(labels.en === '' ? [] : [{ en: `labels: ${labels.en}`, de: `Labels: ${labels.de}` }]),
  ]);
}

function describeAuthorities(authorities: readonly WrittenAuthority[]): readonly Said[] {
  const [only, ...more] = authorities;
  if (only !== undefined && more.length === 0) return [sentence(describeAuthority(only))];
  return [
    { en: 'One of these authorities is enough:', de: 'Eine dieser Stellen genügt:' },
    ...ofFirst(
      [...authorities.entries()],
      ([index, authority]) => {
        const name = named(authority.name ?? `authority-${index}`);
        return [about({ en: `Authority ${name.en}`, de: `Stelle ${name.de}` }, describeAuthority(authority))];
      },
      (count) => ({ en: `And ${count} more authorities.`, de: `Und ${count} weitere Stellen.` }),
    ),
  ];
}

function describeAuthority(authority: WrittenAuthority): Said {
  const { static: decided, attestations = [] } = authority;
  if (decided !== undefined) return describeDecided(decided);
  const who = describeSigners(authority);
  if (attestations.length === 0) {
    return { en: `the image must be signed by ${who.en}`, de: `das Image muss signiert sein von ${who.de}` };
  }
  const types = listed(attestations.map(({ predicateType }) => predicateType));
  return attestations.length === 1
    ? {
        en: `a statement of type ${types.en} must be signed by ${who.en}`,
        de: `eine Aussage der Art ${types.de} muss signiert sein von ${who.de}`,
      }
    : {
        en: `statements of each of the types ${types.en} must be signed by ${who.en}`,
        de: `Aussagen jeder der Arten ${types.de} müssen signiert sein von ${who.de}`,
      };
}

function describeDecided({ action, message = '' }: NonNullable<WrittenAuthority['static']>): Said {
  if (action === 'pass') {
    return { en: 'every image is let through, without a look at it', de: 'jedes Image wird ohne Prüfung zugelassen' };
  }
  return limited(
    { en: 'every image is refused', de: 'jedes Image wird abgelehnt' },
    message === '' ? [] : [quoted(message)],
  );
}

function describeSigners(authority: WrittenAuthority): Said {
  const { key, keyless, source: [source] = [], signatureFormat, rfc3161timestamp, attestations = [] } = authority;
  const root = keyless?.trustRootRef ?? '';
  const keys = key === undefined ? undefined : describeKeys(key);
  const identities = (keyless?.identities ?? []).map(describeIdentity);
  return describeSigner(keys ?? describeSome(1, identities), logOf(authority), [
    ...(keyless?.['ca-cert'] === undefined ? (root === '' ? [] : [certifiedBy(root)]) : [byOwnAuthority]),
    // Of several keys each must have stated something; which of the types is open.
    ...(attestations.length > 0 && mayBeSeveral(key) ? [eachKey] : []),
    ...(rfc3161timestamp === undefined ? [] : [timestamped]),
    ...(signatureFormat === undefined ? [] : [formats[signatureFormat]]),
    ...describeRepository(source?.oci),
  ]);
}

/** As `authority.ts` has it: timestamps stand for a log, and certificates of the usual trust root want its log. */
function logOf({ keyless, ctlog, rfc3161timestamp }: WrittenAuthority): LogDemand {
  if (rfc3161timestamp !== undefined) return 'optional';
  if (ctlog !== undefined) return 'required';
  return keyless !== undefined && (keyless.trustRootRef ?? '') === '' ? 'known' : 'optional';
}

function describeKeys({ data, secretRef, kms }: WrittenKey): Said {
  if (secretRef !== undefined) return describeSecret(secretRef.namespace ?? home, secretRef.name);
  return describeKey(kms === undefined || kms === '' ? (data ?? '') : kms);
}

/** How many a Secret holds is not known. */
function mayBeSeveral({ data = '', secretRef }: WrittenKey = {}): boolean {
  return secretRef !== undefined || data.split('-----BEGIN ').length > 2;
}

function certifiedBy(root: string): Said {
  const name = named(root);
  return { en: `certified as the TrustRoot ${name.en} says`, de: `bescheinigt, wie die TrustRoot ${name.de} es sagt` };
}

const eachKey: Said = {
  en: 'of several keys each must have attested something',
  de: 'von mehreren Schlüsseln muss jeder etwas bezeugt haben',
};

const timestamped: Said = {
  en: 'a timestamp authority must vouch for the time',
  de: 'eine Zeitstempelstelle muss für die Zeit bürgen',
};

const formats: Readonly<Record<NonNullable<WrittenAuthority['signatureFormat']>, Said>> = {
  bundle: { en: 'as Sigstore bundles', de: 'als Sigstore-Bundles' },
  legacy: { en: 'not as Sigstore bundles', de: 'nicht als Sigstore-Bundles' },
};
