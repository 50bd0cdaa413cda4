import { test } from 'node:test';
import fc from 'fast-check';
import { cran } from './cran.ts';
import {
  assertAgreesWith,
  assertAscending,
  assertOrdered,
  assertTotalOrder,
  assertUnreadable,
  commandOracle,
} from './testing.ts';

test('cran orders numbers', () => {
  assertAscending(cran, [
    '0.75',
    '0.75-1',
    '0.75.2',
    '0.75-10',
    '1',
    '1.0',
    '1.0.0',
    '1.1',
    '1.9',
    '1.10',
    '1.20230101',
  ]);
  assertOrdered(cran, [
    ['1.0-1', '=', '1.0.1'],
    ['0.01.0', '=', '0.1-0'],
    ['0.9', '<', '0.75'],
    ['1.2147483647', '>', '1.2147483646'],
  ]);
});

test('cran refuses what R refuses', () => {
  assertUnreadable(cran, ['', ' ', ' 1.0', '1.0\n'], 'v1.0 1. .1 1..2 1.-2 -1 1.a 1.0a 1_0 1.0+1 1.2147483648');
});

test('cran versions are totally ordered', () => {
  assertTotalOrder(cran, versionText);
});

test('cran agrees with R', (t) => {
  const script = `
    readable <- function(text) {
      parts <- suppressWarnings(unclass(numeric_version(text, strict = FALSE))[[1L]])
      length(parts) > 0L && !anyNA(parts)
    }
    for (line in readLines(file("stdin"))) {
      pair <- strsplit(line, "\\t", fixed = TRUE)[[1L]]
      if (readable(pair[1L]) && readable(pair[2L])) {
        writeLines(c("<", "=", ">")[compareVersion(pair[1L], pair[2L]) + 2])
      } else writeLines("?")
    }`;
  assertAgreesWith(t, commandOracle('R', 'Rscript', '-e', script), cran, versionText, 500);
});

const versionText = fc.stringMatching(/^([0-2]|10|01)([.-]([0-2]|10|2147483648)){0,3}[.a]?$/);
