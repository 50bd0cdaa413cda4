import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CliProcess } from '#cli/context.ts';
import { scanSource } from '#cli/scanning/scan-source.ts';
import type { Settings } from '#cli/settings.ts';
import { keySurroundings } from '#cli/signing/key-surroundings.ts';
import { loadTrust, type TrustFlags } from '#cli/trust.ts';
import { formatReference, type Reference } from '#image/reference.ts';
import { openRepository } from '#image/sources/registry.ts';
import { gatherEvidence, type Access } from '#policy/evidence/gather.ts';
import type { Resources, Surroundings } from '#policy/surroundings.ts';
import { signatureError } from '#signatures/errors.ts';
import { loadVerificationKey } from '#signatures/keys/load-key.ts';
import { readVerificationKey, type VerificationKey } from '#signatures/keys/verification-key.ts';
import { openLocal } from './check-subjects.ts';
import { firstSeen } from './first-sights.ts';

/** Where policies of the command line find what they ask for. */
export interface SurroundingsOptions {
  readonly settings: Settings;
  readonly trust: TrustFlags;
  /** Folder of the public keys that policies name. */
  readonly keys?: string;
  readonly resources: Resources;
  /** Images that are in no registry: their sources, by the reference that they are asked about as. */
  readonly local?: ReadonlyMap<string, string>;
}

/**
 * The world of policies on the command line: registries and advisories as for every other verb. Each question gets its own, so that
 * a tag is asked anew each time; what goes by digests is kept below.
 */
export function createSurroundings(
  { settings, trust, keys, resources, local = new Map() }: SurroundingsOptions,
  io: CliProcess,
  now: Date,
): Surroundings {
  const { registry, offline, platform } = settings;
  const access: Access = {
    platform,
    open: (reference) => {
      const source = local.get(nameOf(reference));
      if (source !== undefined) return openLocal(source, settings, io);
      return openRepository(formatReference(reference), { registry, offline, environment: io.env }).store;
    },
    scan: (reference) => scanSource(local.get(nameOf(reference)) ?? formatReference(reference), settings, io),
  };
  const evidence = new Map<string, ReturnType<typeof gatherEvidence>>();
  let root: ReturnType<typeof loadTrust> | undefined;
  const found = new Map<string, Promise<VerificationKey>>();
  return {
    now,
    resources,
    firstSeen: (things) => firstSeen(settings.cache, things, now),
    evidenceOf: (reference) => kept(evidence, formatReference(reference), () => gatherEvidence(reference, access)),
    trustRoot: () => (root ??= loadTrust(trust, settings, io)),
    key: (written) => kept(found, written, () => findKey(written, keys, offline, io)),
  };
}

/** An image that is in no registry is the same whatever its digest is found to be. */
function nameOf({ host, repository, tag = 'latest' }: Reference): string {
  return formatReference({ host, repository, tag });
}

function kept<Value>(known: Map<string, Value>, name: string, make: () => Value): Value {
  const value = known.get(name) ?? make();
  known.set(name, value);
  return value;
}

/** Services whose keys a policy may name. Files and the environment of this machine are not for it to choose. */
const services = /^(?:awskms|azurekms|gcpkms|gitlab|hashivault|k8s|openbao|pkcs11):/;

/** A policy names keys by their text, by a service that keeps them, or by a name in the folder of keys; never by a path of its choice. */
export async function findKey(
  written: string,
  folder: string | undefined,
  offline: boolean,
  io: CliProcess,
): Promise<VerificationKey> {
  if (written.includes('-----BEGIN')) return readVerificationKey(written, 'a key of the policy');
  if (/^https?:/i.test(written)) {
    throw signatureError('key-not-found', `the key ${written} is a URL, and whoever answers there would be believed`, {
      hint: 'write the key itself into the policy, or put it into the folder of keys: --keys DIR',
    });
  }
  if (services.test(written)) return loadVerificationKey(written, { ...keySurroundings(io), offline });
  const isPlain = /^[\w][\w.-]{0,200}$/.test(written);
  const pem =
    folder === undefined || !isPlain ? undefined : await readFile(join(folder, written)).catch(() => undefined);
  if (pem !== undefined) return readVerificationKey(pem, written);
  throw signatureError('key-not-found', `the policy names the key ${written}, which is not in the folder of keys`, {
    hint: folder === undefined ? 'name the folder: --keys DIR' : `put it there: ${join(folder, written)}`,
  });
}
