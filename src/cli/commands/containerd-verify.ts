import { buildCommand } from '@stricli/core';
import type { CliProcess, Context } from '#cli/context.ts';
import { sourceFlags } from '#cli/flags.ts';
import { loadNodePolicies, nodeFlags, openNodeJudge, type NodeFlags } from '#cli/serving/node-judge.ts';
import { trustFlags } from '#cli/trust.ts';
import { verifyPull, type PullAnswer } from '#gates/containerd/verify-pull.ts';
import { messageOf } from '#kit/error.ts';

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
    const { exitCode, reason } = await answer(flags, words, stdin, this.process).catch((error: unknown) => {
      // containerd only tells what is on standard output.
      stdout.write(`it could not be judged: ${messageOf(error)}\n`);
      throw error;
    });
    stdout.write(`${reason}\n`);
    // What is still under way, such as a registry that does not answer, must not keep containerd waiting.
    process.exit(exitCode);
  },
});

/** containerd waits ten seconds from the start of this process; there must be an answer sooner. Milliseconds. */
const latest = 8500;

async function answer(
  flags: NodeFlags,
  words: readonly string[],
  stdin: AsyncIterable<Uint8Array>,
  io: CliProcess,
): Promise<PullAnswer> {
  const policies = await loadNodePolicies(flags);
  const node = await openNodeJudge(flags, io, () => policies);
  try {
    const input = await readInput(stdin);
    return await verifyPull(words, input, node.judge, node.asking, Math.max(1000, latest - performance.now()));
  } finally {
    node.close();
  }
}

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
