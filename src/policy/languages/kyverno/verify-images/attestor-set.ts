import { asObject } from '#kit/narrow.ts';
import type { Among } from '#policy/evidence/vouching.ts';
import type { Leniency } from '#policy/languages/kyverno/leniency.ts';
import type { WrittenAttestorSet, WrittenEntry } from '#policy/languages/kyverno/schema/images.ts';
import { invalidField } from '#policy/languages/read-strictly.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import type { Demand } from '#signatures/judge.ts';
import { readByCertificate } from './by-certificate.ts';
import { readByIdentity } from './by-identity.ts';
import { readByKey } from './by-key.ts';
import { readByNotary } from './by-notary.ts';
import { pemBlocks } from './pem.ts';

/** Some of whom so many must vouch. */
export interface AttestorSet {
  readonly count: number;
  readonly entries: readonly Entry[];
}

type Entry = { readonly set: AttestorSet } | { readonly attestor: Attestor };

/** Somebody who may vouch for an image. */
export interface Attestor {
  readonly path: string;
  /** What must hold of what they have signed. @throws `key-…`, `resource-unavailable`, `trust-root-invalid`, `tuf-…` */
  demand(surroundings: Surroundings): Promise<Omit<Demand, 'wanted'>>;
  readonly repository: string;
  /** What a signature must say beside that it is one. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly holds: Among['holds'];
}

/** What reading attestors depends on. */
export interface AttestorContext {
  readonly path: string;
  readonly type: 'Cosign' | 'SigstoreBundle' | 'Notary';
  readonly leniency: Leniency;
}

/** Reads a set, without variables. A text with several keys is an entry for each. @throws `policy-invalid`, `policy-unsupported` */
export function readAttestorSet(written: unknown, context: AttestorContext): AttestorSet {
  // The schema has checked the fields before variables were replaced, which are texts.
  const { count, entries } = written as WrittenAttestorSet;
  const expanded = entries.flatMap(expandKeys);
  const needed = count === undefined || count === 0 ? expanded.length : count;
  if (needed > expanded.length) {
    throw invalidField(`${context.path}.attestors`, `it has ${expanded.length} entries, of which ${needed} must vouch`);
  }
  return { count: needed, entries: expanded.map((entry) => readEntry(entry, context)) };
}

function expandKeys(entry: WrittenEntry): readonly WrittenEntry[] {
  const { keys } = entry;
  const blocks = pemBlocks(keys?.publicKeys ?? '');
  return blocks.length < 2 ? [entry] : blocks.map((publicKeys) => ({ ...entry, keys: { ...keys, publicKeys } }));
}

function readEntry(entry: WrittenEntry, context: AttestorContext): Entry {
  const { keys, certificates, keyless, attestor } = entry;
  const kinds = [keys, certificates, keyless, attestor].filter((one) => one !== undefined);
  const path = `${context.path}.attestors`;
  if (kinds.length !== 1)
    throw invalidField(path, 'an entry is exactly one of keys, certificates, keyless and attestor');
  if (attestor !== undefined) return { set: readAttestorSet(asObject(attestor), context) };
  return {
    attestor: {
      path,
      demand: readDemand(entry, { ...context, path }),
      repository: entry.repository ?? '',
      annotations: entry.annotations ?? {},
      holds: formatsOf(context.type),
    },
  };
}

function readDemand({ keys, certificates, keyless }: WrittenEntry, context: AttestorContext): Attestor['demand'] {
  if (context.type === 'Notary') {
    if (certificates !== undefined) return readByNotary(certificates, context);
    throw invalidField(context.path, 'signatures of the Notary Project are by certificates');
  }
  if (keys !== undefined) return readByKey(keys, context);
  return certificates === undefined ? readByIdentity(keyless ?? {}, context) : readByCertificate(certificates, context);
}

/** Where Kyverno looks at one format only, the same signer counts here in each; but not where bundles are asked for. */
function formatsOf(type: AttestorContext['type']): Among['holds'] {
  if (type === 'Notary') return ({ format }) => format === 'notation';
  if (type === 'SigstoreBundle') return ({ format }) => format === 'sigstore-bundle';
  return ({ format }) => format !== 'notation';
}
