import { painter, printable, type Paint } from '#documents/table/layout.ts';
import { shortDigest } from '#kit/digest.ts';
import type { CertificateIdentity, ClaimName } from '#signatures/identity/certificate-identity.ts';
import type { Vouched } from '#signatures/judge.ts';
import { cureOf, isRefusal, linkOf, type Details, type Refusal } from '#signatures/refusal.ts';
import type { VerifiedEntry, Verification } from '#signatures/verification.ts';

/** The answer to "who vouches for it", for a person. */
export function writeVerification(verification: Verification, colour: boolean): string {
  const paint = painter(colour);
  return `${linesOf(verification, paint).join('\n')}\n`;
}

function linesOf(verification: Verification, paint: Paint): string[] {
  const { reference, digest, isIndex, entries, problem, children } = verification;
  const kind = isIndex === undefined ? '' : isIndex ? '  (an index, with all of its images)' : '';
  return [
    paint(printable(reference), 'bold'),
    ...(digest === undefined ? [] : field('digest', digest + kind, paint)),
    ...entries.flatMap((entry) => entryLines(entry, paint)),
    ...(problem === undefined ? [] : ['', ...refusalLines(problem, paint)]),
    '',
    verdict(verification, paint),
    ...children.flatMap((child) => ['', ...linesOf(child, paint)]),
  ];
}

function verdict({ isVerified, signers, needed, entries }: Verification, paint: Paint): string {
  if (entries.length === 0) return paint('REFUSED: nothing was found that vouches for it', 'red');
  const accepted = entries.filter(({ outcome }) => !isRefusal(outcome)).length;
  const counted = `${accepted} of ${entries.length} found ${accepted === 1 ? 'is' : 'are'} what was asked for`;
  const wanted = needed > 1 ? `, by ${signers} of ${needed} signers` : '';
  return isVerified ? paint(`VERIFIED: ${counted}${wanted}`, 'green') : paint(`REFUSED: ${counted}${wanted}`, 'red');
}

function entryLines({ stored, outcome }: VerifiedEntry, paint: Paint): string[] {
  const place = stored.tag ?? stored.file ?? (stored.manifest === undefined ? '' : shortDigest(stored.manifest));
  const head = `${stored.format}  ${paint(place, 'dim')}`;
  if (isRefusal(outcome) && isOfAnotherKind(outcome))
    return ['', `${paint('not meant', 'dim')} ${head}`, ...field('', printable(outcome.message), paint)];
  if (isRefusal(outcome)) return ['', `${paint('refused ', 'yellow')}  ${head}`, ...refusalLines(outcome, paint)];
  return ['', `${paint('accepted', 'green')}  ${head}`, ...vouchedLines(outcome, paint)];
}

/** What was not asked for is nothing bad. */
function isOfAnotherKind({ refused }: Refusal): boolean {
  return refused === 'claim-type' || refused === 'predicate-type';
}

function vouchedLines({ verified, identity, statement, details, tolerated = [] }: Vouched, paint: Paint): string[] {
  const { signer, times, entries } = verified;
  const who = signer.kind === 'key' ? `the key ${signer.key.name}` : namesOf(identity);
  return [
    ...field('signed by', printable(who), paint),
    ...claimLines(identity, paint),
    ...times.flatMap(({ by, time }) => field('signed at', `${time.toISOString()}, says the ${vouchers[by]}`, paint)),
    ...entries.flatMap(({ index, logId }) =>
      field('published', `entry ${index} of log ${logId.toString('hex').slice(0, 12)}`, paint),
    ),
    ...(statement === undefined ? [] : field('states', printable(statement.predicateType), paint)),
    ...tolerated.flatMap(({ message, refused }) => field('tolerated', printable(`${message} [${refused}]`), paint)),
    ...detailLines(details, paint),
  ];
}

function namesOf(identity: CertificateIdentity | undefined): string {
  return (identity?.names ?? []).map(({ value }) => value).join(', ');
}

/** Who vouches for a time, in words. */
const vouchers = {
  log: 'transparency log',
  'timestamp-authority': 'timestamp authority',
  'signing-authority': 'authority that signs for others',
} as const;

/** What a certificate says of a build, in the order in which a person asks. */
const shownClaims: readonly { readonly claim: ClaimName; readonly label: string }[] = [
  { claim: 'issuer', label: 'certified' },
  { claim: 'repositoryUri', label: 'source' },
  { claim: 'ref', label: 'ref' },
  { claim: 'commit', label: 'commit' },
  { claim: 'trigger', label: 'trigger' },
  { claim: 'runner', label: 'runner' },
  { claim: 'runUri', label: 'run' },
];

function claimLines(identity: CertificateIdentity | undefined, paint: Paint): string[] {
  return shownClaims.flatMap(({ claim, label }) => {
    const value = identity?.claims[claim];
    return value === undefined ? [] : field(label, printable(claim === 'issuer' ? `by ${value}` : value), paint);
  });
}

function refusalLines(refusal: Refusal, paint: Paint): string[] {
  return [
    ...field(linkOf(refusal), `${printable(refusal.message)} [${refusal.refused}]`, paint),
    ...field('try', cureOf(refusal), paint),
    ...detailLines(refusal.details, paint),
  ];
}

function detailLines(details: Details | undefined, paint: Paint): string[] {
  return (details?.lines ?? []).flatMap((line, index) =>
    field(index === 0 ? (details?.name ?? '') : '', printable(line), paint),
  );
}

function field(name: string, text: string, paint: Paint): string[] {
  return [`  ${paint(name.padEnd(11), 'dim')}  ${text}`];
}
