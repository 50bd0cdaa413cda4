import { messageOf } from '#kit/error.ts';
import { asCount, asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { signatureError } from '#signatures/errors.ts';
import { canonicalJson } from './canonical-json.ts';

/** The roles of a repository that this client follows; delegated ones it does not. */
export type RoleName = 'root' | 'timestamp' | 'snapshot' | 'targets';

/** What all metadata has in common (TUF §4.2–4.3). Nothing in it is to be believed before {@link requireThreshold}. */
export interface Metadata {
  readonly role: RoleName;
  readonly version: number;
  readonly expires: Date;
  readonly signed: JsonObject;
  /** What is signed: `signed` in its canonical form. */
  readonly signedBytes: Buffer;
  readonly signatures: readonly MetadataSignature[];
  /** The file as it came, from which all this can be read again. */
  readonly text: string;
}

interface MetadataSignature {
  readonly keyId: string;
  readonly bytes: Buffer;
}

/** Reads a metadata file of a role. @throws `tuf-metadata-invalid` */
export function readMetadata(text: string, role: RoleName): Metadata {
  const file = asObject(parseJson(text));
  const signed = asObject(file?.['signed']);
  if (file === undefined || signed === undefined) throw invalidMetadata(role, 'it is no signed JSON');
  if (signed['_type'] !== role) throw invalidMetadata(role, 'it is of another role');
  if (!/^1(\.\d+){1,2}$/.test(asText(signed['spec_version']) ?? '')) {
    throw invalidMetadata(role, 'it follows another version of the specification');
  }
  const version = asCount(signed['version']) ?? 0;
  const expires = readTime(signed['expires']);
  if (version === 0) throw invalidMetadata(role, 'it has no version');
  if (expires === undefined) throw invalidMetadata(role, 'it does not say when it expires');
  const signatures = asList(file['signatures']);
  if (signatures.length > mostSignatures) throw invalidMetadata(role, 'it has too many signatures');
  return {
    role,
    version,
    expires,
    signed,
    signedBytes: canonicalBytes(role, signed),
    signatures: signatures.flatMap(readSignature),
    text,
  };
}

/** A file of metadata that is not what its role demands. */
export function invalidMetadata(role: RoleName, problem: string) {
  return signatureError('tuf-metadata-invalid', `${role}.json is no metadata of TUF: ${problem}`, {
    hint: 'check the address of the mirror; if it is right, tell those who run it',
  });
}

const mostSignatures = 256;

function canonicalBytes(role: RoleName, signed: JsonObject): Buffer {
  try {
    return canonicalJson(signed);
  } catch (error) {
    throw invalidMetadata(role, messageOf(error));
  }
}

/** A signer who has not signed yet is listed with an empty signature. */
function readSignature(value: unknown): MetadataSignature[] {
  const keyId = asText(asObject(value)?.['keyid']);
  const hex = asText(asObject(value)?.['sig']) ?? '';
  if (keyId === undefined || hex.length % 2 !== 0 || !/^[0-9a-f]{2,4096}$/i.test(hex)) return [];
  return [{ keyId, bytes: Buffer.from(hex, 'hex') }];
}

/** "YYYY-MM-DDTHH:MM:SSZ" (TUF §4.2, "Date-time"), and a day that there is. */
function readTime(value: unknown): Date | undefined {
  const text = asText(value) ?? '';
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return undefined;
  const time = new Date(text);
  // A 31st of February would be taken for the 3rd of March.
  const isReal = !Number.isNaN(time.getTime()) && time.toISOString() === text.replace('Z', '.000Z');
  return isReal ? time : undefined;
}
