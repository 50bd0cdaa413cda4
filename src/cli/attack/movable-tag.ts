import type { CliProcess } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import type { Settings } from '#cli/settings.ts';
import type { Movable } from '#gates/admission/attack/target.ts';
import { manifestLimit } from '#image/manifest.ts';
import { formatReference, parseReference } from '#image/reference.ts';
import { pushManifest } from '#image/registry/push-manifest.ts';
import { createTransport } from '#image/registry/transport.ts';
import { openRepository } from '#image/sources/registry.ts';
import { readChecked } from '#image/store.ts';

/** A tag in the repository of both images, which is written to mean the one or the other. @throws `usage` */
export function movableTag(written: string, settings: Settings, environment: CliProcess['env']): Movable {
  const reference = parseReference(written);
  const { tag } = reference;
  if (reference.digest !== undefined || tag === undefined) {
    throw cliError('usage', `"${written}" is no tag`, { hint: 'write it like --movable NAME:attack' });
  }
  return {
    reference: formatReference(reference),
    async moveTo(image) {
      const { store } = openRepository(image, { ...settings, environment });
      const transport = createTransport(reference.host, { environment, ...settings.registry });
      try {
        const root = await store.root();
        const bytes = await readChecked(store, root, manifestLimit(root.mediaType), 'the manifest');
        await pushManifest(transport, reference.repository, { bytes, mediaType: root.mediaType }, tag);
      } finally {
        transport.close();
        await store.close();
      }
    },
  };
}
