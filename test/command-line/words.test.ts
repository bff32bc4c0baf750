import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitWords } from '../../src/command-line/words.ts';

const word = (text: string) => ({ text, quoted: false });
const quoted = (text: string) => ({ text, quoted: true });

describe('splitting', () => {
  test.each([
    ['', []],
    [' ,;` ', []],
    ['a b,c;d`e`', ['a', 'b', 'c', 'd', 'e'].map(word)],
    [`"a b" 'c d'`, [quoted('a b'), quoted('c d')]],
    ['"" x', [quoted(''), word('x')]],
    ["don't 5\" a'b'", [word("don't"), word('5"'), word("a'b'")]],
    [`'don't' 'it's so'`, [quoted("don't"), quoted("it's so")]],
    [`"a 'b' c"`, [quoted("a 'b' c")]],
    ['"a","b"', [quoted('a'), quoted('b')]],
    ['--reason="a b" c', [word('--reason=a b'), word('c')]],
    ['--reason="" c', [word('--reason='), word('c')]],
    ['-x=\'a "b" c\'', [word('-x=a "b" c')]],
    ['key="a b"', [word('key="a'), word('b"')]],
    ['--a=b="c d"', [word('--a=b="c'), word('d"')]],
  ])('%s', (text, words) => {
    expect(splitWords(text)).toEqual({ words });
  });

  test.each([
    ['"a b', 'a b'],
    ['a "', ''],
    [`--reason='it's so`, "it's so"],
    ['"a"b c', 'a"b c'],
  ])('%s has a quotation mark that is never closed', (text, unclosed) => {
    expect(splitWords(text)).toEqual({ unclosed });
  });

  test('loses nothing but separators and the quotation marks that it opened', () => {
    const piece = fc.string({ unit: fc.constantFrom(...'abc-=\'"') });
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const split = splitWords(pieces.join(' '));
        if ('unclosed' in split) return;
        const letters = (text: string) => text.replace(/[^abc=-]/g, '');

        expect(letters(split.words.map(({ text }) => text).join(''))).toBe(letters(pieces.join('')));
      }),
    );
  });
});
