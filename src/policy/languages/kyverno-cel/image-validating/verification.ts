import { parseReference } from '#image/reference.ts';
import { fn, type Library } from '#policy/cel/function.ts';
import { fromJson } from '#policy/cel/json.ts';
import type { Run } from '#policy/cel/run.ts';
import { dyn, int, list, opaque, text } from '#policy/cel/type.ts';
import { typeNameOf, type Value } from '#policy/cel/value.ts';
import { policyError } from '#policy/errors.ts';
import { vouchersOf } from '#policy/evidence/vouching.ts';
import { dataOf } from '#policy/languages/kyverno-cel/libraries/image-data.ts';
import type { EvidenceItem } from '#policy/outcome.ts';
import type { Demand, Vouched } from '#signatures/judge.ts';
import { predicateTypeOf } from '#signatures/predicate-types.ts';
import type { Attestor } from './attestor.ts';
import type { MatchesImage } from './match-references.ts';

/** The type of `attestors.NAME`. */
export const attestorType = opaque<Attestor>('imageverify.attestor', (one, other) => one.name === other.name);

/** What one decision has found out about an image. */
interface Verified {
  /** Whether anybody vouches for it. */
  readonly isVerified: boolean;
  readonly refusals: readonly string[];
  readonly proofs: readonly EvidenceItem[];
}

/** What one decision has verified, by image. */
type Verifications = Map<string, Verified>;

interface Verifying {
  readonly matches: MatchesImage;
  /** What can be attested: the type of the statement, by the name in the policy. */
  readonly attestations: ReadonlyMap<string, string>;
}

/** Everything that one decision found, which its functions share. */
interface Found {
  readonly verifications: Verifications;
  /** Statements that somebody vouches for, by image and name of the attestation. */
  readonly statements: Map<string, unknown>;
}

const foundIn = new WeakMap<Run, Found>();

/** What a decision has found out about its images so far. */
export function foundBy(run: Run): Found {
  const found = foundIn.get(run) ?? { verifications: new Map(), statements: new Map() };
  foundIn.set(run, found);
  return found;
}

/** The functions by which policies ask who vouches for an image. An image that the policy is not about has nobody. */
export function verificationLibrary({ matches, attestations }: Verifying): Library {
  const typeOf = (name: string): string => {
    const type = attestations.get(name);
    if (type === undefined) throw policyError('expression-failed', `the policy has no attestation ${name}`);
    return type;
  };
  return {
    name: 'image verification',
    functions: [
      fn('verifyImageSignatures', [text, list(dyn)], int, (image, attestors, run) =>
        count(image, attestors, { kind: 'signature' }, '', matches, run),
      ),
      fn('verifyAttestationSignatures', [text, text, list(dyn)], int, (image, name, attestors, run) =>
        count(image, attestors, { kind: 'attestation', types: predicateTypeOf(typeOf(name)) }, name, matches, run),
      ),
      fn('extractPayload', [text, text], dyn, (image, name, run) => {
        typeOf(name);
        const key = JSON.stringify([image, name]);
        const { statements } = foundBy(run);
        if (statements.has(key)) return fromJson(statements.get(key));
        throw policyError('expression-failed', `nobody has been found to vouch for the ${name} of ${image}`, {
          hint: 'ask verifyAttestationSignatures() first: what nobody vouches for is not handed out',
        });
      }),
      fn('getImageData', [text], dyn, dataOf),
    ],
  };
}

/** How many of the attestors vouch for an image. */
function count(
  image: string,
  attestors: readonly Value[],
  wanted: Demand['wanted'],
  name: string,
  matches: MatchesImage,
  run: Run,
): bigint {
  const asked = attestors.map(attestorIn);
  if (!matches(image)) return 0n;
  const key = JSON.stringify([image, wanted, name, asked.map((one) => one.name)]);
  const counted = run.waitFor(`verify ${key}`, async () => BigInt(await countNow(image, asked, wanted, name, run)));
  return typeof counted === 'bigint' ? counted : 0n;
}

async function countNow(
  image: string,
  attestors: readonly Attestor[],
  wanted: Demand['wanted'],
  name: string,
  run: Run,
): Promise<number> {
  const { surroundings } = run;
  const evidence = surroundings.evidenceOf(parseReference(image));
  const all = await Promise.all(
    attestors.map(async (attestor) => {
      const demand = await attestor.demand(surroundings);
      return vouchersOf(evidence, { ...demand, wanted }, attestor.among);
    }),
  );
  const vouching = all.filter(({ vouched }) => vouched.length > 0);
  const { verifications, statements } = foundBy(run);
  const before = verifications.get(image);
  verifications.set(image, {
    isVerified: before?.isVerified === true || vouching.length > 0,
    refusals: [...new Set([...(before?.refusals ?? []), ...all.flatMap(({ refusals }) => refusals)])],
    proofs: [...(before?.proofs ?? []), ...all.map(({ proof }) => proof)],
  });
  const [newest] = vouching
    .flatMap(({ vouched }) => vouched)
    .filter((one) => one.statement !== undefined)
    .toSorted((one, second) => madeAt(second) - madeAt(one));
  const statement = newest?.statement;
  if (statement !== undefined) {
    const { predicateType, subjects, predicate } = statement;
    const subject = subjects.map(({ name: subjectName, digests }) => ({ name: subjectName, digest: digests }));
    statements.set(JSON.stringify([image, name]), { predicateType, subject, predicate });
  }
  return vouching.length;
}

/** When something was signed, as far as somebody vouches for that. */
function madeAt({ verified: { times } }: Vouched): number {
  return Math.max(0, ...times.map(({ time }) => time.getTime()));
}

function attestorIn(value: Value): Attestor {
  if (!attestorType.is(value)) {
    throw policyError('expression-failed', `${typeNameOf(value)} is no attestor: write attestors.NAME`);
  }
  return attestorType.unwrap(value);
}
