import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clean, escapeMrkdwn, isPlain } from '../../../handlers/messages/untrusted.ts';
import { reachOf } from '../../../sandbox/slack/mentions.ts';
import { readMrkdwn } from '../../../sandbox/slack/mrkdwn.ts';
import { NASTY, nastyText } from './nasty.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const count = (text: string) => [...graphemes.segment(text)].length;

describe('text that is cleaned', () => {
  test.each([
    ['words as they are', 'telegraf on host 7', 'telegraf on host 7'],
    ['one line', 'a\nb\r\nc\u2028d\te', 'a b c d e'],
    ['no escape sequences', 'a\u001B[31mb\u009B2J', 'a [31mb 2J'],
    ['no reordering', '\u202Egpj.exe\u202C', 'gpj.exe'],
    ['nothing hidden', 'pro\u200Bd\u00ADuct\uFEFFion', 'pro d uct ion'],
    ['nothing that looks like nothing', '\u3164\u2800\u115F', ''],
    ['letters of every script', '漢字 Ω ё ﷺ', '漢字 Ω ё ﷺ'],
    ['marks as text', '*a* <!channel>', '*a* <!channel>'],
  ])('keeps %s', (_what, text, cleaned) => {
    expect(clean(text, 80)).toBe(cleaned);
  });

  test('is cut by characters as people count them, and says so', () => {
    expect(clean('🇩🇪🇫🇷🇮🇹🇪🇸', 4)).toBe('🇩🇪🇫🇷🇮🇹🇪🇸');
    expect(clean('🇩🇪🇫🇷🇮🇹🇪🇸', 3)).toBe('🇩🇪🇫🇷…');
    expect(clean('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
    expect(clean('12345', 5)).toBe('12345');
    expect(clean('123456', 5)).toBe('1234…');
  });

  test('is bounded though one character can be as long as it likes', () => {
    const storm = `Z${'\u0341'.repeat(4_000)}`;

    expect(clean(storm, 80).length).toBeLessThan(400);
    expect(clean(`ab${storm}`, 80)).toBe('ab…');
  });

  test('invariant 9: is one visible line of at most so many characters, and never half a character', () => {
    fc.assert(
      fc.property(nastyText, fc.integer({ min: 1, max: 100 }), (text, maximum) => {
        const cleaned = clean(text, maximum);

        expect(isPlain(cleaned)).toBe(true);
        expect(cleaned).toBe(cleaned.trim());
        expect(count(cleaned)).toBeLessThanOrEqual(maximum);
        expect(cleaned.length).toBeLessThanOrEqual(maximum * 4 + 1);
        expect(cleaned.isWellFormed()).toBe(true);
      }),
    );
  });

  test('stays as it is when it is cleaned again', () => {
    fc.assert(
      fc.property(nastyText, fc.integer({ min: 1, max: 100 }), (text, maximum) => {
        expect(clean(clean(text, maximum), maximum)).toBe(clean(text, maximum));
      }),
    );
  });

  test('takes no more time for a megabyte', () => {
    expect(clean('\u0341a\u200B'.repeat(400_000), 80).length).toBeLessThan(400);
  });
});

describe('text where Slack reads mrkdwn', () => {
  /** What a reader would see, were it bold or a mention. */
  const screen = {
    nameOf: (id: string) => `[${id}]`,
    bold: (text: string) => `[bold ${text}]`,
    timeZone: 'UTC',
    now: new Date(0),
  };

  test.each(Object.entries(NASTY))('reaches nobody and formats nothing: %s', (_name, text) => {
    expect(reachOf(escapeMrkdwn(text), [])).toEqual({ mentions: [], links: [] });
  });

  test('has its entities escaped', () => {
    expect(escapeMrkdwn('<a> & &lt;')).toBe('&lt;a&gt; &amp; &amp;lt;');
  });

  test('invariant 9: is read as it was written, whatever it holds', () => {
    const line = nastyText.map((text) => clean(text, 300)).filter((text) => text !== '');
    fc.assert(
      fc.property(line, (text) => {
        // The sandbox takes any two backticks for code, also where Slack would not.
        expect(readMrkdwn(escapeMrkdwn(text.replaceAll('`', '')), screen).replaceAll('\u2060', '')).toBe(
          text.replaceAll('`', ''),
        );
        expect(reachOf(escapeMrkdwn(text), [])).toEqual({ mentions: [], links: [] });
      }),
      { numRuns: 500 },
    );
  });
});

describe('text is plain', () => {
  test.each(['telegraf', '漢字', "it's $(fine)", '*'])(
    'when nothing in it is hidden or controls anything: %s',
    (text) => {
      expect(isPlain(text)).toBe(true);
    },
  );

  test.each(['a\nb', 'a\u001B[A', '\u202E', 'a\u200Bb', '\u0000', '\u0085', '\u2800'])('but not %j', (text) => {
    expect(isPlain(text)).toBe(false);
  });
});
