import { asObject } from '#kit/narrow.ts';
import { joined, limited, named, type Said } from '#policy/description/said.ts';
import {
  anyoneOfTheCa,
  byOwnAuthority,
  describeAnnotations,
  describeIdentity,
  describeKey,
  describeRepository,
  describeSecret,
  describeSigner,
  describeSome,
  holderOfCertificate,
  type LogDemand,
} from '#policy/description/signers.ts';
import { attestorSet, type WrittenAttestorSet, type WrittenEntry } from '#policy/languages/kyverno/schema/images.ts';
import { pemBlocks } from '#policy/languages/kyverno/verify-images/pem.ts';
import type { Verification } from '#policy/languages/kyverno/verify-images/verification.ts';
import { readStrictly } from '#policy/languages/read-strictly.ts';

/** For what somebody signs: annotations belong to signatures of images, and for manifests a log must be named to count. */
type Purpose = 'image' | 'statement' | 'manifest';

/** Sets of whom all must vouch, as a part of a sentence: "signed by …". Variables stay as they are written. */
export function describeSets(sets: readonly unknown[], type: Verification['type'], purpose: Purpose): Said {
  const all = sets.map((set) => describeSet(readStrictly(attestorSet, asObject(set) ?? {}), type, purpose));
  return joined(all, { en: '; and by ', de: '; und von ' });
}

/** As `attestor-set.ts` reads it: a text with several keys is an entry for each, and without a count all must vouch. */
function describeSet({ count, entries }: WrittenAttestorSet, type: Verification['type'], purpose: Purpose): Said {
  const each = entries.flatMap(expandKeys).map((entry) => describeEntry(entry, type, purpose));
  return describeSome(count === undefined || count === 0 ? each.length : count, each);
}

function expandKeys(entry: WrittenEntry): readonly WrittenEntry[] {
  const blocks = pemBlocks(entry.keys?.publicKeys ?? '');
  return blocks.length < 2 ? [entry] : blocks.map((publicKeys) => ({ ...entry, keys: { ...entry.keys, publicKeys } }));
}

function describeEntry(entry: WrittenEntry, type: Verification['type'], purpose: Purpose): Said {
  const { keys, certificates, keyless, attestor, annotations, repository } = entry;
  if (attestor !== undefined) {
    const inner = describeSet(attestor, type, purpose);
    return { en: `(${inner.en})`, de: `(${inner.de})` };
  }
  const more = [...describeRepository(repository), ...(purpose === 'image' ? describeAnnotations(annotations) : [])];
  if (keys !== undefined) {
    const isUnlogged = purpose === 'manifest' && keys.rekor === undefined;
    return describeSigner(keyOf(keys), isUnlogged ? 'optional' : logOf(keys), more);
  }
  if (certificates !== undefined) {
    return describeSigner(
      describeCertificates(certificates, type),
      type === 'Notary' ? undefined : logOf(certificates),
      more,
    );
  }
  const { roots = '', additionalExtensions = {}, ...identity } = keyless ?? {};
  const claims = Object.entries(additionalExtensions).map(([key, value]) => named(`${key}=${value}`));
  return describeSigner(describeIdentity(identity), logOf(keyless ?? {}), [
    ...(roots === '' ? [] : [byOwnAuthority]),
    ...claims,
    ...more,
  ]);
}

function logOf({ rekor }: Pick<NonNullable<WrittenEntry['keys']>, 'rekor'>): LogDemand {
  return rekor?.ignoreTlog === true ? 'optional' : 'required';
}

function keyOf({ publicKeys = '', kms = '', secret }: NonNullable<WrittenEntry['keys']>): Said {
  return secret === undefined
    ? describeKey(publicKeys === '' ? kms : publicKeys)
    : describeSecret(secret.namespace, secret.name);
}

function describeCertificates(
  { cert = '', certChain = '' }: NonNullable<WrittenEntry['certificates']>,
  type: Verification['type'],
): Said {
  if (type === 'Notary' || cert === '') return anyoneOfTheCa;
  return limited(holderOfCertificate, certChain === '' ? [] : [byOwnAuthority]);
}
