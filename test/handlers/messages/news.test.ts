import { describe, expect, test } from 'vitest';
import { notTakenMessage, plain, withCode } from '../../../handlers/messages/answers.ts';
import { endedMessage } from '../../../handlers/messages/ended.ts';
import { newsMessage } from '../../../handlers/messages/news.ts';
import { duration } from '../../../handlers/messages/words.ts';
import type { Plan, PlanState } from '../../../src/revocation/plan.ts';
import { OUTCOMES } from '../../../src/revocation/revocation.ts';
import { later, NOON, sampleProfile, sampleTokens } from '../../revocation/samples.ts';
import { filled, itemsOf, largeToken, NASTY, planOf, revocationOf, SIZES } from './nasty.ts';
import { blocksOf, expectTaken, shownBy, spoken } from './slack-takes.ts';

const DEFAULT = { name: 'default', production: false };

describe('progress', () => {
  function progress(size: number, done: number, { pause, stoppedBy }: { pause?: string; stoppedBy?: string } = {}) {
    const plan = planOf(Array.from({ length: size }, (_, index) => largeToken(index + 1, NASTY.channel)));
    const items = itemsOf(plan, OUTCOMES).map((item, index) =>
      index < done ? item : { ...item, state: 'leased' as const, outcome: undefined },
    );
    const revocation = revocationOf(plan, { state: 'running', finishedAt: undefined, stoppedBy });
    return newsMessage({ about: 'progress', plan, revocation, items, pause }, undefined, NOON);
  }

  test('says how many are done, how they ended, and how to stop the rest', () => {
    expect(shownBy(progress(100, 3)).split('\n').slice(1)).toEqual([
      expect.stringMatching(/^Running: 3 of 100 tokens done \(1 revoked, 1 already revoked, 1 not found\) · R-/),
      'Stop the rest',
    ]);
  });

  test('says why nothing moves, and that it goes on', () => {
    expect(shownBy(progress(2, 0, { pause: 'the cluster is away' }))).toContain(
      'Waiting: the cluster is away. It goes on by itself when that is mended.',
    );
  });

  test('of a stopped revocation has no button to stop it', () => {
    const message = progress(2, 1, { stoppedBy: 'U0ALICE' });

    expect(shownBy(message)).toContain('Stopped. What is under way is still being looked up.');
    expect(blocksOf(message).map(({ type }) => type)).not.toContain('actions');
  });

  test.each(SIZES)('of %i tokens is taken by Slack, before, while and after they end', (size) => {
    for (const done of [0, 1, size]) {
      expectTaken(progress(size, done));
      expectTaken(progress(size, done, { pause: filled('why ', 100), stoppedBy: 'U0ALICE' }));
    }
  });
});

describe('checking', () => {
  test.each(SIZES)('%i tokens says so, and has no button any more', (size) => {
    const plan = planOf(Array.from({ length: size }, (_, index) => largeToken(index + 1, NASTY.channel)));
    const message = newsMessage({ about: 'checking', plan }, sampleProfile(), NOON);

    expectTaken(message);
    expect(shownBy(message)).toMatch(/^🔴 default \(production\)\nChecking \d+ tokens? once more, then revoking … R-/);
    expect(blocksOf(message).map(({ type }) => type)).not.toContain('actions');
  });
});

describe('a plan that ended', () => {
  const ended = (state: PlanState, ending?: string) =>
    endedMessage(planOf(sampleTokens(2), { state, ending }), DEFAULT);

  test.each([
    ['cancelled', 'Cancelled. Nothing was revoked.', false],
    ['expired', 'This plan has expired. Nothing was revoked.', true],
    ['changed', 'This plan does not hold any more. Nothing was revoked.', true],
    ['refused', 'This plan is over. Nothing was revoked.', true],
  ] as const)('%s: “%s”, with New plan: %s', (state, title, again) => {
    const message = ended(state);

    expectTaken(message);
    expect(shownBy(message).split('\n')[1]).toBe(title);
    expect(shownBy(message).includes('New plan')).toBe(again);
  });

  test.each(['cancelled', 'expired', 'changed', 'refused'] as const)(
    '%s says once that nothing was revoked',
    (state) => {
      const message = ended(state, 'The management token is expired. Nothing was revoked. Renew it.');

      expect(shownBy(message).match(/Nothing was revoked/g)).toHaveLength(1);
    },
  );

  test('before it was shown has no plan to make anew', () => {
    expect(shownBy(endedMessage({ ...planOf([]), state: 'refused' }, DEFAULT))).not.toContain('New plan');
  });

  test.each(Object.entries(NASTY))('says why, whatever that holds: %s', (_name, text) => {
    const message = ended('changed', `Tokens changed. ${filled(text, 400_000)}`);

    expectTaken(message);
    expect(shownBy(message)).toContain('Tokens changed.');
    expect(spoken(message)).toContain('Tokens changed.');
  });
});

describe('a click that moved nothing', () => {
  const plan: Plan = planOf(sampleTokens(1), { state: 'cancelled', decidedBy: 'U0BOB', decidedAt: NOON });

  test('is answered with what happened, in words', () => {
    const answers = [
      notTakenMessage({ kind: 'unknown' }),
      notTakenMessage({ kind: 'foreign' }),
      notTakenMessage({ kind: 'refused', message: 'Guests cannot revoke tokens.' }),
    ].map((message) => message && shownBy(message));

    expect(answers).toEqual([
      'The bot does not know this plan. Nothing was revoked. Type the command again.',
      'Only the person who asked can confirm this.',
      'Guests cannot revoke tokens.',
    ]);
    expect(notTakenMessage({ kind: 'repeated' })).toBeUndefined();
  });

  test('names who decided, and when, in the reader’s own time', () => {
    const message = notTakenMessage({ kind: 'decided', plan });
    if (!message) throw new Error('no answer');

    expectTaken(message, { mentions: ['U0BOB'] });
    expect(spoken(message)).toMatch(
      /^This plan was already cancelled by <@U0BOB> at <!date\^1795348800\^\{time\}\|2026-11-22 12:00 UTC>\. This click did nothing\. R-/,
    );
  });

  test.each(['draft', 'pending', 'claimed', 'confirmed', 'cancelled', 'expired', 'changed', 'refused'] as const)(
    'on a plan that is %s is taken by Slack',
    (state) => {
      const message = notTakenMessage({
        kind: 'decided',
        plan: { ...plan, state, decidedBy: undefined, decidedAt: undefined },
      });
      if (!message) throw new Error('no answer');

      expectTaken(message);
    },
  );
});

describe('an answer', () => {
  test.each(Object.entries(NASTY))('that repeats what was typed reaches nobody: %s', (_name, text) => {
    const visible = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u3164\u115F\u2800]/gu, '.');

    expectTaken(plain(filled(visible, 3_000).toWellFormed()));
    expectTaken(withCode(`${visible}\nmore`, [visible, 'influx help']));
  });
});

test('the news of a profile that left the configuration is still told, under its name', () => {
  const plan = planOf(sampleTokens(2));
  const message = newsMessage(
    { about: 'result', plan, revocation: revocationOf(plan), items: itemsOf(plan, ['failed']) },
    undefined,
    NOON,
  );

  expect(shownBy(message)).toMatch(/^default\n2 failed/);
});

test('a revocation that has not ended is timed until now', () => {
  const plan = planOf(sampleTokens(1));
  const revocation = revocationOf(plan, { finishedAt: undefined });

  expect(
    shownBy(
      newsMessage({ about: 'result', plan, revocation, items: itemsOf(plan, ['failed']) }, undefined, later(12_000)),
    ),
  ).toContain(' · 12 s · ');
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1_000, '1.0 s'],
  [1_449, '1.4 s'],
  [10_000, '10 s'],
  [59_499, '59 s'],
  [60_000, '1 min 0 s'],
  [185_000, '3 min 5 s'],
])('%i ms read as %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});
