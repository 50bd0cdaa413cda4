import { spawn } from 'node:child_process';
import type { CliProcess } from '#cli/context.ts';
import { knownWords } from '#cli/flags.ts';
import { printable } from '#documents/table/layout.ts';
import { discover } from '#signatures/services/sign-in/issuer.ts';
import { noToken } from '#signatures/services/tokens/index.ts';
import type { SigningFlags } from './signing-flags.ts';

const oidcFlows = ['browser', 'device'] as const;

/**
 * Lets the person at the terminal say who they are, with a browser here or elsewhere.
 * @param url where they sign in
 * @returns an identity token
 * @throws `token-missing` if nobody signs in; `token-invalid`, `service-…`, `usage`
 */
export async function signIn(url: string | undefined, flags: SigningFlags, io: CliProcess): Promise<string> {
  const { env, stderr } = io;
  const flow = flags.oidcFlow === undefined ? usualFlow(env) : knownWords('oidc-flow', flags.oidcFlow, oidcFlows)[0];
  if (url === undefined) throw noToken();
  const issuer = await discover({ issuer: url, clientId: flags.oidcClientId ?? 'sigstore' });
  stderr.write('bulla: the name that you sign in with will be in the signature, and in its log for ever\n');
  if (flow === 'device') {
    const { signInElsewhere } = await import('#signatures/services/sign-in/device.ts');
    return signInElsewhere(issuer, (place, code) => {
      stderr.write(
        `bulla: to sign in, go to ${printable(place)} with any browser, and give the code ${printable(code)}\n`,
      );
    });
  }
  const { signInWithBrowser } = await import('#signatures/services/sign-in/browser.ts');
  return signInWithBrowser(issuer, (place) => {
    stderr.write(`bulla: sign in with the browser; if it does not open, go to\n  ${printable(place)}\n`);
    openBrowser(place, env);
  });
}

/** Where nothing can show a browser, it is elsewhere. */
function usualFlow({ BROWSER, DISPLAY, WAYLAND_DISPLAY }: CliProcess['env']): (typeof oidcFlows)[number] {
  const canShow = process.platform !== 'linux' || [BROWSER, DISPLAY, WAYLAND_DISPLAY].some(Boolean);
  return canShow ? 'browser' : 'device';
}

function openBrowser(url: string, { BROWSER }: CliProcess['env']): void {
  const program = BROWSER || (process.platform === 'darwin' ? 'open' : 'xdg-open');
  // If there is none, the address was told.
  spawn(program, [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
