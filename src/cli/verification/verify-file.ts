import { cliError } from '#cli/errors.ts';
import { readFileNamed } from '#cli/read-file-named.ts';
import { parseDigest } from '#kit/digest.ts';
import { artifactOfBytes, artifactOfDigest, type Artifact } from '#signatures/artifact.ts';
import { readBundle } from '#signatures/bundle/read-bundle.ts';
import { judgeSigned, type Demand } from '#signatures/judge.ts';
import { isRefusal } from '#signatures/refusal.ts';
import { verificationOf, type Verification } from '#signatures/verification.ts';

/**
 * Verifies a file, or a digest, with its bundle. A bundle may hold a signature or a statement; both say that they are about the file,
 * and so either will do where no type is asked for.
 * @throws `file-unreadable`
 */
export async function verifyFile(
  named: string,
  bundlePath: string,
  demand: Demand,
  { signers, isTyped }: { readonly signers: number; readonly isTyped: boolean },
): Promise<Verification> {
  const artifact = await readArtifact(named);
  const signed = readBundle(await readFileNamed(bundlePath));
  const stored = { format: 'sigstore-bundle', file: bundlePath } as const;
  const digest = parseDigest(`sha256:${artifact.digests.sha256?.toString('hex') ?? ''}`);
  const wanted =
    isTyped || isRefusal(signed) || signed.content.kind !== 'dsse'
      ? demand.wanted
      : ({ kind: 'attestation', types: [] } as const);
  const outcome = isRefusal(signed) ? signed : judgeSigned(signed, artifact, { ...demand, wanted });
  return verificationOf(named, digest, [{ stored, outcome }], signers);
}

/** The bundle of a file where `bulla sign` puts it; none for an image, whose signatures are in its registry. @throws `usage` */
export function bundleBeside(source: string, isBlob: boolean): string | undefined {
  if (source.startsWith('file:') || isBlob) return `${source.replace(/^file:/, '')}.sigstore.json`;
  if (parseDigest(source) === undefined) return undefined;
  throw cliError('usage', 'it is not said where the signature of this digest is', {
    hint: 'name its bundle: --bundle FILE; or name an image: NAME@DIGEST',
  });
}

async function readArtifact(source: string): Promise<Artifact> {
  const digest = parseDigest(source);
  if (digest !== undefined) return artifactOfDigest(digest);
  return artifactOfBytes(await readFileNamed(source.replace(/^file:/, '')));
}
