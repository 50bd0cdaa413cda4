import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { buildCommand } from '@stricli/core';
import { exitCodes, type Context } from '#cli/context.ts';
import { knownWords, sourceFlags, text } from '#cli/flags.ts';
import { loadNodePolicies, nodeFlags, openNodeJudge, type NodeFlags } from '#cli/serving/node-judge.ts';
import { trustFlags } from '#cli/trust.ts';
import { unseenWays } from '#gates/docker/routes.ts';
import { messageOf } from '#kit/error.ts';
import { realClock } from '#server/clock.ts';
import { dockerRoutes } from '#server/gates/routes.ts';
import { openServer } from '#server/http/open-server.ts';
import { lineLog } from '#server/log.ts';
import { reloadingPolicies } from '#server/policies/reloading-policies.ts';

interface Flags extends NodeFlags {
  readonly socket?: string;
  readonly let?: string;
}

/** How often it is looked for new advisories, keys and roots. Milliseconds. */
const refreshEvery = 30_000;
const usualSocket = '/run/docker/plugins/bulla.sock';

export default buildCommand<Flags, [], Context>({
  docs: {
    brief: 'the gate of the Docker engine',
    fullDescription: [
      'Answers the Docker engine as an authorization plugin: what runs or brings an image must name it by its digest, and policies',
      'must let it pass. Start the engine with --authorization-plugin=bulla. Log lines of JSON on stderr; ends on SIGTERM.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      socket: text(`where the engine looks for plugins (default: ${usualSocket})`, 'FILE'),
      let: text(`ways to let in unseen: ${unseenWays.join(', ')}`, 'WAY,…'),
      ...nodeFlags,
      ...trustFlags,
      ...sourceFlags,
    },
    aliases: { p: 'policy' },
  },
  async func(flags) {
    const { stderr } = this.process;
    const { socket = usualSocket } = flags;
    const lets = new Set(flags.let === undefined ? [] : knownWords('let', flags.let, unseenWays));
    const log = lineLog((line) => stderr.write(line), Date.now);
    const policies = await reloadingPolicies(() => loadNodePolicies(flags), { clock: realClock, log });
    const node = await openNodeJudge(flags, this.process, () => policies.current());
    const refreshing = setInterval(() => {
      void node.refresh().catch((error: unknown) => {
        log({ level: 'error', event: 'refresh-failed', problem: messageOf(error) });
      });
    }, refreshEvery);
    // Only the engine, which is root, may ask.
    process.umask(0o077);
    mkdirSync(dirname(socket), { recursive: true });
    // One that is there is that of a process that has ended: the engine knows one plugin of a name.
    rmSync(socket, { force: true });
    const routes = dockerRoutes({ judge: node.judge, log, lets, ...node.asking });
    const server = await openServer({ listen: { path: socket }, routes, log });
    log({ level: 'info', event: 'listening', socket });
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    });
    clearInterval(refreshing);
    policies.stop();
    await server.drain();
    node.close();
    this.process.exitCode = exitCodes.passed;
  },
});
