import { parseAllDocuments } from 'yaml';
import { formatBytes } from '#kit/amounts.ts';
import { messageOf } from '#kit/error.ts';
import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { policyError } from './errors.ts';
import type { PolicyDocument } from './policy.ts';

/** No set of policies is larger; bytes of a file, documents in it. */
const largestFile = 8 << 20;
const mostDocuments = 5000;

/**
 * Reads the documents of a file, YAML or JSON. Lists of Kubernetes (`kind: List`, `PolicyList`) are opened. A key that is there
 * twice is an error, because one of the two would be ignored.
 * @throws `policy-invalid`, `policy-too-large`
 */
export function readDocuments(text: string, file: string): readonly PolicyDocument[] {
  if (text.length > largestFile) {
    throw policyError('policy-too-large', `${file} has more than ${formatBytes(largestFile)}`, {
      hint: 'put policies into several files',
    });
  }
  const bodies = parse(text, file);
  if (bodies.length > mostDocuments) {
    throw policyError('policy-too-large', `${file} has more than ${mostDocuments} documents`, {
      hint: 'put policies into several files',
    });
  }
  return bodies.map((body, index) => ({ origin: bodies.length === 1 ? file : `${file}#${index + 1}`, body }));
}

function parse(text: string, file: string): readonly JsonObject[] {
  const bodies: JsonObject[] = [];
  try {
    for (const document of parseAllDocuments(text, { merge: true, logLevel: 'silent' })) {
      const [problem] = document.errors;
      if (problem !== undefined) throw problem;
      const value: unknown = document.toJS({ maxAliasCount: 1000 });
      if (value === null || value === undefined) continue;
      const body = asObject(value);
      if (body === undefined) throw new Error('it is not a document with fields');
      bodies.push(...opened(body));
    }
  } catch (error) {
    const [problem = ''] = messageOf(error).split('\n');
    throw policyError('policy-invalid', `${file} is not usable: ${problem}`, {
      hint: 'check the file as YAML or JSON',
    });
  }
  return bodies;
}

function opened(body: JsonObject): readonly JsonObject[] {
  const isList = (asText(body['kind']) ?? '').endsWith('List') && Array.isArray(body['items']);
  return isList ? asList(body['items']).map(itemOf) : [body];
}

function itemOf(item: unknown): JsonObject {
  const body = asObject(item);
  if (body === undefined) throw new Error('a list holds something that has no fields');
  return body;
}
