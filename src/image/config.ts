import { parseDigest, type Digest } from '#kit/digest.ts';
import { asList, asObject, asText, asTextMap, asTexts, parseJson } from '#kit/narrow.ts';
import { imageError } from './errors.ts';
import type { Platform } from './platform.ts';

/** What an image's configuration says: how it runs and how it was built. OCI image specification, "Image Configuration". */
export interface ImageConfig {
  readonly platform: Platform;
  /** When it was built, as RFC 3339 text, if it says so. */
  readonly created?: string;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: readonly string[];
  readonly workingDirectory: string;
  readonly exposedPorts: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Digests of the uncompressed layers, from the lowest to the topmost; claimed, not verified. */
  readonly diffIds: readonly Digest[];
  readonly history: readonly HistoryStep[];
}

/** One build step. Those that changed no file have no layer. */
interface HistoryStep {
  readonly createdBy: string;
  readonly created?: string;
  readonly hasLayer: boolean;
}

/** Reads a configuration. @throws `config-invalid` */
export function parseConfig(bytes: Uint8Array): ImageConfig {
  const body = asObject(parseJson(bytes));
  const rootfs = asObject(body?.['rootfs']);
  if (body === undefined || rootfs === undefined) {
    throw imageError('config-invalid', 'the image configuration is not usable: it is not JSON with a "rootfs"');
  }
  const run = asObject(body['config']) ?? {};
  return {
    platform: {
      os: asText(body['os']) ?? 'linux',
      architecture: asText(body['architecture']) ?? 'unknown',
      variant: asText(body['variant']),
    },
    created: asText(body['created']),
    user: asText(run['User']) ?? '',
    entrypoint: asTexts(run['Entrypoint']),
    command: asTexts(run['Cmd']),
    environment: asTexts(run['Env']),
    workingDirectory: asText(run['WorkingDir']) ?? '',
    exposedPorts: Object.keys(asObject(run['ExposedPorts']) ?? {}),
    labels: asTextMap(run['Labels']),
    diffIds: asList(rootfs['diff_ids']).map(diffId),
    history: asList(body['history']).map(historyStep),
  };
}

/** The build step that made each layer, in the order of the layers; empty text where the history does not tell. */
export function layerOrigins(config: ImageConfig, layers: number): string[] {
  const steps = config.history.filter((step) => step.hasLayer).map((step) => step.createdBy);
  // A history that does not fit the layers cannot be trusted to name any of them.
  return steps.length === layers ? steps : Array.from({ length: layers }, () => '');
}

function diffId(value: unknown, position: number): Digest {
  const digest = parseDigest(value);
  if (digest === undefined) {
    throw imageError('config-invalid', `the image configuration is not usable: diff_ids[${position}] is not a digest`);
  }
  return digest;
}

function historyStep(value: unknown): HistoryStep {
  const step = asObject(value) ?? {};
  return {
    createdBy: asText(step['created_by']) ?? asText(step['comment']) ?? '',
    created: asText(step['created']),
    hasLayer: step['empty_layer'] !== true,
  };
}
