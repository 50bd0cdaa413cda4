import { buildCommand } from '@stricli/core';
import type { Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { commonFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { readSettings } from '#cli/settings.ts';
import { keySurroundings } from '#cli/signing/key-surroundings.ts';
import { generateKey, keyAlgorithms, kindOfKey, type KeyAlgorithm } from '#signatures/keys/algorithm.ts';
import { loadPublicKey, nameOf } from '#signatures/keys/load-key.ts';
import { algorithmFlag, makePair, outputFlag, readAlgorithm } from './new-pair.ts';
import { pairToJson, quoted, writePair } from './pair-text.ts';

interface Flags extends FormatFlags {
  readonly key: string;
  readonly output?: string;
  readonly algorithm?: string;
  readonly overlap?: number;
  readonly offline?: boolean;
}

const formats = ['text', 'json'] as const;
const day = 24 * 3600_000;
const usualOverlap = 30;

export const rotate = buildCommand<Flags, [], Context>({
  docs: {
    brief: 'make the successor of a key',
    fullDescription: [
      'Makes a new pair, and says how to verify with both until the old key no longer counts. Nothing happens to the old one.',
      'Give the old public key: the password of the private one is not needed.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      key: { kind: 'parsed', parse: String, brief: 'KEY: the old key', placeholder: 'KEY' },
      output: outputFlag('bulla- and the date'),
      algorithm: algorithmFlag('that of the old key'),
      overlap: {
        kind: 'parsed',
        parse: readDays,
        optional: true,
        brief: `DAYS: how long the old key still counts (default: ${usualOverlap})`,
        placeholder: 'DAYS',
      },
      offline: commonFlags.offline,
      ...formatFlags(formats),
    },
    aliases: { f: 'format', o: 'output' },
  },
  async func(flags) {
    const format = chosenFormat(flags, formats);
    const { offline } = await readSettings(this.process, { offline: flags.offline });
    const from = new Date();
    const until = new Date(from.getTime() + (flags.overlap ?? usualOverlap) * day);
    const wanted = flags.algorithm === undefined ? undefined : readAlgorithm(flags.algorithm);
    const output = flags.output ?? `bulla-${from.toISOString().slice(0, 10)}`;
    const pair = await makePair(output, this.process, async () => {
      const old = await loadPublicKey(flags.key, { ...keySurroundings(this.process), offline });
      return generateKey(wanted ?? successorOf(kindOfKey(old, flags.key).name));
    });
    const keys = [`${nameOf(flags.key)};until=${secondsOf(until)}`, `${pair.publicKeyFile};from=${secondsOf(from)}`];
    this.process.stdout.write(
      format === 'json'
        ? toJson({
            ...pairToJson(pair),
            old: nameOf(flags.key),
            from: secondsOf(from),
            until: secondsOf(until),
            verifyKeys: keys,
          })
        : `${writePair(pair)}\n${advice(keys, nameOf(flags.key), pair.publicKeyFile)}`,
    );
  },
});

function advice(keys: readonly string[], old: string, successor: string): string {
  const plain = [old, successor].map((key) => `--key ${quoted(key)}`).join(' ');
  return [
    'While both count, verify where signatures have a time that someone vouches for (a timestamp or a log):',
    `  bulla verify ${keys.map((key) => `--key ${quoted(key)}`).join(' ')} --trusted-root FILE IMAGE`,
    'and where they have none, until you take the old key away yourself:',
    `  bulla verify ${plain} IMAGE`,
    '',
  ].join('\n');
}

/** Of RSA one size is made. */
function successorOf(name: string): KeyAlgorithm {
  return keyAlgorithms.find((algorithm) => algorithm === name) ?? 'rsa-3072';
}

function secondsOf(time: Date): string {
  return time.toISOString().replace(/\.\d+/, '');
}

function readDays(value: string): number {
  const days = Number(value);
  if (Number.isSafeInteger(days) && days >= 0 && days <= 3660) return days;
  throw cliError('usage', `"${value}" is not a number of days`, { hint: 'write a number from 0 to 3660' });
}
