import type { CliProcess } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { hidden, knownWords, text } from '#cli/flags.ts';
import type { Settings } from '#cli/settings.ts';
import { keySurroundings } from '#cli/signing/key-surroundings.ts';
import { loadTrust, namesOwnAuthority, trustFlags, type TrustFlags } from '#cli/trust.ts';
import type { ExpectedClaim, ExpectedIdentity } from '#signatures/identity/expected-identity.ts';
import { issuerOfRepository } from '#signatures/identity/expected-identity.ts';
import { expressionPattern, globPattern, type Pattern } from '#signatures/identity/pattern.ts';
import type { Demand } from '#signatures/judge.ts';
import { loadVerificationKey } from '#signatures/keys/load-key.ts';
import type { KeySurroundings } from '#signatures/keys/providers/provider.ts';
import type { VerificationKey } from '#signatures/keys/verification-key.ts';
import { readNotationTrust } from '#signatures/notation/trust/notation-trust.ts';
import { predicateTypeOf } from '#signatures/predicate-types.ts';
import type { Period } from '#signatures/trust/trust-root.ts';
import { provenanceExaminer, provenanceFlags, type ProvenanceFlags } from './provenance-flags.ts';
import { isSummaryType, summaryExaminer, summaryFlags, type SummaryFlags } from './summary-flags.ts';

/** Flags that say who must have signed what. */
export interface ExpectationFlags extends ProvenanceFlags, SummaryFlags, TrustFlags {
  readonly key?: readonly string[];
  readonly notationTrust?: string;
  readonly identity?: string;
  readonly identityRegex?: string;
  readonly issuer?: string;
  readonly issuerRegex?: string;
  readonly repository?: string;
  readonly workflow?: string;
  readonly ref?: string;
  readonly trigger?: string;
  readonly runner?: string;
  readonly environment?: string;
  readonly commit?: string;
  readonly repositoryId?: string;
  readonly ownerId?: string;
  readonly anyIdentity?: boolean;
  readonly log?: string;
  readonly type?: string;
  // What cosign calls them.
  readonly certificateIdentity?: string;
  readonly certificateIdentityRegexp?: string;
  readonly certificateOidcIssuer?: string;
  readonly certificateOidcIssuerRegexp?: string;
  readonly insecureIgnoreTlog?: boolean;
}

export const expectationFlags = {
  key: {
    kind: 'parsed',
    parse: String,
    optional: true,
    variadic: true,
    brief: 'KEY[;from=DATE][;until=DATE]: public key, for ever or for a time; several may be named',
    placeholder: 'KEY',
  },
  identity: text('who must have signed: an address or e-mail, * within a part of it, ** for several', 'NAME'),
  issuer: text('who must have certified that', 'URL'),
  repository: text('built from this repository', 'OWNER/NAME'),
  workflow: text('by this workflow file', 'PATH'),
  ref: text('from this branch or tag', 'REF'),
  trigger: text('on this event, such as push', 'EVENT'),
  runner: text('on this kind of runner', 'KIND'),
  environment: text('for this deployment environment', 'NAME'),
  commit: text('from this commit', 'SHA'),
  repositoryId: text('id of the repository, which survives renaming', 'ID'),
  ownerId: text("id of the repository's owner", 'ID'),
  identityRegex: text('the same as a regular expression, for the whole name', 'REGEX'),
  issuerRegex: text('the same as a regular expression', 'REGEX'),
  anyIdentity: flag('allow patterns that anyone matches'),
  ...trustFlags,
  notationTrust: text('trust policy and trust stores of Notation, in the folder where it keeps them', 'DIR'),
  log: text('required or optional: whether it must be in a transparency log', 'HOW'),
  type: text('an attestation of this type: slsa, spdx, cyclonedx, vuln, openvex, vsa, any, or its URI', 'TYPE'),
  ...provenanceFlags,
  ...summaryFlags,
  certificateIdentity: hidden('the same as --identity'),
  certificateIdentityRegexp: hidden('the same as --identity-regex'),
  certificateOidcIssuer: hidden('the same as --issuer'),
  certificateOidcIssuerRegexp: hidden('the same as --issuer-regex'),
  insecureIgnoreTlog: { ...flag('the same as --log optional'), hidden: true },
} as const;

/**
 * What the flags demand.
 * @throws `usage` if nobody is named who may sign; `key-…`, `trust-root-invalid`, `tuf-…`, `identity-invalid`, `file-unreadable`
 */
export async function readDemand(
  flags: ExpectationFlags,
  settings: Settings,
  io: CliProcess,
  now: Date,
): Promise<Demand> {
  const named = expectedIdentity(flags);
  const isNamed = named !== undefined || flags.key !== undefined;
  // Who may sign provenance may be left to the map of trusted builders, which then must grant its level.
  const isLeftToBuilders = flags.provenance === true && !isNamed && !['0', '1'].includes(flags.slsaLevel ?? '');
  // Beside a key, the source is what the provenance must say, and not what a certificate would.
  const isAboutSource = flags.provenance === true && flags.key !== undefined && !namesCertificate(flags);
  const identity = isLeftToBuilders ? anyone : isAboutSource ? undefined : named;
  const surroundings = { ...keySurroundings(io), offline: settings.offline };
  const keys = await Promise.all((flags.key ?? []).map((written) => readKey(written, surroundings)));
  const { notationTrust } = flags;
  if (identity === undefined && keys.length === 0 && notationTrust === undefined) {
    throw cliError('usage', 'it is not said who must have signed', {
      hint: 'name a key (--key FILE), a repository (--repository OWNER/NAME) or a name (--identity NAME --issuer URL)',
    });
  }
  const namesTrust = flags.trustedRoot !== undefined || namesOwnAuthority(flags);
  // Keys are believed by themselves; who has certified them is asked only where that counts.
  const trust = identity === undefined && !namesTrust ? undefined : await loadTrust(flags, settings, io);
  return {
    verifier: { trust, keys, log: logOf(flags), now },
    identities: identity === undefined ? [] : [identity],
    notation: notationTrust === undefined ? undefined : await readNotationTrust(notationTrust),
    wanted: wantedOf(flags),
    ...(await examinersOf(flags, isNamed, now)),
  };
}

async function examinersOf(
  flags: ExpectationFlags,
  isNamed: boolean,
  now: Date,
): Promise<Pick<Demand, 'examine' | 'appraise'>> {
  if (flags.provenance === true) return provenanceExaminer(flags, isNamed);
  return isSummaryType(flags.type) ? { examine: summaryExaminer(flags, now) } : {};
}

function namesCertificate(flags: ExpectationFlags): boolean {
  const { identity, issuer, identityRegex, issuerRegex, certificateIdentity, certificateOidcIssuer } = flags;
  return [identity, issuer, identityRegex, issuerRegex, certificateIdentity, certificateOidcIssuer].some(
    (named) => named !== undefined,
  );
}

const anyone: ExpectedIdentity = { issuer: globPattern('**', true), claims: {} };

function wantedOf({ type, provenance }: ExpectationFlags): Demand['wanted'] {
  if (type !== undefined && provenance === true) {
    throw cliError('usage', '--provenance asks for provenance already', { hint: 'leave out --type' });
  }
  const wanted = provenance === true ? 'slsa' : type;
  return wanted === undefined ? { kind: 'signature' } : { kind: 'attestation', types: typesOf(wanted) };
}

function logOf({ log, insecureIgnoreTlog }: ExpectationFlags): 'required' | 'optional' | undefined {
  if (insecureIgnoreTlog === true) return 'optional';
  return log === undefined ? undefined : knownWords('log', log, ['required', 'optional'] as const)[0];
}

function typesOf(type: string): readonly string[] {
  return type === 'any' ? [] : predicateTypeOf(type);
}

const claimFlags = [
  'repository',
  'workflow',
  'ref',
  'trigger',
  'runner',
  'environment',
  'commit',
  'repositoryId',
  'ownerId',
] as const satisfies readonly ExpectedClaim[];

function expectedIdentity(flags: ExpectationFlags): ExpectedIdentity | undefined {
  const anything = flags.anyIdentity === true;
  const glob = (written: string | undefined) => (written === undefined ? undefined : globPattern(written, anything));
  const expression = (written: string | undefined) =>
    written === undefined ? undefined : expressionPattern(written, anything);
  const name =
    glob(flags.identity ?? flags.certificateIdentity) ??
    expression(flags.identityRegex ?? flags.certificateIdentityRegexp);
  const claims: Partial<Record<ExpectedClaim, Pattern>> = {};
  for (const claim of claimFlags) {
    const written = claim === 'repository' ? shortRepository(flags.repository) : flags[claim];
    const pattern = glob(written);
    if (pattern !== undefined) claims[claim] = pattern;
  }
  const issuer =
    glob(flags.issuer ?? flags.certificateOidcIssuer) ??
    expression(flags.issuerRegex ?? flags.certificateOidcIssuerRegexp) ??
    glob(flags.repository === undefined ? undefined : issuerOfRepository(flags.repository));
  if (name === undefined && Object.keys(claims).length === 0) {
    if (issuer === undefined) return undefined;
    throw cliError('usage', 'it is said who certifies, and not whom', {
      hint: 'name who must have signed: --identity NAME',
    });
  }
  // An authority of one's own need not say who told it.
  if (issuer === undefined && flags.certificateChain === undefined) {
    throw cliError('usage', 'it is not said who must have certified the signer', {
      hint: 'name the issuer: --issuer URL',
    });
  }
  return { issuer, name, claims };
}

/** Repositories of GitHub go by `owner/name`, others with their host. */
function shortRepository(name: string | undefined): string | undefined {
  return name?.replace(/^https:\/\//, '').replace(/^github\.com\//, '');
}

function readKey(written: string, surroundings: KeySurroundings): Promise<VerificationKey> {
  const { name, limits } = splitLimits(written);
  return loadVerificationKey(name, surroundings, periodOf(limits));
}

/** A URI of PKCS #11 has semicolons of its own: there only what looks like a limit is one. */
function splitLimits(written: string): { readonly name: string; readonly limits: readonly string[] } {
  const parts = written.split(';');
  const isUri = written.startsWith('pkcs11:');
  const first = parts.findIndex((part, index) => index > 0 && (!isUri || /^(?:from|until)=/.test(part)));
  if (first < 0) return { name: written, limits: [] };
  return { name: parts.slice(0, first).join(';'), limits: parts.slice(first) };
}

function periodOf(limits: readonly string[]): Period | undefined {
  if (limits.length === 0) return undefined;
  const times = new Map(
    limits.map((limit) => {
      const [name = '', date = ''] = limit.split('=');
      const time = new Date(date);
      if (!['from', 'until'].includes(name) || Number.isNaN(time.getTime())) {
        throw cliError('usage', `"${limit}" is not a limit of a key`, {
          hint: 'write ;from=2026-01-01 or ;until=2026-12-31',
        });
      }
      return [name, time] as const;
    }),
  );
  return { start: times.get('from') ?? new Date(0), end: times.get('until') };
}

function flag(brief: string) {
  return { kind: 'boolean', optional: true, withNegated: false, brief } as const;
}
