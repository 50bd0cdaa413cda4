import { createHash } from 'node:crypto';
import { asCount, asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { asBase64 } from '#signatures/bundle/wire.ts';
import { envelopeOf } from '#signatures/bundle/write-bundle.ts';
import type { InclusionProof, LogEntry, Signed } from '#signatures/signed.ts';
import { askService, noAnswer, type Patience } from './request.ts';

/**
 * Publishes a signature in a transparency log of Rekor's first version (rekor, openapi.yaml): a statement as `dsse`, anything else
 * as the digest of what was signed. What is there already is found, and is as good.
 *
 * @param bytes what the signature is over
 * @param verifier the certificate or the key that verifies it, PEM
 * @throws `service-unreachable`, `service-failed`, `service-invalid`
 */
export async function publishInRekor(
  url: string,
  signed: Signed,
  bytes: Buffer,
  verifier: string,
  patience?: Patience,
): Promise<LogEntry> {
  const endpoint = `${url.replace(/\/+$/, '')}/api/v1/log/entries`;
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const body = JSON.stringify(proposalFor(signed, bytes, Buffer.from(verifier).toString('base64')));
  const answer = await askService({ url: endpoint, headers, body, accept: [409] }, patience);
  if (answer.status !== 409) return readEntry(answer.body, url);
  // The path of the entry that is there; never an address of somebody else's.
  const uuid = /\/api\/v1\/log\/entries\/([0-9a-f]{64,80})$/.exec(answer.location ?? '')?.[1];
  if (uuid === undefined) throw noAnswer(url, 'it has such an entry, and does not say where');
  return readEntry((await askService({ url: `${endpoint}/${uuid}`, method: 'GET', headers }, patience)).body, url);
}

function proposalFor({ content, signature }: Signed, bytes: Buffer, publicKey: string): object {
  if (content.kind === 'dsse') {
    const envelope = JSON.stringify(envelopeOf(content, signature));
    return { apiVersion: '0.0.1', kind: 'dsse', spec: { proposedContent: { envelope, verifiers: [publicKey] } } };
  }
  const value = createHash('sha256').update(bytes).digest('hex');
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value } },
      signature: { content: signature.toString('base64'), publicKey: { content: publicKey } },
    },
  };
}

function readEntry(answer: Buffer, url: string): LogEntry {
  const [entry] = Object.values(asObject(parseJson(answer)) ?? {}).map(asObject);
  const verification = asObject(entry?.['verification']);
  const body = asBase64(entry?.['body']);
  const said = body === undefined ? undefined : asObject(parseJson(body));
  const logId = asText(entry?.['logID']) ?? '';
  const index = asCount(entry?.['logIndex']);
  const integratedTime = asCount(entry?.['integratedTime']);
  if (
    body === undefined ||
    said === undefined ||
    index === undefined ||
    integratedTime === undefined ||
    !/^[0-9a-f]{64}$/.test(logId)
  ) {
    throw noAnswer(url, 'it has no entry of a log');
  }
  const proof = asObject(verification?.['inclusionProof']);
  return {
    logId: Buffer.from(logId, 'hex'),
    index: BigInt(index),
    integratedTime,
    kind: asText(said['kind']) ?? '',
    version: asText(said['apiVersion']) ?? '',
    body,
    promise: asBase64(verification?.['signedEntryTimestamp']),
    proof: proof === undefined ? undefined : readProof(proof),
  };
}

/** Here hashes are hexadecimal, elsewhere base64. */
function readProof(proof: JsonObject): InclusionProof {
  const hex = (value: unknown) => Buffer.from(asText(value) ?? '', 'hex');
  return {
    index: BigInt(asCount(proof['logIndex']) ?? 0),
    size: BigInt(asCount(proof['treeSize']) ?? 0),
    root: hex(proof['rootHash']),
    hashes: asList(proof['hashes']).map(hex),
    checkpoint: asText(proof['checkpoint']),
  };
}
