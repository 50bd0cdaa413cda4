import { createHash, createPublicKey, verify } from 'node:crypto';
import { json } from '@sigstore/core';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { algorithmOf } from '#signatures/box/algorithm.ts';
import type { EntryBody } from '#signatures/box/entry.ts';
import { preAuthEncoding } from '#signatures/box/envelope.ts';
import type { Log, LogEntry, LogFault } from '#signatures/box/log.ts';
import { badRequest, type Reply } from './reply.ts';

/** Rekor's first API over a log: `POST` and `GET /api/v1/log/entries` (rekor, openapi.yaml). */
export interface RekorApi {
  /** Adds a proposed entry; one that is there already is refused with its place. */
  add(body: Buffer, now: Date, fault?: LogFault): Reply;
  get(uuid: string): Reply;
}

/**
 * Makes the API. Envelopes are verified; signatures over digests are not, since the digest is all that is known of what was
 * signed. Proposals may be `hashedrekord` 0.0.1, `dsse` 0.0.1 or `intoto` 0.0.2.
 */
export function createRekorApi(log: Log): RekorApi {
  const entries = new Map<string, unknown>();
  const place = (uuid: string): string => `/api/v1/log/entries/${uuid}`;
  return {
    add(body, now, fault) {
      const proposed = asObject(parseJson(body));
      const entry = proposed === undefined ? undefined : bodyOf(proposed);
      if (entry === undefined) return badRequest('the proposed entry is not valid');
      const leaf = Buffer.from(json.canonicalize(entry));
      const uuid =
        log.id.subarray(0, 8).toString('hex') + createHash('sha256').update(Buffer.of(0)).update(leaf).digest('hex');
      if (entries.has(uuid)) {
        return {
          status: 409,
          message: 'an equivalent entry already exists in the transparency log',
          headers: { location: place(uuid) },
        };
      }
      entries.set(uuid, { [uuid]: writtenBy(log, log.add(entry, now, fault)) });
      // Clients find the entry in the answer by its tag.
      return { status: 201, json: entries.get(uuid), headers: { location: place(uuid), etag: uuid } };
    },
    get(uuid) {
      const found = entries.get(uuid);
      return found === undefined ? { status: 404, message: 'no such entry' } : { status: 200, json: found };
    },
  };
}

/** An entry as this API writes it: hashes are hexadecimal, and its evidence stands apart. */
function writtenBy(log: Log, entry: LogEntry): unknown {
  const { inclusionProof: proof, inclusionPromise: promise } = entry;
  const hex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');
  return {
    body: entry.canonicalizedBody,
    integratedTime: Number(entry.integratedTime),
    logID: log.id.toString('hex'),
    logIndex: Number(entry.logIndex),
    verification: {
      ...(promise === undefined ? {} : { signedEntryTimestamp: promise.signedEntryTimestamp }),
      ...(proof === undefined
        ? {}
        : {
            inclusionProof: {
              checkpoint: proof.checkpoint.envelope,
              hashes: proof.hashes.map(hex),
              logIndex: Number(proof.logIndex),
              rootHash: hex(proof.rootHash),
              treeSize: Number(proof.treeSize),
            },
          }),
    },
  };
}

/** What is logged of a proposal, or nothing if it is not a valid one. */
function bodyOf({ kind, apiVersion, spec: proposed }: JsonObject): EntryBody | undefined {
  const spec = asObject(proposed);
  switch (`${asText(kind) ?? ''} ${asText(apiVersion) ?? ''}`) {
    case 'hashedrekord 0.0.1':
      return hashedrekord(spec);
    case 'dsse 0.0.1':
      return dsse(asObject(spec?.['proposedContent']));
    case 'intoto 0.0.2':
      return intoto(asObject(spec?.['content']));
    default:
      return undefined;
  }
}

function hashedrekord(spec: JsonObject | undefined): EntryBody | undefined {
  const hash = asObject(asObject(spec?.['data'])?.['hash']);
  const signature = asObject(spec?.['signature']);
  const [algorithm, value] = [asText(hash?.['algorithm']), asText(hash?.['value'])];
  const [content, key] = [asText(signature?.['content']), asText(asObject(signature?.['publicKey'])?.['content'])];
  if (algorithm === undefined || value === undefined || content === undefined || key === undefined) return undefined;
  const logged = { data: { hash: { algorithm, value } }, signature: { content, publicKey: { content: key } } };
  return { apiVersion: '0.0.1', kind: 'hashedrekord', spec: logged };
}

function dsse(proposed: JsonObject | undefined): EntryBody | undefined {
  const text = asText(proposed?.['envelope']) ?? '';
  const envelope = asObject(parseJson(text));
  const verifier = asText(asList(proposed?.['verifiers'])[0]) ?? '';
  const payload = Buffer.from(asText(envelope?.['payload']) ?? '', 'base64');
  const signature = asText(asObject(asList(envelope?.['signatures'])[0])?.['sig']) ?? '';
  if (!isSigned(asText(envelope?.['payloadType']) ?? '', payload, signature, verifier)) return undefined;
  const spec = {
    envelopeHash: sha256(Buffer.from(text)),
    payloadHash: sha256(payload),
    signatures: [{ signature, verifier }],
  };
  return { apiVersion: '0.0.1', kind: 'dsse', spec };
}

function intoto(content: JsonObject | undefined): EntryBody | undefined {
  const envelope = asObject(content?.['envelope']);
  const payloadType = asText(envelope?.['payloadType']) ?? '';
  const payload = decoded(decoded(envelope?.['payload']).toString());
  const signed = asObject(asList(envelope?.['signatures'])[0]);
  const publicKey = asText(signed?.['publicKey']) ?? '';
  if (!isSigned(payloadType, payload, decoded(signed?.['sig']).toString(), publicKey)) return undefined;
  const recorded = { payloadType, signatures: [{ publicKey, sig: asText(signed?.['sig']) }] };
  const spec = { content: { envelope: recorded, hash: content?.['hash'], payloadHash: sha256(payload) } };
  return { apiVersion: '0.0.2', kind: 'intoto', spec };
}

function isSigned(payloadType: string, payload: Buffer, signature: string, verifier: string): boolean {
  try {
    const key = createPublicKey(decoded(verifier));
    return verify(
      algorithmOf(key).hash ?? null,
      preAuthEncoding({ payloadType, payload }),
      key,
      Buffer.from(signature, 'base64'),
    );
  } catch {
    return false;
  }
}

function decoded(base64: unknown): Buffer {
  return Buffer.from(asText(base64) ?? '', 'base64');
}

function sha256(bytes: Uint8Array): { readonly algorithm: 'sha256'; readonly value: string } {
  return { algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') };
}
