import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { buildCommand } from '@stricli/core';
import { exitCodes, type CliProcess, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { imageFlags, text, type ImageFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { several } from '#cli/checking/policy-flags.ts';
import { readSettings, type Settings } from '#cli/settings.ts';
import { webhookSender } from '#cli/attack/webhook-sender.ts';
import { attack as attackGate, type Tried } from '#gates/admission/attack/attack.ts';
import type { Bait, Movable } from '#gates/admission/attack/target.ts';
import { ways } from '#gates/admission/attack/index.ts';
import { manifestLimit } from '#image/manifest.ts';
import { formatReference, parseReference } from '#image/reference.ts';
import { kindOf } from '#image/registry/guard.ts';
import { pushManifest } from '#image/registry/push-manifest.ts';
import { createTransport } from '#image/registry/transport.ts';
import { openRepository } from '#image/sources/registry.ts';
import { readChecked } from '#image/store.ts';

interface Flags extends ImageFlags, FormatFlags {
  readonly good?: string;
  readonly bad?: string;
  readonly mutate?: string;
  readonly movable?: string;
  readonly sample?: readonly string[];
}

const formats = ['text', 'json'] as const;

export const attack = buildCommand<Flags, [string], Context>({
  docs: {
    brief: 'try thirty ways around an admission gate',
    fullDescription: [
      'Asks the webhooks of any admission gate as an API server does, in thirty ways that have led around gates, and says of each',
      'whether it is closed. Nothing is stored in a cluster. URL is the address of the gate, with /mutate and /validate below it, or',
      'of its validating webhook alone. Exit code 1 if a way is open, else 0.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      good: text('an image that may run', 'IMAGE@DIGEST'),
      bad: text('an image that may not', 'IMAGE@DIGEST'),
      mutate: text('address of the mutating webhook, if it is not beside the other', 'URL'),
      movable: text('a tag that is moved between the two, in their repository', 'IMAGE:TAG'),
      sample: several('WAY=IMAGE@DIGEST', 'an image made for one of the ways, which may not run'),
      ...imageFlags,
      ...formatFlags(formats),
    },
    aliases: { f: 'format' },
    positional: { kind: 'tuple', parameters: [{ brief: 'address of the gate', parse: String, placeholder: 'URL' }] },
  },
  async func(flags, url) {
    const { stdout } = this.process;
    const format = chosenFormat(flags, formats);
    const settings = await readSettings(this.process, flags);
    const [good, bad] = [readImage('good', flags.good), readImage('bad', flags.bad)];
    const bait = await openBait();
    try {
      const tried = await attackGate({
        send: webhookSender(url, flags.mutate, settings.registry),
        good,
        bad,
        samples: readSamples(flags.sample ?? []),
        bait,
        ...(flags.movable === undefined ? {} : { movable: movableTag(flags.movable, settings, this.process.env) }),
      });
      stdout.write(
        format === 'json' ? toJson({ ways: tried }) : `${tried.map(lineOf).join('')}\n${summaryOf(tried)}\n`,
      );
      this.process.exitCode = tried.some(({ state }) => state === 'open') ? exitCodes.failed : exitCodes.passed;
    } finally {
      bait.close();
    }
  },
});

function readImage(flag: string, written: string | undefined): string {
  if (written === undefined) {
    throw cliError('usage', 'the gate is tried with an image that may run and one that may not', {
      hint: `name them: --good NAME@sha256:… --bad NAME@sha256:…`,
    });
  }
  const reference = parseReference(written);
  if (reference.digest !== undefined) return formatReference({ ...reference, tag: undefined });
  throw cliError('usage', `--${flag} names no image by its digest`, { hint: `write it like --${flag} NAME@sha256:…` });
}

function readSamples(written: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    written.map((one) => {
      const at = one.indexOf('=');
      const [name, image] = [one.slice(0, Math.max(0, at)), one.slice(at + 1)];
      if (ways.some((way) => way.name === name)) return [name, readImage('sample', image)];
      throw cliError('usage', `"${one}" is no image for a way`, { hint: 'write it like old-image=NAME@sha256:…' });
    }),
  );
}

function lineOf({ number, name, what, state, why }: Tried): string {
  return `${String(number).padStart(2)}  ${state.padEnd(9)}${name.padEnd(26)}${what}: ${why}\n`;
}

function summaryOf(tried: readonly Tried[]): string {
  const count = (state: Tried['state']) => tried.filter((one) => one.state === state).length;
  return `${count('open')} open, ${count('closed')} closed, ${count('untested')} untested`;
}

/** A tag in the repository of both images, which is written to mean the one or the other. */
function movableTag(written: string, settings: Settings, environment: CliProcess['env']): Movable {
  const reference = parseReference(written);
  const { tag } = reference;
  if (reference.digest !== undefined || tag === undefined) {
    throw cliError('usage', `"${written}" is no tag`, { hint: 'write it like --movable NAME:attack' });
  }
  return {
    reference: formatReference(reference),
    async moveTo(image) {
      const { store } = openRepository(image, { ...settings, environment });
      const transport = createTransport(reference.host, { environment, ...settings.registry });
      try {
        const root = await store.root();
        const bytes = await readChecked(store, root, manifestLimit(root.mediaType), 'the manifest');
        await pushManifest(transport, reference.repository, { bytes, mediaType: root.mediaType }, tag);
      } finally {
        transport.close();
        await store.close();
      }
    },
  };
}

/** Listens on this machine, counts who connects, and says nothing. */
async function openBait(): Promise<Bait & { close(): void }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on('error', () => undefined).destroy();
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '0.0.0.0', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  // What everybody can reach is no inner address.
  const own = Object.values(networkInterfaces())
    .flatMap((list = []) => list)
    .filter(({ family, address: one }) => family === 'IPv4' && kindOf(one) === 'private');
  return {
    hosts: [...new Set(['localhost', '127.0.0.1', ...own.map((one) => one.address)])].map((host) => `${host}:${port}`),
    connections: () => connections,
    close: () => void server.close(),
  };
}
