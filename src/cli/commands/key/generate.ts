import { buildCommand } from '@stricli/core';
import type { Context } from '#cli/context.ts';
import { text } from '#cli/flags.ts';
import { keySurroundings } from '#cli/key-surroundings.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { generateKey } from '#signatures/keys/algorithm.ts';
import { findNewPassword } from '#signatures/keys/password.ts';
import { newKeyPairFiles, writeKeyPair } from '#signatures/keys/write-key-pair.ts';
import { algorithmFlag, defaultPrefix, readAlgorithm } from './algorithm-flag.ts';
import { pairToJson, writePair } from './pair-text.ts';

interface Flags extends FormatFlags {
  readonly output?: string;
  readonly algorithm?: string;
}

const formats = ['text', 'json'] as const;

export const generate = buildCommand<Flags, [], Context>({
  docs: {
    brief: 'make a new pair of keys',
    fullDescription: [
      'Writes PREFIX.key, encrypted with a password, and PREFIX.pub. cosign reads both.',
      'The password is that of BULLA_PASSWORD or COSIGN_PASSWORD, else it is asked for.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      output: text(`beginning of the names of both files (default: ${defaultPrefix})`, 'PREFIX'),
      algorithm: algorithmFlag,
      ...formatFlags(formats),
    },
    aliases: { f: 'format', o: 'output' },
  },
  async func(flags) {
    const format = chosenFormat(flags, formats);
    const algorithm = readAlgorithm(flags.algorithm);
    const files = await newKeyPairFiles(flags.output ?? defaultPrefix);
    const { environment, askPassword } = keySurroundings(this.process);
    const password = await findNewPassword(files.privateKeyFile, environment, askPassword);
    const pair = await writeKeyPair(generateKey(algorithm), files, password);
    this.process.stdout.write(format === 'json' ? toJson(pairToJson(pair)) : writePair(pair));
  },
});
