import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { notSharedMessage } from '../../../handlers/messages/not-shared.ts';
import { noticeMessage } from '../../../handlers/messages/notice.ts';
import type { Plan } from '../../../src/revocation/plan.ts';
import { OUTCOMES } from '../../../src/revocation/revocation.ts';
import type { Denial } from '../../../src/revocation/rights/verdict.ts';
import type { Refusal, ShownNotice } from '../../../src/revocation/telling/notice.ts';
import { shortId } from '../../../src/revocation/token.ts';
import { NOON, sampleTokens, tokenId } from '../../revocation/samples.ts';
import { filled, itemsOf, largeToken, NASTY, nastyText, planOf, revocationOf, SIZES } from './nasty.ts';
import { expectTaken, shownBy, spoken } from './slack-takes.ts';

const HEAD = { seq: 123_456, hash: '0a'.repeat(32) };

function resultOf(plan: Plan, note = ''): ShownNotice {
  return { about: 'result', plan, revocation: revocationOf(plan), items: itemsOf(plan, OUTCOMES, note), head: HEAD };
}

function refusals(latest: Partial<Refusal> = {}, times = 1): ShownNotice {
  const sample = {
    user: 'U0EVE',
    wish: 'revoke',
    profile: 'default',
    tokenIds: [tokenId(1)],
    denial: 'guest',
    subject: '',
  };
  return { about: 'refusals', latest: { ...sample, ...latest }, times, since: NOON };
}

describe('the announce channel', () => {
  test.each([...SIZES, 1_000])('takes a result of %i tokens, which names each and says no more of them', (size) => {
    const plan = planOf(
      Array.from({ length: size }, (_, index) => largeToken(index + 1, 'payments', 1)),
      { reason: 'leaked by Bob', force: true },
    );

    const message = noticeMessage(resultOf(plan, 'a note'), filled('Alice ', 80));

    expectTaken(message);
    for (const text of [shownBy(message), spoken(message)]) {
      for (const { id } of sampleTokens(size)) expect(text).toContain(shortId(id));
      expect(text).toContain(`${HEAD.seq}:${HEAD.hash}`);
      for (const hidden of ['payments', 'production-metrics', 'leaked', 'a note']) expect(text).not.toContain(hidden);
    }
  });

  test.each(Object.entries(NASTY))('takes whatever people call themselves: %s', (_name, text) => {
    for (const notice of [
      resultOf(planOf(sampleTokens(1))),
      refusals({ tokenIds: sampleTokens(1_000).map(({ id }) => id) }, 9),
    ]) {
      expectTaken(noticeMessage(notice, filled(text, 4_000)));
    }
  });

  test('invariant 9: whatever anybody calls themselves pings nobody', () => {
    fc.assert(
      fc.property(nastyText, nastyText, (name, wish) => {
        expectTaken(noticeMessage(refusals({ wish }), name));
      }),
    );
  });

  test.each<[Denial | 'foreign', string]>([
    ['workspace', 'They belong to another workspace.'],
    ['channel', 'The policy of the profile does not name the channel they were in.'],
    ['deactivated', 'Their account is deactivated.'],
    ['bot', 'They are a bot.'],
    ['guest', 'They are a guest.'],
    ['not listed', 'They are not on the list of people who may.'],
    ['no force', 'They are not on the list of people who may leave out the confirmation.'],
    ['foreign', 'It was the plan of somebody else.'],
  ])('reads why somebody was refused: %s', (denial, words) => {
    expect(shownBy(noticeMessage(refusals({ denial }), 'Eve (U0EVE)'))).toBe(
      `Refused: Eve (U0EVE) wanted to revoke 1 token (00000001) on default. ${words}`,
    );
  });

  test('reads of what is not about tokens, too, and of rules it has no words for', () => {
    const nothing = { tokenIds: [], profile: '' } as const;

    expect(shownBy(noticeMessage(refusals({ ...nothing, wish: 'freeze' }), 'Eve'))).toMatch(
      /^Refused: Eve wanted to freeze the bot\. /,
    );
    expect(shownBy(noticeMessage(refusals({ ...nothing, denial: 'moon' }), 'Eve'))).toContain(
      'Refused by the rule moon.',
    );
    expect(
      shownBy(noticeMessage(refusals({ ...nothing, wish: 'click', subject: '1a2b3c4d'.repeat(4) }), 'Eve')),
    ).toMatch(/wanted to act on a plan\. .* · R-1a2b3c4d$/);
  });

  test('reads anchors and breaks of the audit log', () => {
    const anchor = noticeMessage({ about: 'anchor', head: HEAD }, '');
    const broken = noticeMessage({ about: 'broken chain', seq: 7, problem: 'is missing' }, '');

    for (const message of [anchor, broken]) expectTaken(message);
    expect(shownBy(anchor)).toBe(`Audit log, last entry and its hash: ${HEAD.seq}:${HEAD.hash}`);
    expect(shownBy(broken)).toMatch(
      /^The audit log is not what was written: entry 7 is missing\. .*npm run audit -- verify/,
    );
  });
});

test.each(['not a member', 'unknown', 'archived', 'restricted', 'unfit', 'other', 'not in time'] as const)(
  'that a result could not be shared is taken by Slack, with a button to try again: %s',
  (refusal) => {
    const message = notSharedMessage({ about: 'not shared', plan: planOf(sampleTokens(1)), refusal });

    expectTaken(message);
    expect(spoken(message)).toMatch(/could not be shared in <#C0001>: .* press Share in channel again/s);
    expect(message.blocks.at(-1)).toMatchObject({ elements: [{ action_id: 'share_result' }] });
  },
);
