import { positionsIn, type Position } from './positions.ts';
import { readYaml, type YamlDocument, type YamlProblem } from './yaml/read-yaml.ts';

/** A file that may name images, as all formats look at it. */
export interface ManifestSource {
  /** As the user or the walk named it, with `/`. */
  readonly path: string;
  /** Last step of the path. */
  readonly name: string;
  readonly text: string;
  positionAt(offset: number): Position;
  /** The file as YAML or JSON; none if it is neither. */
  documents(): readonly YamlDocument[];
  /** Why it is not YAML. */
  problem(): YamlProblem | undefined;
}

/** Opens a file for the formats. It is parsed when the first asks, and once. */
export function openManifest(path: string, text: string): ManifestSource {
  let positions: ReturnType<typeof positionsIn> | undefined;
  let read: ReturnType<typeof readYaml> | undefined;
  const yaml = () => (read ??= readYaml(text));
  const steps = path.replaceAll('\\', '/');
  return {
    path: steps,
    name: steps.slice(steps.lastIndexOf('/') + 1),
    text,
    positionAt: (offset) => (positions ??= positionsIn(text))(offset),
    documents: () => {
      const result = yaml();
      return 'problem' in result ? [] : result;
    },
    problem: () => {
      const result = yaml();
      return 'problem' in result ? result : undefined;
    },
  };
}
