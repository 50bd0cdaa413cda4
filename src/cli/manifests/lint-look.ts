import type { CliProcess } from '#cli/context.ts';
import type { Settings } from '#cli/settings.ts';
import { formatReference } from '#image/reference.ts';
import { openRepository } from '#image/sources/registry.ts';
import { readManifest } from '#image/store.ts';
import { BullaError, messageOf } from '#kit/error.ts';
import type { Look, Looked } from '#policy/lint/rule.ts';

/** Asks registries what references are; about each once. What cannot be asked is an answer. */
export function registryLook({ registry, offline }: Settings, { env }: Pick<CliProcess, 'env'>): Look {
  const asked = new Map<string, Promise<Looked>>();
  return (reference) => {
    const name = formatReference(reference);
    const found = asked.get(name) ?? ask(name);
    asked.set(name, found);
    return found;
  };

  async function ask(name: string): Promise<Looked> {
    try {
      const { store } = openRepository(name, { registry, offline, environment: env });
      try {
        const root = await store.root();
        const manifest = await readManifest(store, root);
        const members = manifest.kind === 'index' ? manifest.manifests.map(({ digest }) => digest) : undefined;
        return { kind: 'found', digest: root.digest, members };
      } finally {
        await store.close();
      }
    } catch (error) {
      if (error instanceof BullaError) return { kind: 'failed', why: messageOf(error) };
      throw error;
    }
  }
}
