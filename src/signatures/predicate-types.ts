/** The statement with which cosign 3 signs: it says nothing but that it is signed. */
export const signaturePredicate = 'https://sigstore.dev/cosign/sign/v1';

/** What attestations may state, by the short names that cosign and others use, and ours (in-toto, spec/predicates). */
const predicateTypes: Readonly<Record<string, readonly string[]>> = {
  slsa: [
    'https://slsa.dev/provenance/v1',
    'https://slsa.dev/provenance/v1.0',
    'https://slsa.dev/provenance/v0.2',
    'https://slsa.dev/provenance/v0.1',
  ],
  slsaprovenance: ['https://slsa.dev/provenance/v0.2'],
  slsaprovenance02: ['https://slsa.dev/provenance/v0.2'],
  slsaprovenance1: ['https://slsa.dev/provenance/v1'],
  sbom: ['https://cyclonedx.org/bom', 'https://spdx.dev/Document'],
  spdx: ['https://spdx.dev/Document'],
  spdxjson: ['https://spdx.dev/Document'],
  cyclonedx: ['https://cyclonedx.org/bom'],
  vuln: ['https://cosign.sigstore.dev/attestation/vuln/v1', 'https://in-toto.io/attestation/vulns/v0.2'],
  vex: ['https://openvex.dev/ns'],
  openvex: ['https://openvex.dev/ns'],
  vsa: ['https://slsa.dev/verification_summary/v1'],
  link: ['https://in-toto.io/Link/v1'],
  custom: ['https://cosign.sigstore.dev/attestation/v1'],
};

/** The predicate types that a name means; a name that is none is the type itself. */
export function predicateTypeOf(name: string): readonly string[] {
  return Object.hasOwn(predicateTypes, name) ? (predicateTypes[name] ?? []) : [name];
}
