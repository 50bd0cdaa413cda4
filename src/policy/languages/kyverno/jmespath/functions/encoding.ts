import { createHash } from 'node:crypto';
import { parseDocument, type Tags } from 'yaml';
import { parseJson } from '#kit/narrow.ts';
import { define, failure, text, type JmesFunction } from './define.ts';

/** Functions that read and write other forms of text, and hashes. */
export const encoding: Readonly<Record<string, JmesFunction>> = {
  base64_decode: define([text], ([value]) => {
    const plain = value.replaceAll(/[\r\n]/g, '');
    if (plain.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) throw failure('it is no base64');
    return Buffer.from(plain, 'base64').toString('utf8');
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

/** YAML 1.1, in which `yes` is true and `010` is eight, but without its times and dates. */
function parseYaml(value: string, take: (length: number) => void): unknown {
  if (value.length > largestYaml) throw failure('the YAML is too large');
  const document = parseDocument(value, {
    logLevel: 'silent',
    version: '1.1',
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !isOther(tag)).map(withDigits),
  });
  const [problem] = document.errors;
  if (problem !== undefined) throw failure('it is no YAML');
  const parsed: unknown = document.toJS({ maxAliasCount: 100 });
  const written = JSON.stringify(parsed, onlyFinite) ?? 'null';
  take(written.length);
  return JSON.parse(written) as unknown;
}

function isOther({ tag, format }: { readonly tag: string; readonly format?: string }): boolean {
  return format === 'TIME' || /:(?:timestamp|binary)$/.test(tag);
}

/** The form of numbers that would take a single point for one, without that. */
function withDigits(tag: Tags[number]): Tags[number] {
  if (typeof tag !== 'object' || tag.collection !== undefined) return tag;
  const takesPoint = tag.tag.endsWith(':float') && tag.test?.test('.') === true;
  return takesPoint ? { ...tag, test: /^[-+]?(?:\d[\d_]*\.[\d_]*|\.\d[\d_]*)$/ } : tag;
}

function onlyFinite(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw failure('JSON has no such number');
  return value;
}
