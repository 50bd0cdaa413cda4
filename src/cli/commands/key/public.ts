import { buildCommand } from '@stricli/core';
import type { Context } from '#cli/context.ts';
import { commonFlags, text } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, writeFileFor, type FormatFlags } from '#cli/output.ts';
import { readSettings } from '#cli/settings.ts';
import { keySurroundings } from '#cli/signing/key-surroundings.ts';
import { kindOfKey } from '#signatures/keys/algorithm.ts';
import { loadPublicKey, nameOf } from '#signatures/keys/load-key.ts';
import { keyIdOf } from '#signatures/keys/verification-key.ts';
import { writePublicKey } from '#signatures/keys/write-key-pair.ts';

interface Flags extends FormatFlags {
  readonly key: string;
  readonly output?: string;
  readonly offline?: boolean;
}

const formats = ['text', 'json'] as const;

export const publicCommand = buildCommand<Flags, [], Context>({
  docs: {
    brief: 'print the public key of a key',
    fullDescription: 'The key is a file, env://VARIABLE, or one of a key service; with its public key, others verify.',
  },
  parameters: {
    flags: {
      key: { kind: 'parsed', parse: String, brief: 'KEY: the key, private or public', placeholder: 'KEY' },
      output: text('write it into a file', 'FILE'),
      offline: commonFlags.offline,
      ...formatFlags(formats),
    },
    aliases: { f: 'format', o: 'output' },
  },
  async func(flags) {
    const format = chosenFormat(flags, formats);
    const { offline } = await readSettings(this.process, { offline: flags.offline });
    const key = await loadPublicKey(flags.key, { ...keySurroundings(this.process), offline });
    const pem = writePublicKey(key);
    const algorithm = kindOfKey(key, flags.key).name;
    const result =
      format === 'json'
        ? toJson({ schemaVersion: 1, key: nameOf(flags.key), algorithm, keyId: keyIdOf(key), publicKey: pem })
        : pem;
    if (flags.output === undefined) this.process.stdout.write(result);
    else await writeFileFor(flags.output, result);
  },
});
