import { buildCommand } from '@stricli/core';
import type { Context } from '#cli/context.ts';
import { sourceFlags } from '#cli/flags.ts';
import { nodeFlags, openNodeJudge, type NodeFlags } from '#cli/node-judge.ts';
import { trustFlags } from '#cli/trust.ts';
import { verifyPull } from '#gates/containerd/verify-pull.ts';

export default buildCommand<NodeFlags, string[], Context>({
  docs: {
    brief: 'the gate of containerd: may this image be pulled',
    fullDescription: [
      'What containerd runs as an image verifier: a script in its folder of verifiers that ends with',
      'exec bulla containerd-verify --policy DIR -- "$@"',
      'Exit code 0 lets containerd pull, any other does not; the reason is on standard output.',
    ].join('\n'),
  },
  parameters: {
    flags: { ...nodeFlags, ...trustFlags, ...sourceFlags },
    aliases: { p: 'policy' },
    positional: { kind: 'array', parameter: { brief: 'what containerd says', parse: String, placeholder: 'WORD' } },
  },
  async func(flags, ...words) {
    const { stdin, stdout } = this.process;
    const node = await openNodeJudge(flags, this.process);
    try {
      const { exitCode, reason } = await verifyPull(words, await readInput(stdin), node.judge, node.asking);
      stdout.write(`${reason}\n`);
      this.process.exitCode = exitCode;
    } finally {
      node.close();
    }
  },
});

/** No descriptor is larger; what is more is not read, and refused as too much. */
const most = 2 << 20;

async function readInput(input: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > most) break;
  }
  return Buffer.concat(chunks);
}
