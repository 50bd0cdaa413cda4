import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { signWith } from './algorithm.ts';
import { createAuthority, type Authority } from './authority.ts';
import { bundleJson, cosignAnnotations, type BundleJson, type BundleParts, type CosignAnnotations } from './bundle.ts';
import type { Certificate } from './certificate.ts';
import { createCertificateLog } from './certificate-log.ts';
import { entryV1, entryV2, signatureOf, type Content, type Verifier } from './entry.ts';
import { preAuthEncoding } from './envelope.ts';
import { faults, faultsOf, type Fault } from './faults.ts';
import { createLog, logFaults, type Log, type LogEntry, type LogFault } from './log.ts';
import { partsOf, type SignRequest, type Signer, type ToSign } from './request.ts';
import { createTimestampAuthority, type TimestampAuthority } from './timestamp.ts';

/** A signature, in the form of a bundle and in its parts. */
export interface BoxSignature {
  readonly bundle: BundleJson;
  readonly parts: BundleParts;
  readonly certificate?: Certificate;
  /** The annotations of a layer in cosign's old format. */
  readonly annotations: CosignAnnotations;
}

/** The services that a signature takes part of. */
export interface Services {
  readonly authority: Authority;
  readonly timestampAuthority: TimestampAuthority;
  readonly logs: { readonly v1: Log; readonly v2: Log };
}

/** Signs like a client: gets a certificate, signs, has the signature stamped and logged, and gathers it all. */
export function signInBox(services: Services, request: SignRequest): BoxSignature {
  const { fault } = request;
  if (fault !== undefined && !faultsOf(partsOf(request)).includes(fault)) {
    throw new TypeError(`the fault ${fault} needs: ${faults[fault].needs.join(', ')}`);
  }
  const privateKey = 'key' in request ? request.key : generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const verifier = verifierFor(services.authority, request, privateKey);
  const content = contentOf(request, privateKey, fault === 'wrong-signature' ? 'other bytes' : undefined);
  const parts: BundleParts = {
    content,
    verifier,
    ...('hint' in request ? { hint: request.hint } : {}),
    ...(fault === 'wrong-digest' ? { digest: sha256(Buffer.from('another message')) } : {}),
    entries: entriesFor(services, request, privateKey, content, verifier),
    timestamps: request.timestamp === true ? [stampFor(services.timestampAuthority, request, content)] : [],
  };
  return {
    bundle: bundleJson(request.version ?? '0.3', parts),
    parts,
    ...('certificate' in verifier ? { certificate: verifier.certificate } : {}),
    annotations: cosignAnnotations(parts, services.authority.chain),
  };
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const later = (at: Date, milliseconds: number): Date => new Date(at.getTime() + milliseconds);

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** When an untrusted twin of a service is valid: its name is that of the service, its keys are not. */
const around = (at: Date): { readonly from: Date; readonly until: Date } => ({
  from: later(at, -24 * hour),
  until: later(at, 24 * hour),
});

function verifierFor(authority: Authority, request: SignRequest, privateKey: KeyObject): Verifier {
  const publicKey = createPublicKey(privateKey);
  if ('key' in request) return { publicKey };
  const { fault } = request;
  const certified = fault === 'other-certificate' ? newPublicKey() : publicKey;
  return {
    certificate: certificateFor(
      fault === 'other-authority' ? twinOf(authority, request.at) : authority,
      request,
      certified,
    ),
  };
}

/** An authority that nobody trusts, but that registers in the same certificate log. */
function twinOf({ uri, log }: Authority, at: Date): Authority {
  const untrusted = createAuthority({ ...around(at), uri });
  return { ...untrusted, log, issue: (request) => untrusted.issue({ logs: [log], ...request }) };
}

function certificateFor(
  authority: Authority,
  request: SignRequest & Extract<Signer, { identity: unknown }>,
  publicKey: KeyObject,
): Certificate {
  const { fault, identity, at } = request;
  const shift = fault === 'expired' ? -20 * minute : fault === 'not-yet-valid' ? 20 * minute : 0;
  return authority.issue({
    publicKey,
    identities: 'kind' in identity ? [identity] : identity,
    issuer: request.issuer,
    claims: request.claims ?? {},
    notBefore: later(at, shift - 5 * second),
    ...(fault === 'wrong-purpose' ? { purpose: 'serverAuth' } : {}),
    ...(fault === 'no-sct' ? { logs: [] } : {}),
    ...(fault === 'wrong-sct' ? { logs: [createCertificateLog(authority.log)] } : {}),
    ...(fault === 'other-certificate-log' ? { logs: [createCertificateLog()] } : {}),
  });
}

function newPublicKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
}

/** @param other signed in place of the content, and claimed to be of it */
function contentOf(request: ToSign, key: KeyObject, other?: string): Content {
  const signatureOver = (bytes: Uint8Array): Buffer => signWith(key, other === undefined ? bytes : Buffer.from(other));
  if ('artifact' in request) {
    const bytes = request.artifact;
    return { kind: 'message', bytes, signature: signatureOver(bytes) };
  }
  const { statement, payloadType = 'application/vnd.in-toto+json' } = request;
  const payload = Buffer.from(statement instanceof Uint8Array ? statement : JSON.stringify(statement));
  const signature = signatureOver(preAuthEncoding({ payloadType, payload }));
  return { kind: 'envelope', envelope: { payloadType, payload, signature } };
}

function entriesFor(
  services: Services,
  request: SignRequest,
  key: KeyObject,
  signed: Content,
  signer: Verifier,
): readonly LogEntry[] {
  const { fault, at } = request;
  if (request.log === undefined || request.log === 'none') return [];
  const trusted = services.logs[request.log];
  const log = fault === 'other-log' ? createLog({ version: trusted.version, url: trusted.url }) : trusted;
  const content = fault === 'other-entry' ? contentOf(otherThan(request), key) : signed;
  const verifier =
    fault === 'other-verifier' && !('key' in request)
      ? { certificate: certificateFor(services.authority, request, newPublicKey()) }
      : signer;
  const kind = request.entry ?? (content.kind === 'message' ? 'hashedrekord' : 'dsse');
  const body = log.version === 1 ? entryV1(kind, content, verifier) : entryV2(content, verifier);
  return [log.add(body, fault === 'log-clock-skew' ? later(at, hour) : at, logFaultOf(fault))];
}

function otherThan(request: ToSign): ToSign {
  return 'artifact' in request ? { artifact: Buffer.from('another artifact') } : { ...request, statement: {} };
}

function logFaultOf(fault: Fault | undefined): LogFault | undefined {
  return logFaults.find((known) => known === fault);
}

function stampFor(trusted: TimestampAuthority, request: SignRequest, content: Content): Buffer {
  const { fault, at } = request;
  const authority =
    fault === 'other-timestamp-authority' ? createTimestampAuthority({ ...around(at), uri: trusted.uri }) : trusted;
  const stamped =
    fault === 'wrong-imprint' ? Buffer.from('another signature') : (request.stamped ?? signatureOf(content));
  return authority.stamp({
    imprint: sha256(stamped),
    at: fault === 'timestamp-clock-skew' ? later(at, hour) : at,
    withCertificate: true,
    forged: fault === 'forged-timestamp',
  });
}
