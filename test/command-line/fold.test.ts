import { describe, expect, test } from 'vitest';
import { fold, strangeCharacter } from '../../src/command-line/fold.ts';

/** Every character that Unicode gives this property. */
function characters(property: RegExp): readonly string[] {
  const all: string[] = [];
  for (let point = 1; point <= 0x10_ffff; point += 1) {
    const character = String.fromCodePoint(point);
    if (property.test(character)) all.push(character);
  }
  return all;
}

const foldedTo = (all: readonly string[]) => new Set(all.map((character) => fold(character).text));

describe('folding', () => {
  test('makes a hyphen of every dash', () => {
    const dashes = characters(/\p{Dash_Punctuation}/u);

    expect(dashes.length).toBeGreaterThanOrEqual(25);
    expect(foldedTo([...dashes, '\u2212', '\u2043', '\u02d7'])).toEqual(new Set(['-']));
  });

  test('makes a space of every space, line end and control', () => {
    const spaces = characters(/\p{Space_Separator}|\p{Line_Separator}|\p{Paragraph_Separator}|\p{Control}/u);

    expect(spaces.length).toBeGreaterThanOrEqual(34);
    expect(foldedTo([...spaces, '\u2800', '\u3164', '\uffa0'])).toEqual(new Set([' ']));
  });

  test('makes a quotation mark of every quotation mark', () => {
    const marks = characters(/\p{Quotation_Mark}/u);

    expect(marks.length).toBeGreaterThanOrEqual(22);
    expect(foldedTo([...marks, '′', '″', '´', '❝', '❞'])).toEqual(new Set(["'", '"']));
    expect(fold('“a” ‘b’ „c“ «d» ‹e› ＂f＂ ＇g＇').text).toBe(`"a" 'b' "c" "d" 'e' "f" 'g'`);
  });

  test('takes invisible characters away', () => {
    const invisible = characters(/\p{Format}|\p{Variation_Selector}/u);

    expect(foldedTo(invisible)).toEqual(new Set(['']));
    expect(fold('to\u200bken\ufeff \u200ere\u00advoke').text).toBe('token revoke');
  });

  test('makes plain characters of full-width ones, and of nothing else', () => {
    expect(fold('－－ｆｏｒｃｅ＝“ａｂｃ１２３”，；').text).toBe('--force="abc123",;');
    expect(fold('аＡ𝐚ⅳ①').text).toBe('аA𝐚ⅳ①');
  });

  test.each([
    ['<https://example.com/x|example.com/x>', 'example.com/x'],
    ['<https://example.com/x>', 'https://example.com/x'],
    ['<https://example.com/x|>', 'https://example.com/x'],
    ['<mailto:a@example.com|a@example.com>', 'a@example.com'],
    ['<@U0123ABCD|alice> <#C0123ABCD|general> <!here>', '@U0123ABCD general !here'],
    ['&lt;TOKEN_ID&gt; &amp; &quot;', '<TOKEN_ID> & &quot;'],
    ['&amp;lt;', '&lt;'],
    ['<TOKEN_ID> a < b > c', '<TOKEN_ID> a < b > c'],
  ])('reads %s as %s', (typed, meant) => {
    expect(fold(typed).text).toBe(meant);
  });

  test.each([...'\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'])(
    'names the first control that reorders text',
    (control) => {
      const name = `U+${control.charCodeAt(0).toString(16).toUpperCase()}`;

      expect(fold(`ab🔥${control}c\u202e`)).toEqual({ text: 'ab🔥c', reordered: { position: 4, character: name } });
    },
  );

  test('lets marks of direction pass: a keyboard for Arabic or Hebrew types them', () => {
    expect(fold('\u200etoken\u200f \u061crevoke')).toEqual({ text: 'token revoke', reordered: undefined });
  });
});

test('a character that is no plain ASCII is named with its place', () => {
  expect(strangeCharacter('token')).toBeUndefined();
  expect(strangeCharacter('tоken')).toEqual({ position: 2, character: 'U+043E' });
  expect(strangeCharacter('🔥x')).toEqual({ position: 1, character: 'U+1F525' });
});
