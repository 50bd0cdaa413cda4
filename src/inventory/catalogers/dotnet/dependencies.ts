import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { baseName } from '#inventory/catalogers/relative-path.ts';

/** A library that a `*.deps.json` lists. */
export interface Library {
  /** `package`, `project`, `runtimepack`, `reference` and the like. */
  readonly kind: string;
  readonly name: string;
  readonly version: string;
  /** Paths of its files, relative to the folder of the `*.deps.json`; nothing where the file does not tell. */
  readonly files?: readonly string[];
}

/**
 * The libraries of a `*.deps.json`, the dependency manifest of .NET ("Runtime Configuration Files" in its host's documentation).
 * Keys are `NAME/VERSION`; `libraries` says what each is, `targets` which files it brings to the target that is run.
 */
export function* readLibraries(manifest: JsonObject): Generator<Library | { readonly problem: string }> {
  const assets = assetsOfTarget(manifest);
  for (const [key, value] of Object.entries(asObject(manifest['libraries']) ?? {})) {
    const slash = key.lastIndexOf('/');
    const kind = asText(asObject(value)?.['type']);
    if (slash <= 0 || slash === key.length - 1 || kind === undefined)
      yield { problem: `library ${key.slice(0, 200)} is not named as NAME/VERSION` };
    else yield { kind, name: key.slice(0, slash), version: key.slice(slash + 1), files: filesOf(assets.get(key)) };
  }
}

/** What each library brings to the target that is run: that named in `runtimeTarget`, or the only one. */
function assetsOfTarget(manifest: JsonObject): ReadonlyMap<string, JsonObject> {
  const targets = new Map(Object.entries(asObject(manifest['targets']) ?? {}));
  const runtimeTarget = manifest['runtimeTarget'];
  const name = asText(runtimeTarget) ?? asText(asObject(runtimeTarget)?.['name']) ?? '';
  const target = asObject(targets.get(name) ?? (targets.size === 1 ? [...targets.values()][0] : undefined));
  return new Map(Object.entries(target ?? {}).map(([key, value]) => [key, asObject(value) ?? {}]));
}

/** An empty file of this name says that a package has nothing for a target. */
const placeholder = '_._';

/**
 * Publishing flattens the folders of packages: what is for every platform comes to lie beside the manifest, translations in the
 * folder of their language; only what is chosen by platform keeps its path.
 */
function filesOf(assets: JsonObject | undefined): string[] | undefined {
  if (assets === undefined) return undefined;
  const files: string[] = [];
  for (const group of ['runtime', 'native', 'resources', 'runtimeTargets']) {
    for (const [path, value] of Object.entries(asObject(assets[group]) ?? {})) {
      const details = asObject(value) ?? {};
      const locale = asText(details['locale']);
      const local = asText(details['localPath']);
      const file = baseName(path);
      if (file === placeholder || file === '') continue;
      if (local !== undefined) files.push(local);
      else if (group === 'runtimeTargets') files.push(path);
      else files.push(locale === undefined ? file : `${locale}/${file}`);
    }
  }
  return files;
}
