import { createHash } from 'node:crypto';
import { parseDocument } from 'yaml';
import { parseJson } from '#kit/narrow.ts';
import { define, failure, text, type JmesFunction } from './define.ts';

/** Functions that read and write other forms of text, and hashes. */
export const encoding: Readonly<Record<string, JmesFunction>> = {
  base64_decode: define([text], ([value]) => {
    if (value.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw failure('it is no base64');
    return Buffer.from(value, 'base64').toString('utf8');
  }),
  base64_encode: define([text], ([value]) => Buffer.from(value, 'utf8').toString('base64')),
  parse_json: define([text], ([value]) => {
    const parsed = parseJson(value);
    if (parsed === undefined) throw failure('it is no JSON');
    return parsed;
  }),
  parse_yaml: define([text], ([value], { budget }) => parseYaml(value, (length) => budget.take(length))),
  sha256: define([text], ([value]) => createHash('sha256').update(value).digest('hex')),
  sha1: define([text], ([value]) => createHash('sha1').update(value).digest('hex')),
  md5: define([text], ([value]) => createHash('md5').update(value).digest('hex')),
};

const largestYaml = 1 << 20;

function parseYaml(value: string, take: (length: number) => void): unknown {
  if (value.length > largestYaml) throw failure('the YAML is too large');
  const document = parseDocument(value, { logLevel: 'silent' });
  const [problem] = document.errors;
  if (problem !== undefined) throw failure('it is no YAML');
  const parsed: unknown = document.toJS({ maxAliasCount: 100 });
  const written = JSON.stringify(parsed) ?? 'null';
  take(written.length);
  return JSON.parse(written) as unknown;
}
