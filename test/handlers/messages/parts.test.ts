import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitted } from '../../../handlers/messages/fitted.ts';
import {
  buttons,
  code,
  compose,
  fitting,
  heading,
  lines,
  list,
  type Message,
  paragraph,
  prefixed,
} from '../../../handlers/messages/parts.ts';
import { filled, NASTY, nastyText } from './nasty.ts';
import { expectTaken, shownBy, spoken } from './slack-takes.ts';

const rows = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => filled(`row ${index} `, length));

describe('a part', () => {
  test('of every kind is taken by Slack, and said to who does not see', () => {
    const message = compose(
      heading('profile'),
      paragraph('one ', { bold: 'bold' }, ' ', { code: 'code' }, '', { person: 'U0BOB' }, ' ', {
        time: new Date('2026-11-22T03:15:42Z'),
        format: '{time}',
      }),
      paragraph({ link: 'a page', url: 'https://docs.influxdata.com/' }),
      list([['first'], [{ bold: 'second' }, '', ' row']]),
      lines(['a', 'b']),
      code(['ls']),
      buttons({ action: 'cancel_plan', text: 'Cancel', value: 'id', label: 'Cancel it' }),
    );

    expectTaken(message, { mentions: ['U0BOB'], links: ['https://docs.influxdata.com/'] });
    expect(spoken(message).split('\n')).toEqual([
      'profile',
      'one bold code<@U0BOB> <!date^1795317342^{time}|2026-11-22 03:15 UTC>',
      '<https://docs.influxdata.com/|a page>',
      '• first',
      '• second row',
      'a',
      'b',
      'ls',
    ]);
  });

  test.each([
    '/influx token revoke [--profile NAME] <TOKEN_ID> [<TOKEN_ID_N>...]',
    "influxctl --profile 'a & b' token create --write-database 'app_metrics' 'telegraf'",
    '  "id": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",',
  ])('of code is said to the letter: %s', (row) => {
    const { text } = code([row]);

    expect(text).toBe(row.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
  });

  test.each([
    "--read-database '*'",
    "--expires-at '2031-02-01T00:00:00.000Z'",
    '`a`',
    '_a_',
    '~a~',
    ':key:',
    'a@b',
    '#a',
  ])('of code with marks in it is not said, rather than with something that breaks it when pasted: %s', (row) => {
    expect(code(['ls', row]).text).toBe('The lines to copy are in the message itself.');
  });

  test('that is left out leaves no trace', () => {
    expect(compose(paragraph('a'), undefined, list([]), lines([]), code([]), paragraph('b'))).toEqual(
      compose(paragraph('a'), paragraph('b')),
    );
  });

  test('without words is not one', () => {
    expect(lines(['']).blocks).toEqual([]);
    expect(lines(['', 'a', '', 'b']).blocks).toHaveLength(1);
  });

  test('invariant 9: of whatever words pings nobody and leads nowhere', () => {
    fc.assert(
      fc.property(
        nastyText.filter((text) => text.trim() !== ''),
        (text) => {
          const visible = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u3164\u115F\u2800]/gu, '.');
          expectTaken(
            compose(
              paragraph(visible, { bold: visible }, { code: visible }),
              list([[visible]]),
              lines([visible]),
              code([visible]),
            ),
          );
        },
      ),
    );
  });
});

describe('rows', () => {
  test('go into as few blocks as take them', () => {
    expect(lines(rows(100, 20)).blocks).toHaveLength(1);
    expect(lines(rows(100, 100)).blocks).toHaveLength(4);
    expect(code(rows(20, 2_800)).blocks).toHaveLength(20);
  });

  test('longer than a block go on in the next, and no character is lost or cut in two', () => {
    for (const text of [NASTY.words, NASTY.families, NASTY.wide]) {
      const row = filled(text, 10_001).toWellFormed();
      const message = compose(lines([row]));

      expect(shownBy(message).replaceAll('\n', '')).toBe(row);
      expect(shownBy(message).isWellFormed()).toBe(true);
    }
  });

  test('are counted as far as they fit into so many blocks', () => {
    expect(fitting(rows(10, 2_000), 4)).toBe(4);
    expect(fitting(rows(10, 1_000), 4)).toBe(8);
    expect(fitting(rows(10, 10), 4)).toBe(10);
    expect(fitting([], 4)).toBe(0);
    expect(code(rows(10, 1_000).slice(0, fitting(rows(10, 1_000), 4))).blocks).toHaveLength(4);
  });
});

describe('a message that says too much', () => {
  test('says the longest in brief, and the rest in full', () => {
    const many = rows(100, 300);
    const message = compose(paragraph('before'), lines(many), code(rows(40, 800)), lines(rows(5, 100)));

    expectTaken(message);
    expect(spoken(message)).toContain('The lines to copy are in the message itself.');
    for (const row of many) expect(spoken(message)).toContain(row);
    for (const row of rows(40, 800)) expect(shownBy(message)).toContain(row);
  });

  test('keeps the beginning of each row', () => {
    const message = compose(
      lines(rows(100, 500)),
      list(rows(20, 900).map((row) => [{ bold: row }, { code: 'the ID' }, ': revoked'])),
    );

    for (let index = 0; index < 100; index += 1) expect(spoken(message)).toContain(`row ${index} `);
    expect(message.text.length).toBeLessThan(40_000);
  });
});

describe('a sentence before a message', () => {
  test('comes first, for the eye and for the ear', () => {
    const message = prefixed('Sent again.', compose(paragraph('a'), lines(['b'])));

    expect(shownBy(message).split('\n')).toEqual(['Sent again.', 'a', 'b']);
    expect(spoken(message).split('\n')).toEqual(['Sent again.', 'a', 'b']);
  });

  test('takes the room of words, not of buttons', () => {
    const button = buttons({ action: 'cancel_plan', text: 'Cancel', value: 'id', label: 'Cancel it' });
    const full = compose(...rows(60, 10).map((row) => paragraph(row)), button);

    const message = prefixed('Sent again.', full);

    for (const { blocks } of [full, message]) {
      expect(blocks).toHaveLength(50);
      expect(blocks.at(-1)?.type).toBe('actions');
    }
    expect(shownBy(message)).toMatch(/^Sent again\.\nrow 0/);
  });
});

describe('a direct message', () => {
  const large: Message = compose(
    heading('profile'),
    lines(rows(2, 2_900)),
    code(rows(4, 2_700)),
    buttons({ action: 'cancel_plan', text: 'Cancel', value: 'id', label: 'Cancel it' }),
  );

  test('that is short enough stays as it is', () => {
    const message = compose(lines(rows(50, 100)));

    expect(fitted(message)).toBe(message);
  });

  test('loses lines to copy first, and says so; its text still says all', () => {
    const direct = fitted(large);

    expect(direct.blocks.map(({ type }) => type)).toEqual([
      'header',
      'section',
      'section',
      'rich_text',
      'actions',
      'rich_text',
    ]);
    expect(shownBy(direct)).toMatch(/Not all lines fit into a direct message\.$/);
    expect(direct.text).toBe(`${large.text}\nNot all lines fit into a direct message.`);
  });

  const cut = (danger: boolean) =>
    fitted(
      compose(
        heading('profile'),
        lines(rows(300, 100)),
        buttons({ action: 'any', text: 'Press', value: 'id', label: 'Press it', danger }),
      ),
    );

  test('invariant 5: where rows are lost nothing can be confirmed, and it says what to do', () => {
    const direct = cut(true);

    expectTaken(direct);
    expect(shownBy(direct)).toMatch(/^profile\n/);
    expect(shownBy(direct)).not.toContain('Press');
    expect(shownBy(direct)).toContain('Type the command again to see all of it.');
  });

  test('keeps buttons that confirm nothing, where rows are lost', () => {
    const direct = cut(false);

    expectTaken(direct);
    expect(shownBy(direct)).toContain('Press');
    expect(shownBy(direct)).toContain('Not all lines fit into a direct message.');
  });
});
