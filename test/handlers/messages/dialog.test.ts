import type { ModalView } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dialogView, loadingView } from '../../../handlers/messages/dialog.ts';
import { planMessage } from '../../../handlers/messages/plan.ts';
import { newsView, planView, readingView, startedView } from '../../../handlers/messages/plan-view.ts';
import { resultMessage } from '../../../handlers/messages/result.ts';
import { tokenOption } from '../../../handlers/messages/token-options.ts';
import { nameView } from '../../../handlers/messages/views.ts';
import { parseView } from '../../../sandbox/slack/block-kit-view.ts';
import { shortId } from '../../../src/revocation/token.ts';
import { NOON, sampleTokens, tokenId } from '../../revocation/samples.ts';
import { sample } from '../../support/sizes.ts';
import {
  filled,
  itemsOf,
  largeToken,
  NASTY,
  nastyText,
  nastyTokens,
  planOf,
  revocationOf,
  untouched,
} from './nasty.ts';
import { expectTaken, shownBy, textsIn } from './slack-takes.ts';

const LONG = { name: filled('eu-production-', 100), production: true };
const PLAIN = { metadata: '{}', freeze: undefined, why: undefined, own: true };
const SIZES = [1, 20, 21, 100, 101, 1_000];
const FREEZE = { by: 'U0CAROL', at: NOON, reason: filled(NASTY.fence, 4_000) };

/** Slack takes the view, and what it shows is text. */
function expectShown(view: ModalView): void {
  const parsed = parseView(view);
  expect('problems' in parsed ? parsed.problems : []).toEqual([]);
  expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThan(250_000);
  expect(JSON.stringify(view)).not.toContain('"mrkdwn"');
}

/** Every one of these tokens is named somewhere in the view. */
function expectNamed(view: ModalView, tokens: readonly { readonly id: string }[]): void {
  const words = wordsOf(view);
  expect(tokens.filter(({ id }) => !words.includes(shortId(id)))).toEqual([]);
}

const wordsOf = (view: ModalView) => textsIn(view.blocks).join('\n');

describe('the plan in a dialog', () => {
  test.each(SIZES)('of %d tokens names every one of them, with its button', (size) => {
    const view = planView(planOf(sampleTokens(size)), LONG, NOON, PLAIN);

    expectShown(view);
    expect(view.submit?.text).toBe(`Revoke ${size} token${size === 1 ? '' : 's'}`);
    expectNamed(view, sampleTokens(size));
  });

  test.each(sample(Object.values(NASTY)))('of a thousand of the largest tokens fits, with %j in them', (text) => {
    const tokens = Array.from({ length: 1_000 }, (_, index) => largeToken(index + 1, text, 12));
    const view = planView(planOf(tokens), LONG, NOON, { ...PLAIN, why: 'This plan revokes more than 20 tokens.' });

    expectShown(view);
    expect(view.blocks.at(-1)).toMatchObject({ type: 'input' });
    expectNamed(view, tokens);
  });

  test.each(sample(Object.values(NASTY)))('of five hundred tokens and five hundred that stay fits, with %j', (text) => {
    const tokens = Array.from({ length: 500 }, (_, index) => largeToken(index + 1, text, 200));
    const stays = untouched(500, 501, text);
    const plan = planOf(tokens);
    const view = planView({ ...plan, tokens: [...plan.tokens, ...stays] }, LONG, NOON, { ...PLAIN, freeze: FREEZE });

    expectShown(view);
    expect(view.submit).toBeUndefined();
    expectNamed(view, stays);
  });

  test('with anything in its tokens is a view Slack takes', () => {
    fc.assert(
      fc.property(nastyTokens, (tokens) => {
        expectShown(planView(planOf(tokens), LONG, NOON, PLAIN));
        expectShown(nameView(planOf(tokens), LONG, 'why', '{}'));
      }),
      { numRuns: 50 },
    );
  });

  test('that closing would not cancel does not say so', () => {
    const own = planView(planOf(sampleTokens(1)), LONG, NOON, PLAIN);
    const other = planView(planOf(sampleTokens(1)), LONG, NOON, { ...PLAIN, own: false });

    expect([own.notify_on_close, own.close?.text]).toEqual([true, 'Cancel']);
    expect(wordsOf(own)).toContain('Closing this dialog cancels the plan.');
    expect([other.notify_on_close, other.close?.text]).toEqual([false, 'Close']);
    expect(wordsOf(other)).not.toContain('cancels the plan');
  });

  test('says what happens next, and where the end is told', () => {
    const plan = planOf(sampleTokens(2), { share: { channel: 'C1', thread: '1.2' } });

    for (const view of [readingView(plan, LONG, '{}'), startedView(plan, LONG, '{}')]) expectShown(view);
    expect(wordsOf(readingView(plan, LONG, '{}'))).toContain('nothing is revoked before you confirm it');
    expect(wordsOf(startedView(plan, LONG, '{}'))).toContain('by direct message, and is shared in the thread.');
  });

  test('shows a result of a thousand tokens, without the buttons of its message', () => {
    const plan = planOf(sampleTokens(1_000));
    const items = itemsOf(plan, ['revoked', 'failed', 'unknown'], filled('why ', 150));
    const message = resultMessage({ about: 'result', plan, items, revocation: revocationOf(plan) }, LONG, NOON);

    const view = newsView(plan, message, true, '{}');

    expectShown(view);
    expect(view.blocks.some(({ type }) => type === 'actions')).toBe(false);
    expect(wordsOf(view)).toContain('in your direct messages');
  });
});

describe('a plan of more than a hundred tokens in a message', () => {
  test.each([101, 1_000])('of %d is summed up, and leads to the dialog instead of revoking', (size) => {
    const plan = planOf(sampleTokens(size));

    const message = planMessage(plan, LONG, NOON);

    expectTaken(message, { mentions: ['U0ALICE'] });
    expect(shownBy(message)).toContain(`${size} tokens will be revoked`);
    expect(shownBy(message)).toContain(`and ${size - 20} more tokens: the whole list is in the dialog.`);
    expect(shownBy(message)).toContain(`Show all ${size} tokens`);
    expect(shownBy(message)).not.toContain(`Revoke ${size}`);
  });

  test.each(sample(Object.values(NASTY)))('is taken with %j in its tokens', (text) => {
    const tokens = Array.from({ length: 500 }, (_, index) => largeToken(index + 1, text, 12));
    const plan = planOf(tokens);

    const message = planMessage({ ...plan, tokens: [...plan.tokens, ...untouched(500, 501, text)] }, LONG, NOON);

    expectTaken(message, { mentions: ['U0ALICE'] });
  });
});

describe('the dialog', () => {
  const selection = {
    ...{ id: 'a'.repeat(32), owner: { user: 'U0ALICE', team: 'T0001' }, createdAt: NOON },
    ...{ place: undefined, tokenIds: [], notes: [] },
  };
  const blockIds = { tokens: `choose_tokens ${LONG.name}`, pasted: 'pasted 0', reason: 'reason 0' };
  const content = {
    metadata: '{}',
    blockIds,
    selection,
    profiles: [LONG],
    profile: LONG,
    channel: undefined,
    others: true,
  };

  test('is a view Slack takes at its smallest and its largest', () => {
    const profiles = Array.from({ length: 150 }, (_, n) => ({
      name: `${filled('profile ', 95)}${n}`,
      production: n % 2 === 0,
    }));
    const tokenIds = Array.from({ length: 1_000 }, (_, n) => tokenId(n));
    const notes = Array.from({ length: 15 }, () => filled(NASTY.channel, 500));
    const largest = { ...content, profiles, profile: profiles[149], selection: { ...selection, tokenIds, notes } };

    expectShown(loadingView('{}', 'what is in the message'));
    expectShown(dialogView({ ...content, profiles: [], profile: undefined }));
    expectShown(dialogView(content));
    expectShown(dialogView({ ...largest, problem: filled('problem ', 500), channel: 'C0001' }));
    expect(wordsOf(dialogView(largest))).toContain('Revoke the 1000 IDs from the message');
  });

  test('names the place the result is shared in, and answers a message in its thread unless told otherwise', () => {
    const inThread = dialogView({ ...content, selection: { ...selection, place: { channel: 'C1', thread: '1.2' } } });
    const inChannel = dialogView({ ...content, selection: { ...selection, place: { channel: 'C1' } } });
    const checked = (view: ModalView) => JSON.stringify(view.blocks.at(-1)).includes('initial_options');

    expect([wordsOf(inThread).includes('in the thread of the message'), checked(inThread)]).toEqual([true, true]);
    expect([wordsOf(inChannel).includes('in this channel'), checked(inChannel)]).toEqual([true, false]);
    expect(wordsOf(dialogView(content))).toContain('in the channel chosen above');
  });
});

test('a token is offered in at most 75 characters, whatever it is called', () => {
  fc.assert(
    fc.property(nastyText, nastyText, (description, permissions) => {
      const { text, value } = tokenOption({ id: tokenId(7), description, permissions });

      expect(text.text.length).toBeLessThanOrEqual(75);
      expect(text.text.isWellFormed()).toBe(true);
      expect(text.text).toContain('00000007');
      expect(value).toBe(tokenId(7));
    }),
    { numRuns: 500 },
  );
});
