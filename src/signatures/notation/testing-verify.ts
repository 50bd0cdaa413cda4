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

export const now = new Date('2025-07-01T00:00:00Z');
export const afterwards = new Date('2036-01-01T00:00:00Z');
export const signer = createSigner();
export const root = signer.certificates.at(-1);
export const selfSigned = createSelfSigned();
const tsaRoot = timestampAuthority.chain.at(-1);
export const imprintOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
export const stamp = (signature: Buffer) => fixture.stamp({ imprint: imprintOf(signature), at: fixture.at });

export function trust(fields: object = {}, roots: Parameters<typeof trustOf>[1] = {}): NotationTrust {
  return trustOf(policyOf(fields), { ca: root, tsa: tsaRoot, ...roots });
}

export const level = (written: string, override?: object) => ({ signatureVerification: { level: written, override } });
export const stamped = { trustStores: ['ca:box', 'tsa:box'] };
export const authority = { trustStores: ['signingAuthority:box'] };

export interface Place {
  readonly trust?: NotationTrust;
  readonly now?: Date;
  readonly repository?: string;
}

export function verify(
  kind: EnvelopeKind,
  request: Partial<EnvelopeRequest>,
  place: Place = {},
): VerifiedNotation | Refusal {
  const signature = readEnvelope(mediaTypeOf[kind], createEnvelope(kind, { signer, ...request }));
  return isRefusal(signature) ? signature : verifyNotation(signature, image, { trust: trust(), now, ...place });
}

export function assertVerified(outcome: VerifiedNotation | Refusal, what: string): asserts outcome is VerifiedNotation {
  assert.ok(!isRefusal(outcome), isRefusal(outcome) ? `${what}: ${outcome.refused}: ${outcome.message}` : '');
}

export function assertRefused(outcome: VerifiedNotation | Refusal, code: RefusalCode, what: string): void {
  assert.ok(isRefusal(outcome), `${what}: it was accepted`);
  assert.equal(outcome.refused, code, `${what}: ${outcome.message}`);
}

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
