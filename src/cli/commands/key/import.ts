import { buildCommand } from '@stricli/core';
import type { Context } from '#cli/context.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { keySurroundings } from '#cli/signing/key-surroundings.ts';
import { signatureError } from '#signatures/errors.ts';
import { loadKeyText } from '#signatures/keys/load-key.ts';
import { isEncryptedKey, readPrivateKey } from '#signatures/keys/private-key.ts';
import { makePair, outputFlag } from './new-pair.ts';
import { pairToJson, writePair } from './pair-text.ts';

interface Flags extends FormatFlags {
  readonly key: string;
  readonly output?: string;
}

const usual = 'bulla';
const formats = ['text', 'json'] as const;

export const importCommand = buildCommand<Flags, [], Context>({
  docs: {
    brief: 'take over a private key, and encrypt it',
    fullDescription:
      'Reads an unencrypted key in PEM (PKCS #8, PKCS #1, SEC 1), and writes it as bulla key generate would.',
  },
  parameters: {
    flags: {
      key: { kind: 'parsed', parse: String, brief: 'FILE: the key', placeholder: 'FILE' },
      output: outputFlag(usual),
      ...formatFlags(formats),
    },
    aliases: { f: 'format', o: 'output' },
  },
  async func(flags) {
    const format = chosenFormat(flags, formats);
    const pair = await makePair(flags.output ?? usual, this.process, async () => {
      const pem = await loadKeyText(flags.key, keySurroundings(this.process));
      if (isEncryptedKey(pem)) throw needsNoImport(flags.key);
      return readPrivateKey(pem, flags.key, () => Promise.reject(needsNoImport(flags.key)));
    });
    this.process.stdout.write(format === 'json' ? toJson(pairToJson(pair)) : writePair(pair));
  },
});

function needsNoImport(name: string) {
  return signatureError('key-invalid', `${name} is already encrypted as bulla and cosign do`, {
    hint: `sign with it as it is: bulla sign --key ${name} IMAGE`,
  });
}
