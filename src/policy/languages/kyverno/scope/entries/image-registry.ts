import { asText, type JsonObject } from '#kit/narrow.ts';
import { parseReference } from '#image/reference.ts';
import type { Scope } from '#policy/languages/kyverno/scope/scope.ts';
import { substituteText } from '#policy/languages/kyverno/scope/substitute.ts';
import { wantedPart } from './part.ts';

/** What an image says of itself: its manifest and configuration, and where it is. */
export function imageRegistry(written: JsonObject): (scope: Scope) => Promise<unknown> {
  return async (scope) => {
    const image = await substituteText(asText(written['reference']) ?? '', scope);
    const reference = parseReference(image);
    const evidence = scope.world.surroundings.evidenceOf(reference);
    const [{ digest }, { raw }] = await Promise.all([evidence.resolve(), evidence.describe()]);
    // Docker Hub calls itself so in what Kyverno shows, and policies compare with it.
    const registry = reference.host === 'docker.io' ? 'index.docker.io' : reference.host;
    const data = {
      image,
      resolvedImage: `${registry}/${reference.repository}@${digest}`,
      registry,
      repository: reference.repository,
      identifier: reference.digest ?? reference.tag ?? 'latest',
      manifestList: raw.index ?? null,
      manifest: raw.manifest,
      configData: raw.config,
    };
    return wantedPart(data, written, scope);
  };
}
