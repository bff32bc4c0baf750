import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitted } from '../../../handlers/messages/fitted.ts';
import type { Message } from '../../../handlers/messages/parts.ts';
import { prefixed } from '../../../handlers/messages/parts.ts';
import { rotationMessage } from '../../../handlers/messages/rotation.ts';
import { notPressedMessage } from '../../../handlers/messages/rotation-answers.ts';
import type { Listed } from '../../../src/revocation/rights/policy.ts';
import { isClosable, newRotations, type Rotation } from '../../../src/revocation/rotating/rotation.ts';
import type { RotationNews } from '../../../src/revocation/rotating/rotation-news.ts';
import { shortId, type Token } from '../../../src/revocation/token.ts';
import { later, NOON, sampleTokens } from '../../revocation/samples.ts';
import { itemsOf, largeToken, NASTY, nastyTokens, planOf, SIZES } from './nasty.ts';
import { blocksOf, expectTaken, shownBy, spoken } from './slack-takes.ts';

const OPERATOR = 'U0ALICE';
const BOB: Listed = { users: ['U0BOB'], usergroups: [] };
const TEAM: Listed = { users: [], usergroups: ['S0TEAM'] };
const CLOSED: Partial<Rotation> = { state: 'rotated', closedBy: 'U0BOB', closedAt: later(60_000) };

/** News of these tokens' rotations: all open, or as `closed` says by their place. */
function news(
  tokens: readonly Token[],
  overrides: Partial<RotationNews> = {},
  closed: (index: number) => Partial<Rotation> = () => ({}),
): RotationNews {
  const plan = planOf(tokens, { id: '1a2b3c4d'.repeat(4) });
  const opened = newRotations(plan, itemsOf(plan, ['revoked']), NOON);
  const rotations = opened.map((rotation, index) => ({ ...rotation, ...closed(index) }));
  return {
    ...{ about: 'reminder', plan, rotations, openedAt: NOON, nextAt: later(3_600_000) },
    ...{ owners: new Map(), detailed: true },
    ...overrides,
  };
}

function ownedBy(tokens: readonly Token[], ...owners: Listed[]): RotationNews['owners'] {
  return new Map(tokens.map(({ id }) => [id, owners]));
}

const shown = (one: RotationNews) => shownBy(rotationMessage(one)).split('\n').filter(Boolean);
const rotatedButtons = ({ blocks }: Message) => JSON.stringify(blocks).split('"text":"Rotated"').length - 1;

describe('a message about rotations', () => {
  const tokens = sampleTokens(3);

  test('has a row and two buttons for each token, when it comes again, and buttons for all', () => {
    const first = rotationMessage(news(tokens, { about: 'opened' }));

    expect(shown(news(tokens, { about: 'opened' }))).toEqual([
      'To rotate: 3 tokens on default · R-1a2b3c4d. Press Rotated once the clients of a token have a new one, or Not needed. Revoked for  .',
      ...['telegraf 1 00000001 · metrics', 'RotatedNot needed'],
      ...['telegraf 2 00000002 · metrics', 'RotatedNot needed'],
      ...['telegraf 3 00000003 · metrics', 'RotatedNot needed'],
      'Next reminder .',
      'All 3 rotatedNone neededSnooze until tomorrow',
    ]);
    expectTaken(first, { mentions: [OPERATOR] });
    for (const { id } of tokens) expect(spoken(first)).toContain(shortId(id));
  });

  test('of one token has no buttons for all', () => {
    expect(shown(news(tokens.slice(0, 1))).at(-1)).toBe('Snooze until tomorrow');
  });

  test('in a channel holds short IDs and no description, database or profile', () => {
    const text = JSON.stringify(rotationMessage(news(tokens, { detailed: false })));

    expect(text).toContain('00000001');
    for (const word of ['telegraf', 'metrics', 'default', tokens[0]?.id]) expect(text).not.toContain(word);
  });

  test('says what was closed so far, and by whom only to whoever closed something', () => {
    const closed = (index: number) => (index === 1 ? CLOSED : {});
    const [reminder, pressed] = [news(tokens, {}, closed), news(tokens, { about: 'pressed' }, closed)];

    expect(shown(reminder)).toContain('Closed so far: 1 rotated.');
    expect(shown(reminder).join('\n')).toMatch(/^Still to rotate: 2 of 3 tokens on default/);
    expectTaken(rotationMessage(reminder), { mentions: [OPERATOR] });
    expect(shown(pressed)).toContain('00000002: rotated by  ');
    expectTaken(rotationMessage(pressed), { mentions: [OPERATOR, 'U0BOB'] });
  });

  test('names owners with their tokens, and says where they are told', () => {
    const owned = news(tokens.slice(0, 1), { owners: ownedBy(tokens.slice(0, 1), TEAM, BOB) });

    expect(shown(owned)).toContainEqual(expect.stringMatching(/^telegraf 1 00000001 · metrics · looked after by/));
    expect(shown(owned).join('\n')).toContain('Owners do not see this message: share the result');
    expectTaken(rotationMessage(owned), { mentions: [OPERATOR, 'S0TEAM', 'U0BOB'] });
    expect(shown({ ...owned, detailed: false }).join('\n')).not.toContain('Owners do not see');
  });

  test('given up says so, and can still be answered', () => {
    const given = news(tokens, { about: 'given up', nextAt: undefined }, () => ({ state: 'given up', closedAt: NOON }));

    expect(shown(given)[0]).toMatch(/^Given up: nobody said what became of 3 tokens on default · R-1a2b3c4d\./);
    expect(shown(given)).toContain('Nobody is reminded any more. The buttons still work.');
    expect(shown(given).at(-1)).toBe('All 3 rotatedNone needed');
  });

  test('with nothing left has no buttons, and says what became of all', () => {
    const closed = news(tokens, { nextAt: undefined }, (index) =>
      index === 0 ? { ...CLOSED, state: 'not needed' } : CLOSED,
    );

    expect(shown(closed)).toEqual([
      'Nothing left to rotate: 2 rotated, 1 not needed. R-1a2b3c4d',
      '00000001: not needed by  00000002: rotated by  00000003: rotated by  ',
    ]);
    expect(rotationMessage(closed).blocks.some(({ type }) => type === 'actions')).toBe(false);
  });
});

describe('of any size', () => {
  const crowd: Listed = {
    users: Array.from({ length: 50 }, (_, index) => `U0OWNER${index}`),
    usergroups: Array.from({ length: 50 }, (_, index) => `S0OWNER${index}`),
  };

  test.each([...SIZES, 1_000])('%d tokens fit into a direct message with all its buttons', (count) => {
    const tokens = Array.from({ length: count }, (_, index) => largeToken(index + 1, NASTY.families));
    for (const about of ['opened', 'reminder', 'given up', 'pressed', 'snoozed'] as const) {
      for (const detailed of [true, false]) {
        const large = news(tokens, { about, detailed, owners: ownedBy(tokens, crowd) }, (index) =>
          index % 9 === 8 ? CLOSED : {},
        );
        const message = prefixed('Sent again: Slack did not confirm the first sending.', rotationMessage(large));

        // What was pressed is shown at a response URL, which takes more.
        if (about !== 'pressed' && about !== 'snoozed') expect(fitted(message)).toBe(message);
        expect(blocksOf(message).length).toBeLessThanOrEqual(30);
        expect(message.text.length).toBeLessThan(40_000);
        expect(rotatedButtons(message)).toBe(Math.min(large.rotations.filter(isClosable).length, 5));
      }
    }
  });

  test('those without buttons are named, up to sixty, and the rest is counted', () => {
    const text = shown(news(sampleTokens(1_000), { detailed: false })).join('\n');

    expect(text).toContain('995 more, with buttons here as those above are closed: 00000006, 00000007, ');
    expect(text).toContain('00000065 and 935 more');
    expect(text).toContain('All 1000 rotated');
  });

  test('a thousand that are closed are counted', () => {
    const closed = news(sampleTokens(1_000), { nextAt: undefined }, () => CLOSED);

    expect(shown(closed).join('\n')).toMatch(/^Nothing left to rotate: 1000 rotated\.[\s\S]+and 995 more$/);
  });

  test('whatever descriptions and databases hold, nobody is pinged and nothing is read as mark-up', () => {
    fc.assert(
      fc.property(nastyTokens, fc.boolean(), (tokens, detailed) => {
        expectTaken(rotationMessage(news(tokens, { detailed })), { mentions: [OPERATOR] });
      }),
      { numRuns: 100 },
    );
  });
});

describe('a press that changed nothing', () => {
  const plan = planOf(sampleTokens(2));
  const [one, other] = newRotations(plan, itemsOf(plan, ['revoked']), NOON);
  if (!one || !other) throw new Error('two tokens make two rotations');
  const said = (rotations: readonly Rotation[]) => {
    const message = notPressedMessage({ kind: 'closed', rotations });
    return message ? shownBy(message) : '';
  };

  test('says who closed it and when, or who was the last', () => {
    const last: Rotation = { ...other, ...CLOSED, state: 'not needed', closedAt: later(90_000) };

    expect(said([{ ...one, ...CLOSED }])).toBe(
      'This was already closed: 00000001 rotated by  . This press did nothing.',
    );
    expect(said([{ ...one, ...CLOSED }, last])).toBe(
      'All of these were already closed, the last one 00000002 not needed by  . This press did nothing.',
    );
  });

  test('says that nobody is reminded any more of what was given up', () => {
    expect(said([{ ...one, state: 'given up', closedAt: NOON }])).toBe(
      'Nobody is reminded of these tokens any more. This press did nothing.',
    );
  });

  test('says nothing to what Slack delivered again', () => {
    expect(notPressedMessage({ kind: 'repeated' })).toBeUndefined();
  });
});
