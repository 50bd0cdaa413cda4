import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hostPlatform, parsePlatform, type Platform } from '#image/platform.ts';
import type { RegistryOptions } from '#image/registry/options.ts';
import { messageOf } from '#kit/error.ts';
import type { Configuration } from './configuration.ts';
import type { CliProcess } from './context.ts';
import { cliError } from './errors.ts';
import type { SourceFlags } from './flags.ts';
import { longestTimeout } from './timeout.ts';

/** What holds for a run of the program: from the flags, else the environment, else the configuration file, else by default. */
export interface Settings {
  /** Folder of the advisory database. */
  readonly database: string;
  /** Folder where results are kept by digest. */
  readonly cache: string;
  readonly offline: boolean;
  readonly platform: Platform;
  readonly registry: RegistryOptions;
  /** Where feeds are fetched from, if not where they are published. */
  readonly feeds: Readonly<Record<string, string>>;
  /** Who is asked to sign, if not Sigstore's public instance. */
  readonly signing: NonNullable<Configuration['signing']>;
  /** What files may name. */
  readonly lint: NonNullable<Configuration['lint']>;
  /** Hours after which a feed that was not checked is stale. */
  readonly staleAfter: number;
}

/** Databases of other scanners are refused after five days, too. */
const defaultStaleAfter = 5 * 24;
const defaultConfig = 'bulla.yaml';

/** @throws `usage`, `config-unreadable`, `config-unknown`, `file-unreadable`, `platform-invalid` */
export async function readSettings({ env, arch }: CliProcess, flags: SourceFlags): Promise<Settings> {
  const config = await readConfiguration(filled(flags.config) ?? filled(env['BULLA_CONFIG']));
  const home = join(filled(env['XDG_CACHE_HOME']) ?? join(env['HOME'] ?? '.', '.cache'), 'bulla');
  const platform = flags.platform ?? filled(env['BULLA_PLATFORM']) ?? config.platform;
  const ca = flags.ca ?? filled(env['BULLA_CA']) ?? config.registry?.ca;
  const timeout = readSeconds(flags.timeout ?? filled(env['BULLA_TIMEOUT'])) ?? config.registry?.timeout;
  const isInsecure = flags.insecure === true || isOn(env['BULLA_INSECURE']);
  return {
    database: resolve(flags.database ?? filled(env['BULLA_DATABASE']) ?? config.database ?? join(home, 'database')),
    cache: resolve(filled(env['BULLA_CACHE']) ?? config.cache ?? join(home, 'results')),
    offline: flags.offline ?? (isOn(env['BULLA_OFFLINE']) || config.offline === true),
    platform: platform === undefined ? hostPlatform(arch) : parsePlatform(platform),
    registry: {
      environment: env,
      insecure: isInsecure ? ['*'] : (config.registry?.insecure ?? []),
      ca: ca === undefined ? undefined : await readText(ca),
      timeout: timeout === undefined ? undefined : timeout * 1000,
    },
    feeds: config.feeds ?? {},
    signing: config.signing ?? {},
    lint: config.lint ?? {},
    staleAfter: config.staleAfterHours ?? defaultStaleAfter,
  };
}

async function readConfiguration(path: string | undefined): Promise<Configuration> {
  const text = await readFile(path ?? defaultConfig, 'utf8').catch((error: unknown) => {
    // Only a file that was asked for must be there.
    if (path === undefined) return undefined;
    throw cliError('config-unreadable', `${path} cannot be read: ${messageOf(error)}`, { hint: 'check the path' });
  });
  if (text === undefined) return {};
  // Reading YAML and checking it costs start-up time that most runs need not spend.
  const { parseConfiguration } = await import('./configuration.ts');
  return parseConfiguration(text, path ?? defaultConfig);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw cliError('file-unreadable', `${path} cannot be read: ${messageOf(error)}`, { hint: 'check the path' });
  }
}

function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= longestTimeout) return seconds;
  throw cliError('usage', `"${text}" is no time that a registry may be silent`, {
    hint: `--timeout takes seconds, up to ${longestTimeout}`,
  });
}

/** Whether a variable of the environment turns something on. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no', 'off'].includes(value.toLowerCase());
}

function filled(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
