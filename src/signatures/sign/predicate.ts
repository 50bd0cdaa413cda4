import { asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { signatureError } from '#signatures/errors.ts';
import { predicateTypeOf } from '#signatures/predicate-types.ts';

/** What is attested: a type and, in its shape, the content. */
export interface Predicate {
  readonly type: string;
  readonly content: unknown;
}

/**
 * Makes a predicate out of a document, as cosign does, so that others find what they expect.
 * @param name a short name, or the type itself
 * @throws `predicate-invalid` where the document is not what its type demands
 */
export function readPredicate(name: string, document: Buffer, now: Date): Predicate {
  const body = asObject(parseJson(document));
  if (name === 'custom') {
    const content = { Data: document.toString('utf8'), Timestamp: now.toISOString() };
    return { type: predicateTypeOf(name)[0] ?? name, content };
  }
  if (body === undefined) throw invalid(`the predicate is not a JSON object`);
  const type = typeFor(name, body);
  const wanted = markers[type];
  if (wanted !== undefined && !wanted(body)) throw invalid(`the document is none of type ${type}`);
  return { type, content: body };
}

/** By what documents of a type are known. */
const markers: Readonly<Record<string, (body: JsonObject) => boolean>> = {
  'https://spdx.dev/Document': (body) => asText(body['spdxVersion']) !== undefined,
  'https://cyclonedx.org/bom': (body) => body['bomFormat'] === 'CycloneDX',
  'https://slsa.dev/provenance/v1': (body) => asObject(body['buildDefinition']) !== undefined,
  'https://slsa.dev/provenance/v0.2': (body) => asObject(body['builder']) !== undefined,
  'https://cosign.sigstore.dev/attestation/vuln/v1': (body) => asObject(body['scanner']) !== undefined,
  'https://slsa.dev/verification_summary/v1': (body) => asText(body['verificationResult']) !== undefined,
  'https://openvex.dev/ns': (body) => (asText(body['@context']) ?? '').startsWith('https://openvex.dev/ns'),
};

/** Some names mean several types, of which the document is one. */
function typeFor(name: string, body: JsonObject): string {
  const types = predicateTypeOf(name);
  const [first = name] = types;
  if (types.length === 1 && !/^[a-z][a-z0-9+.-]*:/i.test(first)) {
    throw invalid(
      `"${name}" is no type of predicate`,
      'name one of slsa, sbom, spdx, cyclonedx, vuln, vex, vsa, custom, or its URI',
    );
  }
  return types.find((type) => markers[type]?.(body) === true) ?? first;
}

function invalid(problem: string, hint = 'check the file and --type') {
  return signatureError('predicate-invalid', problem, { hint });
}
