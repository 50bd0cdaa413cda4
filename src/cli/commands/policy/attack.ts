import { buildCommand } from '@stricli/core';
import { openBait } from '#cli/attack/bait.ts';
import { openEndless } from '#cli/attack/endless.ts';
import { movableTag } from '#cli/attack/movable-tag.ts';
import { tenantOf, type TenantFlags } from '#cli/attack/tenant.ts';
import { webhookSender } from '#cli/attack/webhook-sender.ts';
import { several } from '#cli/checking/policy-flags.ts';
import { exitCodes, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { imageFlags, text, type ImageFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { readSettings } from '#cli/settings.ts';
import { attack as attackGate, type Tried } from '#gates/admission/attack/attack.ts';
import { ways } from '#gates/admission/attack/index.ts';
import { formatReference, parseReference } from '#image/reference.ts';

interface Flags extends ImageFlags, FormatFlags, TenantFlags {
  readonly good?: string;
  readonly bad?: string;
  readonly mutate?: string;
  readonly movable?: string;
  readonly sample?: readonly string[];
  readonly endless?: string;
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
      endless: text(
        'where the gate may ask for images, and finds this machine: answers there have no end',
        'HOST:PORT',
      ),
      clusterApi: text('address of the API of the cluster, to ask what a tenant may do', 'URL'),
      clusterCredentials: text('folder with token and ca.crt of that tenant', 'DIR'),
      namespace: text('where the tenant works (default: default)', 'NAME'),
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
    const movable = flags.movable === undefined ? undefined : movableTag(flags.movable, settings, this.process.env);
    const tenant = tenantOf(flags);
    const endless = flags.endless === undefined ? undefined : await openEndless(flags.endless);
    const bait = await openBait();
    try {
      const tried = await attackGate({
        send: webhookSender(url, flags.mutate, settings.registry),
        good,
        bad,
        samples: readSamples(flags.sample ?? []),
        bait,
        ...(movable === undefined ? {} : { movable }),
        ...(endless === undefined ? {} : { endless }),
        ...(tenant === undefined ? {} : { tenant }),
      });
      stdout.write(
        format === 'json' ? toJson({ ways: tried }) : `${tried.map(lineOf).join('')}\n${summaryOf(tried)}\n`,
      );
      this.process.exitCode = tried.some(({ state }) => state === 'open') ? exitCodes.failed : exitCodes.passed;
    } finally {
      bait.close();
      endless?.close();
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
