import { buildCommand } from '@stricli/core';
import type { Context } from '#cli/context.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { generateKey, keyAlgorithms } from '#signatures/keys/algorithm.ts';
import { algorithmFlag, makePair, outputFlag, readAlgorithm } from './new-pair.ts';
import { pairToJson, writePair } from './pair-text.ts';

interface Flags extends FormatFlags {
  readonly output?: string;
  readonly algorithm?: string;
}

const usual = 'bulla';
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
      output: outputFlag(usual),
      algorithm: algorithmFlag(keyAlgorithms[0]),
      ...formatFlags(formats),
    },
    aliases: { f: 'format', o: 'output' },
  },
  async func(flags) {
    const format = chosenFormat(flags, formats);
    const algorithm = readAlgorithm(flags.algorithm ?? keyAlgorithms[0]);
    const pair = await makePair(flags.output ?? usual, this.process, () => Promise.resolve(generateKey(algorithm)));
    this.process.stdout.write(format === 'json' ? toJson(pairToJson(pair)) : writePair(pair));
  },
});
