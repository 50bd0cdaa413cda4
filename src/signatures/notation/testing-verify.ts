import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { keyUsageExtension, purposeExtension } from '#signatures/box/extensions.ts';
import { der } from '#signatures/certificate/der.ts';
import { isRefusal, type Refusal, type RefusalCode } from '#signatures/refusal.ts';
import { readEnvelope } from './envelope/read-envelope.ts';
import { createEnvelope, mediaTypeOf, type EnvelopeKind, type EnvelopeRequest } from './envelope/testing.ts';
import * as fixture from './testing.ts';
import type { Signer } from './testing.ts';
import { createSelfSigned, createSigner, extension, image, policyOf, timestampAuthority, trustOf } from './testing.ts';
import type { NotationTrust } from './trust/notation-trust.ts';
import { verifyNotation, type VerifiedNotation } from './verify-notation.ts';

/** When it is verified, if it is not said: the certificates are valid. */
export const now = new Date('2025-07-01T00:00:00Z');
/** When the certificates have expired. */
export const afterwards = new Date('2036-01-01T00:00:00Z');
/** Who signs, if it is not said. */
export const signer = createSigner();
/** The root of all signers but the next. */
export const root = signer.certificates.at(-1);
/** A signer who is its own root. */
export const selfSigned = createSelfSigned();
const tsaRoot = timestampAuthority.chain.at(-1);
/** What a timestamp has of the bytes that it is over. */
export const imprintOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
/** Countersigns at the time of signing. */
export const stamp = (signature: Buffer) => fixture.stamp({ imprint: imprintOf(signature), at: fixture.at });

/** One policy with these fields, which believes the root; other roots may be named. */
export function trust(fields: object = {}, roots: Parameters<typeof trustOf>[1] = {}): NotationTrust {
  return trustOf(policyOf(fields), { ca: root, tsa: tsaRoot, ...roots });
}

/** The fields of a policy for a level, and what it overrides. */
export const level = (written: string, override?: object) => ({ signatureVerification: { level: written, override } });
/** The fields of a policy that wants timestamps. */
export const stamped = { trustStores: ['ca:box', 'tsa:box'] };
/** The fields of a policy that believes signing authorities. */
export const authority = { trustStores: ['signingAuthority:box'] };

/** Where and when something is verified, and by whom. */
export interface Place {
  readonly trust?: NotationTrust;
  readonly now?: Date;
  readonly repository?: string;
}

/** Makes an envelope and verifies it. */
export function verify(
  kind: EnvelopeKind,
  request: Partial<EnvelopeRequest>,
  place: Place = {},
): VerifiedNotation | Refusal {
  const signature = readEnvelope(mediaTypeOf[kind], createEnvelope(kind, { signer, ...request }));
  return isRefusal(signature) ? signature : verifyNotation(signature, image, { trust: trust(), now, ...place });
}

/** Fails unless it was verified. */
export function assertVerified(outcome: VerifiedNotation | Refusal, what: string): asserts outcome is VerifiedNotation {
  assert.ok(!isRefusal(outcome), isRefusal(outcome) ? `${what}: ${outcome.refused}: ${outcome.message}` : '');
}

/** Fails unless it was refused with this code. */
export function assertRefused(outcome: VerifiedNotation | Refusal, code: RefusalCode, what: string): void {
  assert.ok(isRefusal(outcome), `${what}: it was accepted`);
  assert.equal(outcome.refused, code, `${what}: ${outcome.message}`);
}

/** The key usage of a signer. */
export const digitalSignature = keyUsageExtension('digitalSignature');

/** A signer whose certificate has these extensions. */
export function withExtensions(...extensions: readonly Buffer[]): { readonly signer: Signer } {
  return { signer: createSigner({ extensions }) };
}

/** A signer whose certificate names a list of revoked ones. */
export const revocable = withExtensions(
  digitalSignature,
  purposeExtension('codeSigning'),
  extension('2.5.29.31', false, der.sequence()),
);
