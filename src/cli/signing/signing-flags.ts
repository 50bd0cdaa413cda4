import { hidden, text } from '#cli/flags.ts';
import type { Settings } from '#cli/settings.ts';
import { attachFormats } from '#signatures/sign/attach-format.ts';

/** Flags of commands that sign. */
export interface SigningFlags {
  readonly key?: string;
  readonly certificate?: string;
  readonly certificateChain?: string;
  readonly identityToken?: string;
  readonly oidcFlow?: string;
  readonly oidcIssuer?: string;
  readonly oidcClientId?: string;
  readonly signingConfig?: string;
  readonly fulcio?: string;
  readonly rekor?: string;
  readonly rekorV2?: string;
  readonly timestamp?: string;
  readonly log?: string;
  readonly formats?: string;
  // What cosign calls them.
  readonly fulcioUrl?: string;
  readonly rekorUrl?: string;
  readonly timestampServerUrl?: string;
  readonly tlogUpload?: boolean;
  readonly yes?: boolean;
}

export const signingFlags = {
  key: text('private key: a file, env://VARIABLE, or one of a key service', 'KEY'),
  certificate: text('certificate for the key, by an authority of your own, PEM', 'FILE'),
  certificateChain: text('certificates between it and the root, PEM', 'FILE'),
  identityToken: text('sign as whom this token names, or the one in this file, without a key of your own', 'TOKEN'),
  oidcFlow: text('browser or device: how the person at the terminal signs in, where there is no token', 'HOW'),
  oidcIssuer: text('where they sign in (default: as the signing configuration says)', 'URL'),
  oidcClientId: text('as which program (default: sigstore)', 'ID'),
  log: text(
    'required, best-effort or none: whether to publish in a transparency log (default: required without a key)',
    'HOW',
  ),
  signingConfig: text("whom to ask: signing_config.json of a Sigstore instance (default: the public one's)", 'FILE'),
  fulcio: text('authority for certificates (default: as the signing configuration says)', 'URL'),
  rekor: text('transparency log (default: as the signing configuration says)', 'URL'),
  rekorV2: text("transparency log of Rekor's second version", 'URL'),
  timestamp: text('timestamp authority (default: as the signing configuration says, without a key)', 'URL'),
  formats: text(`${attachFormats.join(', ')} (default: both)`, 'FORMATS'),
  fulcioUrl: hidden('the same as --fulcio'),
  rekorUrl: hidden('the same as --rekor'),
  timestampServerUrl: hidden('the same as --timestamp'),
  tlogUpload: { kind: 'boolean', optional: true, brief: 'false is the same as --log none', hidden: true },
  yes: { kind: 'boolean', optional: true, withNegated: false, brief: 'nothing is asked anyway', hidden: true },
} as const;

/** The flags under our names, and what is configured where they say nothing. */
export function withSettings(written: SigningFlags, settings: Settings): SigningFlags {
  return { ...settings.signing, ...defined(inOurWords(written)) };
}

/** The same without what is not set, so that it does not hide what is configured. */
function defined(flags: SigningFlags): SigningFlags {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}

/** The flags with what cosign calls them under our names. */
function inOurWords(flags: SigningFlags): SigningFlags {
  const { fulcioUrl, rekorUrl, timestampServerUrl, tlogUpload } = flags;
  return {
    ...flags,
    fulcio: flags.fulcio ?? fulcioUrl,
    rekor: flags.rekor ?? rekorUrl,
    timestamp: flags.timestamp ?? timestampServerUrl,
    log: flags.log ?? (tlogUpload === undefined ? undefined : tlogUpload ? 'required' : 'none'),
  };
}
