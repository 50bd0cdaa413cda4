import type { X509Certificate } from '@sigstore/core';
import { vouchersOf } from '#policy/evidence/vouching.ts';
import { failed, passed } from '#policy/languages/judge-image.ts';
import { invalidField, unsupportedField } from '#policy/languages/read-strictly.ts';
import { readCertificate, readPemCertificates } from '#signatures/certificate/read-certificate.ts';
import type { NotationTrust } from '#signatures/notation/trust/notation-trust.ts';
import { parseTrustPolicies } from '#signatures/notation/trust/trust-policy.ts';
import type { WrittenNotation, WrittenOptions } from './schema.ts';
import type { Validate } from './validator.ts';

/** An authority, and who tells the time for it. */
interface Root {
  readonly name: string;
  readonly authority: X509Certificate;
  readonly timestamps?: X509Certificate;
}

/**
 * Reads a validator of the Notary Project's signatures, to be used by rules with their options: anyone whom an authority has
 * certified may sign.
 * @throws `policy-invalid`, `policy-unsupported`
 */
export function readNotation(
  written: WrittenNotation,
  path: string,
): (options: WrittenOptions, at: string) => Validate {
  const roots = written.trustRoots.map(({ name, cert, tsCert }, index): Root => ({
    name,
    authority: readOne(cert, `${path}.trustRoots[${index}].cert`),
    timestamps:
      tsCert === undefined || tsCert === '' ? undefined : readOne(tsCert, `${path}.trustRoots[${index}].tsCert`),
  }));
  return (options, at) => {
    const notation = readTrust(roots, options, at);
    return async (evidence, { now }) => {
      const demand = { verifier: { keys: [], now }, identities: [], notation, wanted: { kind: 'signature' } } as const;
      const holds = ({ format }: { readonly format: string }) => format === 'notation';
      const { vouched, refusals, proof } = await vouchersOf(evidence, demand, { holds });
      if (vouched.length > 0) return passed([proof]);
      if (refusals.length === 0) return failed('unsigned', {}, [proof]);
      return failed('signature-refused', { refusals: refusals.join('; ') }, [proof]);
    };
  };
}

const foreign = ['threshold', 'required', 'verifyInTransparencyLog', 'verifySCT'] as const;

/** The trust policy that a rule stands for. */
function readTrust(all: readonly Root[], options: WrittenOptions, at: string): NotationTrust {
  const { trustRoot = 'default', verificationLevel = 'strict', verifyTimestamp = 'always' } = options;
  for (const field of foreign) {
    if (options[field] !== undefined) throw invalidField(`${at}.${field}`, 'it belongs to validators of cosign');
  }
  if (verificationLevel === 'audit') {
    throw unsupportedField(
      `${at}.verificationLevel`,
      'audit demands of nobody to be trusted',
      'write strict or permissive, or a static validator that says that everything is approved',
    );
  }
  const roots = trustRoot === '*' ? all : all.filter(({ name }) => name === trustRoot);
  if (roots.length === 0) throw invalidField(`${at}.trustRoot`, `the validator has no trust root ${trustRoot}`);
  const stamps = roots.flatMap(({ timestamps }) => timestamps ?? []);
  const [policy] = parseTrustPolicies(
    JSON.stringify({
      version: '1.0',
      trustPolicies: [
        {
          name: at,
          registryScopes: ['*'],
          signatureVerification: { level: verificationLevel, verifyTimestamp },
          trustStores: ['ca:roots', ...(stamps.length > 0 ? ['tsa:roots'] : [])],
          trustedIdentities: ['*'],
        },
      ],
    }),
  );
  if (policy === undefined) throw new Error('one trust policy was written');
  const authorities = roots.map(({ authority }) => authority);
  return { policies: [{ ...policy, roots: { ca: authorities, signingAuthority: [], tsa: stamps } }] };
}

function readOne(pem: string, path: string): X509Certificate {
  const [der, ...more] = readPemCertificates(pem) ?? [];
  const certificate = der === undefined ? undefined : readCertificate(der);
  if (certificate === undefined || more.length > 0) throw invalidField(path, 'it is not one certificate in PEM');
  return certificate;
}
