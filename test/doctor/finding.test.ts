import { expect, test } from 'vitest';
import { findingLine, notOk, ok, summary } from '../../src/doctor/finding.ts';

test('a finding is one line, which begins with whether it is ok', () => {
  expect(findingLine(ok('the store'))).toBe('ok the store');
  expect(findingLine(notOk('the store:\n  gone.\n'))).toBe('not ok the store: gone. ');
});

test.each([
  [[ok('a'), ok('b')], 'All of these 2 are ok.'],
  [[ok('a'), notOk('b')], '1 of these 2 is not ok.'],
  [[notOk('a'), notOk('b')], '2 of these 2 are not ok.'],
])('%j: %s', (findings, text) => {
  expect(summary(findings)).toBe(text);
});
