import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planMessage } from '../../../handlers/messages/plan.ts';
import type { Plan } from '../../../src/revocation/plan.ts';
import { shortId } from '../../../src/revocation/token.ts';
import { later, NOON, sampleToken, sampleTokens, tokenId } from '../../revocation/samples.ts';
import { filled, largeToken, NASTY, nastyText, nastyTokens, planOf, SIZES, untouched } from './nasty.ts';
import { blocksOf, expectTaken, shownBy, spoken } from './slack-takes.ts';

const DEFAULT = { name: 'default', production: false };
const PRODUCTION = { name: filled('production-', 64), production: true };
const OPERATOR = { mentions: ['U0ALICE'] };

const message = (plan: Plan, profile = DEFAULT) => planMessage(plan, profile, NOON);

describe('a plan of two tokens', () => {
  const plan = planOf(
    [
      sampleToken(1, {
        description: 'telegraf on host 7',
        permissions: [
          { action: 'write', resource: '*' },
          { action: 'read', resource: 'logs' },
        ],
      }),
      sampleToken(2, { expiresAt: later(-1), permissions: [] }),
    ],
    { id: '1a2b3c4d'.repeat(4), notes: ['1 ID given more than once counts once.'], revocationsLeft: 1 },
  );

  test('says what will be revoked, what that means, who asked and why, and until when', () => {
    expect(shownBy(message(plan)).split('\n')).toEqual([
      'default',
      '2 tokens will be revoked',
      'telegraf on host 7 00000001 · write all databases (*), read logs · created 2026-11-22, never expirestelegraf 2 00000002 · no permissions · created 2026-11-22, expired 2026-11-22',
      '⚠️ Revoking is immediate and cannot be undone. Clients using these tokens stop working at once and need a new token.',
      'The hourly budget of this profile allows 1 more now. The others will wait for it.',
      '1 ID given more than once counts once.',
      'Asked by : leaked in a build log · can be confirmed until  · R-1a2b3c4d',
      'Revoke 2 tokensCancel',
    ]);
  });

  test('says the same to who does not see', () => {
    expect(spoken(message(plan)).split('\n')).toEqual([
      'default',
      '2 tokens will be revoked',
      '• telegraf on host 7 00000001 · write all databases (*), read logs · created 2026-11-22, never expires',
      '• telegraf 2 00000002 · no permissions · created 2026-11-22, expired 2026-11-22',
      '⚠️ Revoking is immediate and cannot be undone. Clients using these tokens stop working at once and need a new token.',
      'The hourly budget of this profile allows 1 more now. The others will wait for it.',
      '1 ID given more than once counts once.',
      'Asked by <@U0ALICE>: leaked in a build log · can be confirmed until <!date^1795349700^{time}|2026-11-22 12:15 UTC> · R-1a2b3c4d',
    ]);
  });

  test('what reaches far stands out: writing, and all databases', () => {
    const bold = JSON.stringify(message(plan).blocks).match(/"text":"[^"]*","style":\{"bold":true\}/g);

    expect(bold?.join()).toContain('write all databases (*)');
    expect(bold?.join()).not.toContain('read logs');
  });

  test('the buttons carry the plan’s ID and nothing else, and the red one says how many', () => {
    const [actions] = blocksOf(message(plan)).filter(({ type }) => type === 'actions');

    expect(actions).toMatchObject({
      elements: [
        { action_id: 'revoke_plan', value: plan.id, style: 'danger', text: { text: 'Revoke 2 tokens' } },
        { action_id: 'cancel_plan', value: plan.id, text: { text: 'Cancel' } },
      ],
    });
  });

  test('a production profile is marked', () => {
    expect(shownBy(message(plan, { name: 'eu', production: true }))).toMatch(/^🔴 eu \(production\)\n/);
  });

  test('a budget that is large enough is not mentioned', () => {
    expect(shownBy(message({ ...plan, revocationsLeft: 2 }))).not.toContain('budget');
  });
});

describe('a plan of nothing', () => {
  const nothing = planOf([], {
    state: 'refused',
    tokenIds: [1, 2, 3, 4].map(tokenId),
    tokens: untouched(4, 1, NASTY.words),
  });

  test('has no red button, and says so', () => {
    expect(shownBy(message(nothing))).toContain('There is nothing to revoke.');
    expect(blocksOf(message(nothing)).map(({ type }) => type)).not.toContain('actions');
    expectTaken(message(nothing), OPERATOR);
  });

  test('says of each token why it is not touched; an ID nobody knows is shown whole', () => {
    expect(shownBy(message(nothing)).split('\n').slice(2, 7)).toEqual([
      '4 tokens will not be touched',
      `${tokenId(1)}: unknown to the cluster, or already revoked and hidden`,
      `${tokenId(2)}: could not be read, the cluster answered something that is not its API`,
      '00000003 telegraf on host 7 telegraf on host…: already revoked 2026-11-22',
      '00000004: being revoked by R-abababab',
    ]);
  });

  test('has nothing irreversible to warn of', () => {
    expect(message(nothing).text).not.toContain('cannot be undone');
  });
});

describe.each(SIZES)('a plan of %i tokens', (size) => {
  test('at its smallest is taken by Slack, and names each', () => {
    const plan = planOf(
      sampleTokens(size).map((token) => ({ ...token, description: 'd', permissions: [] })),
      { reason: '' },
    );

    const shown = shownBy(message(plan));
    expectTaken(message(plan), OPERATOR);
    for (const id of plan.tokenIds) expect(shown).toContain(shortId(id));
    expect(shown).toContain('no reason given');
  });

  test.each(Object.entries(NASTY))('at its largest is taken by Slack, and says all that counts: %s', (_name, text) => {
    const tokens = Array.from({ length: size }, (_, index) => largeToken(index + 1, text));
    const plan = planOf(tokens, {
      reason: filled(text, 500),
      notes: ['99 IDs given more than once count once.'],
      revocationsLeft: 0,
    });

    const large = message(plan, PRODUCTION);

    expectTaken(large, OPERATOR);
    for (const whole of [shownBy(large), spoken(large)]) {
      for (const id of plan.tokenIds) expect(whole).toContain(shortId(id));
      expect(whole).toContain('Revoking is immediate and cannot be undone.');
    }
    expect(shownBy(large)).toContain(`Revoke ${size} token`);
  });

  test('half of which will not be touched is taken by Slack, and names each', () => {
    const half = Math.floor(size / 2);
    const tokens = Array.from({ length: size - half }, (_, index) => largeToken(index + 1, NASTY.combined));
    const rest = untouched(half, size - half + 1, NASTY.combined);
    const live = planOf(tokens);
    const plan = {
      ...live,
      tokens: [...live.tokens, ...rest],
      tokenIds: [...live.tokenIds, ...rest.map(({ id }) => id)],
    };

    const whole = message(plan);

    expectTaken(whole, OPERATOR);
    const [shown, said] = [shownBy(whole), spoken(whole)];
    for (const id of plan.tokenIds) {
      expect(shown).toContain(shortId(id));
      expect(said).toContain(shortId(id));
    }
  });
});

test('none of a hundred tokens is left out where none can be touched', () => {
  const rest = untouched(100, 1, NASTY.combined);
  const plan = planOf([], { state: 'refused', tokens: rest, tokenIds: rest.map(({ id }) => id) });

  const shown = shownBy(message(plan));
  expectTaken(message(plan), OPERATOR);
  for (const id of plan.tokenIds) expect(shown).toContain(shortId(id));
});

test('a long plan is summed up: how many tokens may do what, most first, and then each', () => {
  const tokens = sampleTokens(21).map((token, index) => ({
    ...token,
    permissions: [
      { action: 'read', resource: index < 3 ? 'rare' : 'common' },
      { action: 'read', resource: index < 3 ? 'rare' : 'common' },
    ],
  }));

  expect(
    shownBy(message(planOf(tokens)))
      .split('\n')
      .slice(1, 4),
  ).toEqual(['21 tokens will be revoked', '18 × read common', '3 × read rare']);
});

test('invariant 9: whatever tokens and reasons hold, a plan pings who asked and nobody else, and leads nowhere', () => {
  fc.assert(
    fc.property(nastyTokens, nastyText, (tokens, reason) => {
      expectTaken(message(planOf(tokens, { reason })), OPERATOR);
    }),
  );
});
