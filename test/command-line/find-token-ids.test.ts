import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findBrokenIds, findTokenIds, wordsIn } from '../../src/command-line/find-token-ids.ts';

const A = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
const B = 'b1ffcd88-8d1c-4fa9-9c7e-7cc8ce491b22';
const DASHES = [...'-‐‑‒–—―−⁃﹘﹣－⸺⸻'];

test.each([
  ['one per line', `${A}\n${B}`],
  ['with Windows line ends', `${A}\r\n${B}\r\n`],
  ['as CSV with a header', `id,description\n"${A}","a, b"\n${B};x`],
  ['as JSON', JSON.stringify({ ids: [A, { id: B }] })],
  ['as JSON in JSON', JSON.stringify({ line: JSON.stringify(`${A}\n${B}\n`) })],
  ['in addresses', `https://x.example/tokens/${A}?next=${B}#top`],
  ['in percent-encoded addresses', `https://x.example/?q=%22${A}%22%2F${B.replaceAll('-', '%2D')}`],
  ['in a link’s address and label', `<https://x.example/${A}|token ${B}>`],
  ['in code marks', `\`${A}\` and \`\`\`${B}\`\`\``],
  ['in angle brackets', `<${A}|${B}>`],
  ['in capitals', `${A.toUpperCase()} ${B.toUpperCase()}`],
  ['glued to other marks', `id=${A}/uuid:${B}.`],
  ['in names', `token_${A} pvc-${B}`],
  ['in a sentence without spaces', `トークン${A}と${B}を削除`],
  ['escaped as Slack escapes', `&lt;${A}&gt;&amp;${B}`],
  ['in full-width characters', `ａ０ｅｅｂｃ９９－９ｃ０ｂ－４ｅｆ８－ｂｂ６ｄ－６ｂｂ９ｂｄ３８０ａ１１ ${B}`],
  ['given again', `${A} ${B} ${A.toUpperCase()}`],
  ['with invisible characters inside', `${A.replaceAll('-', '\u200b-\u2060')} ${B}`],
])('finds IDs %s', (_how, text) => {
  expect(findTokenIds(text)).toEqual({ tokenIds: [A, B], secrets: false });
});

test.each(DASHES)('takes %s for the dash it was meant to be', (dash) => {
  expect(findTokenIds(`${A.replaceAll('-', dash)} ${dash}${B}`).tokenIds).toEqual([A, B]);
});

test.each([
  ['a part of a longer word', `${A}0 0${A} x${A} ${A}z`],
  ['digits without dashes', A.replaceAll('-', '')],
  ['other groups', 'a0eebc999-c0b-4ef8-bb6d-6bb9bd380a11'],
  ['letters that look like digits', A.replace('a', 'а')],
  ['nothing', ''],
])('finds none in %s', (_what, text) => {
  expect(findTokenIds(text).tokenIds).toEqual([]);
});

test.each([
  `apiv3_${'aB3dE5gH'.repeat(8)}`,
  `Authorization: Bearer ${'aB3dE5gH'.repeat(4)}`,
  `<https://x.example/?token=apiv1_${'aB3dE5gH'.repeat(8)}|a link>`,
  `ap"iv3_${'abcdefgh'.repeat(2)}`,
  `xoxb-1234567890-${'aB3dE5gH'.repeat(3)}`,
])('notices %s and keeps none of it', (text) => {
  const found = findTokenIds(`${A} ${text}`);

  expect(found).toEqual({ tokenIds: [A], secrets: true });
  expect(wordsIn(`${A} some ${text}`)).toEqual([]);
  expect(findBrokenIds(`${A.slice(1)} ${text}`)).toEqual([]);
});

test('an ID that is part of a secret is not taken out of it', () => {
  expect(findTokenIds(`apiv3_${A}`)).toEqual({ tokenIds: [], secrets: true });
});

test('an ID behind a secret in the same address is found, and nothing of the secret', () => {
  const secret = 'aB3dE5gH'.repeat(5);

  expect(findTokenIds(`https://grafana.example/d/${secret}/tokens/${A}`)).toEqual({ tokenIds: [A], secrets: true });
  expect(findTokenIds(`see ${secret}/${A}/${B}/x, apiv3_${secret}/${A}0`)).toEqual({ tokenIds: [A, B], secrets: true });
});

test('names words that are nearly IDs, and leaves everything else alone', () => {
  const missing = A.slice(0, -1);
  const homoglyph = A.replace('a', 'а');
  const prose = 'see incident-4711-2026-11-22, trace 4bf92f3577b34da6a3ce929d0e0e4736, 2026-11-22T10:00:00Z, don’t';

  expect(findBrokenIds(`${A} ${missing}, (${homoglyph}) ${missing} ${prose}`)).toEqual([missing, homoglyph]);
  expect(findBrokenIds(`${A}0`)).toEqual([`${A}0`]);
});

test('says the words of a text without IDs', () => {
  expect(wordsIn('foo, “bar” foo\n`baz`')).toEqual(['foo', 'bar', 'baz']);
});

const glue = fc.constantFrom(
  ' ',
  '\n',
  '\t',
  ',',
  ';',
  '"',
  "'",
  '`',
  '<',
  '>',
  '|',
  '/',
  '=',
  '&',
  ':',
  '(',
  '"]}',
  '、',
  '\\n',
);
const noise = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'ghijk -—.,;{}[]"\\/<|>&%#@\u200b\u202e🔥') }),
  fc.constantFrom('&lt;', '<!channel>', '<https://', '%2', '\\u12', 'apiv3_', '__proto__', '12345678-1234'),
);

test('finds every ID that stands between other things, in order, and invents none', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(noise, glue, fc.uuid(), glue, noise), { maxLength: 30 }), (parts) => {
      const text = parts.map(([before, one, id, two, after]) => `${before} ${one}${id}${two} ${after}`).join('\n');

      expect(findTokenIds(text).tokenIds).toEqual([...new Set(parts.map(([, , id]) => id))]);
    }),
    { numRuns: 2_000 },
  );
});

test('what is found in any text at all is a UUID that stands in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.uuid(), fc.string({ unit: 'binary' }), (before, id, after) => {
      for (const found of findTokenIds(`${before}${id}${after}`).tokenIds) expect(found).toBe(id);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ' ',
  '-',
  'a',
  '<',
  '<https://',
  '%2D',
  '\\u',
  'a0eebc99-',
  `${A}`,
  `${A} `,
  'apiv3_',
  'Bearer ',
  'eyJ.',
  '&amp;',
  'a-',
])('a megabyte of %j is read within the time of a test', (shape) => {
  const flood = shape.repeat(1_000_000 / shape.length);

  expect(findTokenIds(flood).tokenIds.length).toBeLessThanOrEqual(1);
  expect(findBrokenIds(flood)).toEqual([]);
});
