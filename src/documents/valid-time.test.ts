import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validTime } from './valid-time.ts';

test('times of RFC 3339 stay as they are', () => {
  const times = [
    '2026-02-28T23:59:59Z',
    '2024-02-29T00:00:00.123456789+14:00',
    '0001-01-01T00:00:00Z',
    '1970-01-01T00:00:00-00:00',
  ];
  for (const time of times) assert.equal(validTime(time), time);
});

test('anything else is no time', () => {
  const others = [
    '',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-00T00:00:00Z',
    '2026-01-01',
    '2026-01-01T24:00:00Z',
  ];
  for (const time of [
    undefined,
    ...others,
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00Z',
    '2026-01-01T00:00:00Z\n',
    'yesterday',
  ]) {
    assert.equal(validTime(time), undefined, String(time));
  }
});
