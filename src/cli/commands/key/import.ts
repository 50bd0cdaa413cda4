import { buildCommand } from '@stricli/core';
import type { Context } from '#cli/context.ts';
import { text } from '#cli/flags.ts';
import { keySurroundings } from '#cli/key-surroundings.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { signatureError } from '#signatures/errors.ts';
import { loadKeyText } from '#signatures/keys/load-key.ts';
import { findNewPassword } from '#signatures/keys/password.ts';
import { isEncryptedKey, readPrivateKey } from '#signatures/keys/private-key.ts';
import { newKeyPairFiles, writeKeyPair } from '#signatures/keys/write-key-pair.ts';
import { defaultPrefix } from './algorithm-flag.ts';
import { pairToJson, writePair } from './pair-text.ts';

interface Flags extends FormatFlags {
  readonly key: string;
  readonly output?: string;
}

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
      output: text(`beginning of the names of both files (default: ${defaultPrefix})`, 'PREFIX'),
      ...formatFlags(formats),
    },
    aliases: { f: 'format', o: 'output' },
  },
  async func(flags) {
    const format = chosenFormat(flags, formats);
    const files = await newKeyPairFiles(flags.output ?? defaultPrefix);
    const surroundings = keySurroundings(this.process);
    const { environment, askPassword } = surroundings;
    const pem = await loadKeyText(flags.key, surroundings);
    if (isEncryptedKey(pem)) throw needsNoImport(flags.key);
    const key = await readPrivateKey(pem, flags.key, () => Promise.reject(needsNoImport(flags.key)));
    const password = await findNewPassword(files.privateKeyFile, environment, askPassword);
    const pair = await writeKeyPair(key, files, password);
    this.process.stdout.write(format === 'json' ? toJson(pairToJson(pair)) : writePair(pair));
  },
});

function needsNoImport(name: string) {
  return signatureError('key-invalid', `${name} is already encrypted as bulla and cosign do`, {
    hint: `sign with it as it is: bulla sign --key ${name} IMAGE`,
  });
}
