import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { asList, asObject, parseJson } from '#kit/narrow.ts';
import { hostileText } from '#documents/testing.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import { checkFormatNames, type CheckReport } from '#policy/reports/check-report.ts';
import { readReport } from '#policy/reports/read-report.ts';
import { verdictOf } from '#policy/verdict.ts';
import { github } from './github.ts';
import { checkFormats } from './index.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { sarif } from './sarif.ts';
import { table } from './table.ts';

test('every format is in the list, and every file a format', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => !file.includes('.test.') && file !== 'index.ts');
  assert.deepEqual(files.map((file) => file.replace('.ts', '')).toSorted(), [...checkFormatNames].toSorted());
  assert.deepEqual(
    checkFormats.map(({ name }) => name),
    checkFormatNames,
  );
});

const plain = { language: 'en', colour: false, all: false } as const;

/** A report of four outcomes, whose texts are all this one. */
function reportOf(text: string): CheckReport {
  const outcome = (rest: Partial<RuleOutcome>): RuleOutcome => ({
    policy: text,
    rule: text,
    image: { written: text, pointer: text },
    outcome: 'failed',
    mode: 'enforce',
    reason: reasonOf('unsigned', { image: text }, text),
    evidence: [{ what: text, value: { [text]: text } }],
    ...rest,
  });
  const outcomes = [
    outcome({}),
    outcome({ outcome: 'unknown', reason: reasonOf('evidence-unavailable', { problem: text }) }),
    outcome({ mode: 'audit' }),
    outcome({ outcome: 'passed', reason: reasonOf('passed') }),
  ];
  return {
    tool: { name: 'bulla', version: '1' },
    created: '2026-01-15T00:00:00.000Z',
    policies: [{ name: text, language: 'trust-policy', origin: text, remarks: [{ en: text, de: text }] }],
    checks: [{ subject: text, file: text, verdict: verdictOf(outcomes), positionOf: () => ({ line: 3, column: 7 }) }],
  };
}

test('no text breaks a line, a command, an element or a document', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const report = reportOf(text);
      const lines = github.write(report, plain).trimEnd().split('\n');
      assert.equal(lines.length, 3);
      for (const line of lines) assert.match(line, /^::(?:error|notice) file=[^:,]*,line=3,col=7,title=[^:,]*::/);
      const xml = junit.write(report, plain);
      assert.equal(xml.match(/<testcase /g)?.length, 4);
      assert.equal(xml.match(/<failure /g)?.length, 1);
      assert.equal(xml.match(/<error /g)?.length, 1);
      const log = asObject(parseJson(sarif.write(report, plain)));
      assert.equal(asList(asObject(asList(log?.['runs'])[0])?.['results']).length, 3);
      const shown = table.write(report, plain) + github.write(report, plain);
      // oxlint-disable-next-line no-control-regex -- these are the ones that must not be there
      assert.doesNotMatch(shown, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    }),
  );
});

test('what was written as JSON is read as it was, whatever its texts', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const written = json.write(reportOf(text), plain);
      const report = readReport(Buffer.from(written), 'file');
      assert.equal(json.write(report, plain).toWellFormed(), written.toWellFormed());
    }),
  );
});

test('any bytes are a report or a typed error', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      try {
        readReport(Buffer.from(JSON.stringify(value)), 'file');
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'policy-invalid');
      }
    }),
  );
});
