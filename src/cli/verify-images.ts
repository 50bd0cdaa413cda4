import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { mapConcurrently } from '#kit/concurrency.ts';
import type { Digest } from '#kit/digest.ts';
import { BullaError, messageOf, within } from '#kit/error.ts';
import { isInRegistry, openSource } from '#image/sources/index.ts';
import { isIndexType, type Index } from '#image/manifest.ts';
import { openRepository } from '#image/sources/registry.ts';
import { formatReference, parseReference, type Reference } from '#image/reference.ts';
import { readManifest, type Store } from '#image/store.ts';
import { judgeStored, type Demand } from '#signatures/judge.ts';
import { isRefusal } from '#signatures/refusal.ts';
import { collectStored } from '#signatures/storage/collect.ts';
import { findLost } from '#signatures/storage/find-lost.ts';
import { verificationOf, verificationToJson, type Verification } from '#signatures/verification.ts';
import { exitCodes, type CliProcess } from './context.ts';
import { cliError } from './errors.ts';
import type { Settings } from './settings.ts';

export interface VerifyOptions {
  /** How many different signers there must be. */
  readonly signers: number;
  /** Whether every image of an index must be signed too. */
  readonly recursive: boolean;
  /** Whether the image of one platform is meant, and not the index that it is chosen from. */
  readonly onePlatform: boolean;
}

/**
 * Verifies an image where it is. What is verified is what its name means: the index if it is one, because that is what is run by
 * name; its images are covered by it, and verified by themselves if that is asked for. Whoever names a platform means that image.
 */
export async function verifyImage(
  source: string,
  demand: Demand,
  options: VerifyOptions,
  { platform, registry, offline }: Settings,
  environment: CliProcess['env'],
): Promise<Verification> {
  // What is in a registry is verified as what it is, also where it has nothing for this machine, or is no image.
  if (isInRegistry(source) && !options.onePlatform) {
    const name = source.replace(/^registry:(?!\d)/, '');
    return verifyNamed(openRepository(name, { registry, offline, environment }), demand, options);
  }
  const image = await openSource(source, { platform, registry, offline, environment });
  try {
    const { store, digest } = image;
    if (store === undefined || digest === undefined) {
      throw cliError('usage', `${source} has no signatures beside it`, {
        hint: 'name the image in its registry, or an OCI layout that was saved with its signatures',
      });
    }
    const indexDigest = options.onePlatform ? undefined : image.indexDigest;
    const children =
      options.recursive && indexDigest !== undefined
        ? await verifyChildren(image.reference, store, demand, options)
        : [];
    const isIndex = indexDigest !== undefined;
    return await verifyDigest(image.reference, store, indexDigest ?? digest, demand, options, { isIndex, children });
  } finally {
    await image.store?.close();
  }
}

async function verifyNamed(
  { reference, store }: { readonly reference: Reference; readonly store: Store },
  demand: Demand,
  options: VerifyOptions,
): Promise<Verification> {
  const name = formatReference(reference);
  try {
    const { digest, mediaType } = await within(name, () => store.root());
    const isIndex = isIndexType(mediaType);
    const children = options.recursive && isIndex ? await verifyChildren(name, store, demand, options) : [];
    return await verifyDigest(name, store, digest, demand, options, { isIndex, children });
  } finally {
    await store.close();
  }
}

async function verifyDigest(
  reference: string,
  store: Store,
  digest: Digest,
  demand: Demand,
  { signers }: VerifyOptions,
  rest: { readonly isIndex: boolean; readonly children: readonly Verification[] },
): Promise<Verification> {
  const stored = await collectStored(store, digest);
  const judged = stored.map((one) => judgeStored(one, digest, demand, repositoryOf(reference)));
  const verification = verificationOf(reference, digest, judged, signers, rest);
  if (verification.isVerified) return verification;
  const lost = await findLost(store, digest);
  return lost.length === 0 ? verification : verificationOf(reference, digest, [...judged, ...lost], signers, rest);
}

/** The repository with its registry; none for what is in no registry. */
export function repositoryOf(reference: string): string | undefined {
  if (!isInRegistry(reference)) return undefined;
  const { host, repository } = parseReference(reference);
  return `${host}/${repository}`;
}

/** BuildKit puts its attestations among the images of an index; they are no images, and nobody signs them. */
const attestationType = 'vnd.docker.reference.type';

async function verifyChildren(
  reference: string,
  store: Store,
  demand: Demand,
  options: VerifyOptions,
): Promise<Verification[]> {
  const root = await readManifest(store, await store.root());
  const images = root.kind === 'index' ? imagesOf(root) : [];
  return mapConcurrently(images, 4, ({ digest }) =>
    verifyDigest(`${reference}@${digest}`, store, digest, demand, options, { isIndex: false, children: [] }),
  );
}

function imagesOf({ manifests }: Index) {
  return manifests.filter(({ annotations }) => annotations[attestationType] === undefined);
}

/** So many images of a list are verified at once. */
const atOnce = 8;

/**
 * Verifies a list of images, a line each, and writes a line each. One that fails does not keep the others from being verified.
 * @returns the exit code: 1 if any is refused, else 2 if any could not be asked about
 */
export async function verifyList(
  path: string,
  demand: Demand,
  options: VerifyOptions,
  settings: Settings,
  { stdin, stdout, env }: CliProcess,
  asJson: boolean,
): Promise<number> {
  const list = path === '-' ? await readAll(stdin) : await readFile(path, 'utf8').catch(unreadable(path));
  const sources = list.split('\n').map((line) => line.trim());
  const wanted = sources.filter((line) => line !== '' && !line.startsWith('#'));
  const verified = new Map<string, Promise<Outcome>>();
  const verifyOnce = (source: string): Promise<Outcome> => {
    const outcome =
      verified.get(source) ??
      verifyImage(source, demand, options, settings, env).catch((error: unknown) => ({ error }));
    verified.set(source, outcome);
    return outcome;
  };
  const outcomes = await mapConcurrently(wanted, atOnce, async (source) => {
    const outcome = await verifyOnce(source);
    stdout.write(asJson ? `${JSON.stringify(outcomeToJson(source, outcome))}\n` : lineOf(source, outcome));
    return 'error' in outcome ? exitCodes.error : outcome.isVerified ? exitCodes.passed : exitCodes.failed;
  });
  if (outcomes.includes(exitCodes.failed)) return exitCodes.failed;
  return outcomes.includes(exitCodes.error) ? exitCodes.error : exitCodes.passed;
}

type Outcome = Verification | { readonly error: unknown };

function lineOf(source: string, outcome: Outcome): string {
  if ('error' in outcome) return `FAIL  ${source}  ${codeOf(outcome.error)}: ${messageOf(outcome.error)}\n`;
  if (outcome.isVerified) return `OK    ${source}  ${outcome.digest ?? ''}\n`;
  const refused = [outcome.problem, ...outcome.entries.map((entry) => entry.outcome)].filter(isRefusal);
  const reason = refused.map(({ refused: code }) => code).join(', ');
  return `FAIL  ${source}  ${reason === '' ? `${outcome.signers} of ${outcome.needed} signers` : reason}\n`;
}

function outcomeToJson(source: string, outcome: Outcome): object {
  if (!('error' in outcome)) return verificationToJson(outcome);
  return {
    reference: source,
    verified: false,
    error: { code: codeOf(outcome.error), message: messageOf(outcome.error) },
  };
}

function codeOf(error: unknown): string {
  return error instanceof BullaError ? error.code : 'unexpected';
}

function unreadable(path: string) {
  return (error: unknown): never => {
    throw cliError('file-unreadable', `${path} cannot be read: ${messageOf(error)}`, { hint: 'check the path' });
  };
}
