import type { HomeView } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HomeState, homeView, strangersHomeView } from '../../../handlers/messages/home.ts';
import { planMessage } from '../../../handlers/messages/plan.ts';
import type { ProfileRights } from '../../../handlers/messages/rights.ts';
import { parseView } from '../../../sandbox/slack/block-kit-view.ts';
import { newPlanId, reference } from '../../../src/revocation/ids.ts';
import type { Desk, Past, RunningRevocation } from '../../../src/revocation/looking/desk.ts';
import type { Plan } from '../../../src/revocation/plan.ts';
import { OUTCOMES } from '../../../src/revocation/revocation.ts';
import { later, NOON, sampleToken, sampleTokens, tokenId, workItem } from '../../revocation/samples.ts';
import { filled, itemsOf, largeToken, NASTY, nastyText, planOf, revocationOf } from './nasty.ts';
import { textsIn } from './slack-takes.ts';

const ALICE = { user: 'U0ALICE', team: 'T0001' };
const EMPTY_DESK: Desk = {
  freeze: undefined,
  waiting: { whole: [], others: [] },
  underWay: [],
  running: { whole: [], others: [] },
};
const EMPTY_PAST: Past = { ended: [], troubles: [], undelivered: [] };

const allowed = (rule: string) => ({ allowed: true, rule, readAt: NOON }) as const;
const refused = (message: string) => ({ allowed: false, denial: 'not listed', message }) as const;
const MAY: ProfileRights = {
  profile: 'default',
  start: allowed('start.usergroups S0ONCALL'),
  audit: refused('You are not on the list.'),
  force: false,
};

function stateOf(overrides: Partial<HomeState> = {}): HomeState {
  return {
    ...{ person: ALICE, rights: [MAY], desk: EMPTY_DESK, past: EMPTY_PAST, rotations: [], now: NOON },
    profileOf: (name) => ({ name, production: true }),
    ...overrides,
  };
}

const deskOf = (whole: readonly Plan[], overrides: Partial<Desk> = {}): Desk => ({
  ...EMPTY_DESK,
  waiting: { whole, others: [] },
  ...overrides,
});

function runningOf(tokens: number, pause?: string): RunningRevocation {
  const plan = planOf(sampleTokens(tokens), { state: 'confirmed' });
  return { plan, revocation: revocationOf(plan, { state: 'running' }), items: itemsOf(plan, OUTCOMES), pause };
}

/** The blocks, when Slack takes the view; throws what it would say instead. */
function taken(view: HomeView) {
  const parsed = parseView(view);
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThanOrEqual(250_000);
  expect(JSON.stringify(view)).not.toContain('"mrkdwn"');
  for (const text of textsIn(view.blocks)) {
    expect(text.length).toBeLessThanOrEqual(3_000);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u3164\uFFA0\u115F\u1160\u2800]/u);
  }
  return parsed.view.blocks;
}

const shown = (state: Partial<HomeState> = {}) =>
  taken(homeView(stateOf(state)))
    .map((block) => textsIn(block).join(''))
    .join('\n');

function buttonsOf(view: HomeView): readonly string[] {
  return taken(view).flatMap((block) =>
    block.type === 'actions' ? block.elements.flatMap((one) => (one.type === 'button' ? [one.text.text] : [])) : [],
  );
}

describe('where nothing is open', () => {
  test('it says so, who this is, what they may do and by which rule, and how to begin', () => {
    expect(shown().split('\n')).toEqual([
      'InfluxDB tokens',
      'Revoke tokens…',
      'Nothing waits for your click',
      'Recent revocations',
      'None of yours so far.',
      'What you may do',
      'You are  (U0ALICE), in workspace T0001.',
      'default: you may revoke tokens, not with --force, by the rule start.usergroups S0ONCALL',
      'As of . This page keeps up by itself.',
    ]);
  });

  test('who may revoke nothing is offered nothing, and reads why, once for all profiles with the same reason', () => {
    const rights = ['eu', 'us', 'lab'].map((profile) => ({ ...MAY, profile, start: refused('Ask on-call.') }));

    const text = shown({ rights });

    expect(text).not.toContain('Revoke tokens…');
    expect(text).toContain('eu, us, lab: nothing. Ask on-call.');
  });

  test('what may be read in the audit log only, and in which channels something holds, is said', () => {
    const rights = [
      { ...MAY, start: refused('Ask on-call.'), audit: allowed('audit.users U0ALICE') },
      { ...MAY, profile: 'eu', channels: ['C0001', 'C0002'] },
    ];

    const view = homeView(stateOf({ rights }));

    expect(shown({ rights })).toMatch(/default: you may not revoke.+Ask on-call\..+by the rule audit\.users U0ALICE/);
    expect(JSON.stringify(view)).toMatch(/only in.+"channel_id":"C0001".+"channel_id":"C0002"/);
  });
});

describe('what is open', () => {
  const plan = planOf([sampleToken(1), sampleToken(2)], { id: '1a2b3c4d'.repeat(4) });

  test('is there as it was shown, with its buttons', () => {
    const view = homeView(stateOf({ desk: deskOf([plan]) }));

    expect(shown({ desk: deskOf([plan]) })).toMatch(
      /1 plan waiting for your click\n🔴 default \(production\)\n2 tokens will be revoked\ntelegraf 1 00000001.+R-1a2b3c4d\nRevoke 2 tokensCancel\nRecent/s,
    );
    expect(buttonsOf(view)).toEqual(['Revoke tokens…', 'Revoke 2 tokens', 'Cancel']);
  });

  test('frozen has no red button, and says by whom and why, at the top too', () => {
    const freeze = { by: 'U0BOB', reason: `drill ${NASTY.bold}`, at: NOON };

    const text = shown({ desk: deskOf([plan], { freeze }) });

    expect(text).toMatch(/^InfluxDB tokens\n🧊 Frozen by .+drill \*bold\*\. No revocation starts\./);
    expect(buttonsOf(homeView(stateOf({ desk: deskOf([plan], { freeze }) })))).toEqual(['Revoke tokens…', 'Cancel']);
  });

  test('that runs is there with its progress, why it pauses, and Stop the rest', () => {
    const running = { ...runningOf(7, 'the cluster is away'), items: [workItem({ state: 'ready' }), workItem()] };
    const desk = deskOf([], { running: { whole: [running], others: [newPlanId()] } });

    expect(shown({ desk })).toMatch(
      /2 revocations running\n.+Running: 0 of 2 tokens done.+Waiting: the cluster is away/s,
    );
    expect(buttonsOf(homeView(stateOf({ desk })))).toContain('Stop the rest');
    expect(shown({ desk })).toContain('Also running: 1 revocation.');
  });

  test('and needs no click yet is named', () => {
    const desk = deskOf([], { underWay: [{ ...plan, state: 'claimed' }] });

    expect(shown({ desk })).toContain('R-1a2b3c4d on default: your click is being checked');
  });
});

describe('what was', () => {
  test('recent revocations have their outcomes, and who stopped them', () => {
    const revocation = revocationOf(planOf(sampleTokens(1), { id: 'ab'.repeat(16) }), { stoppedBy: 'U0BOB' });
    const ended = [
      {
        profile: 'eu',
        revocation,
        totals: new Map([
          ['revoked', 2],
          ['not sent', 1],
        ] as const),
      },
    ];

    expect(shown({ past: { ...EMPTY_PAST, ended } })).toContain(
      'R-abababab on eu, : 2 revoked, 1 not sent · stopped by ',
    );
  });

  test('unknown and failed outcomes, and results that did not arrive, need attention', () => {
    const item = workItem({ state: 'done', tokenId: tokenId(7), revocationId: 'ab'.repeat(16), note: NASTY.bold });
    const troubles = [{ ...item, outcome: 'unknown' as const }, ...Array(30).fill({ ...item, outcome: 'failed' })];
    const undelivered = [{ planId: 'cd'.repeat(16), about: 'result', attempt: 3 } as const];

    const text = shown({ past: { ...EMPTY_PAST, troubles, undelivered } });

    expect(text).toContain('31 tokens with an unknown or failed outcome in the last 7 days.');
    expect(text).toContain('00000007 on default, of R-abababab: unknown (*bold*)');
    expect(text).toContain('and 21 more');
    expect(text).toContain('R-cdcdcdcd: its result, tried 3 times');
  });
});

test('what is left to rotate needs attention too: one’s own, and what one looks after', () => {
  const own = { revocationId: 'ab'.repeat(16), profile: 'default', operator: ALICE.user, openedAt: NOON };
  const foreign = { ...own, revocationId: 'cd'.repeat(16), operator: 'U0BOB' };

  const text = shown({
    rotations: [
      { ...own, open: 2, givenUp: 1 },
      { ...foreign, open: 0, givenUp: 1 },
    ],
  });

  expect(text).toContain('2 revocations whose clients may still need new tokens.');
  expect(text).toContain('R-abababab on default, : 2 open, 1 given up');
  expect(text).toContain('R-cdcdcdcd on default, : 1 given up · revoked by ');
  expect(text).toContain('Press Rotated or Not needed');
});

test('whoever may nothing at all reads why, and nothing else', () => {
  const blocks = taken(strangersHomeView(ALICE, 'Guests cannot revoke tokens.'));

  expect(blocks.map((block) => textsIn(block).join(''))).toEqual([
    'InfluxDB tokens',
    'You are . Guests cannot revoke tokens.',
  ]);
});

describe('at any size', () => {
  test.each([
    ['large', Array.from({ length: 100 }, (_, number) => largeToken(number + 1, NASTY.wide)), []],
    ['long', [sampleToken(1)], Array.from({ length: 20 }, (_, number) => `Note ${number}.`)],
  ])('%s plans that have no room whole are named, with how to get at them', (_size, tokens, notes) => {
    const whole = Array.from({ length: 10 }, () => planOf(tokens, { notes }));
    const others = Array.from({ length: 40 }, () => planOf([sampleToken(1)]));

    const text = shown({ desk: { ...EMPTY_DESK, waiting: { whole, others } } });
    const number = whole.filter(({ id }) => text.includes(`· ${reference(id)}\n`)).length;

    expect(text).toContain('50 plans waiting for your click');
    expect(number).toBeGreaterThan(0);
    expect(text).toContain(`Also waiting for your click: ${50 - number} plans.`);
    expect(text).toContain('type for example /influx pending R-');
  });

  test('Slack takes it, whatever it holds, and what can be confirmed is there whole', () => {
    const rightsIn = fc.record({
      profile: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 64 }),
      start: fc.oneof(fc.constant(MAY.start), nastyText.map(refused)),
      audit: fc.oneof(fc.constant(allowed('audit.users U0ALICE')), nastyText.map(refused)),
      force: fc.boolean(),
      channels: fc.option(fc.array(fc.constant('C0001'), { minLength: 1, maxLength: 40 }), { nil: undefined }),
    });
    const planIn = fc
      .record({ size: fc.constantFrom(1, 2, 20, 21, 100, 1_000), text: nastyText, reason: nastyText })
      .map(({ size, text, reason }) =>
        planOf(
          Array.from({ length: size }, (_, number) => largeToken(number + 1, text, size > 20 ? 3 : 200)),
          { reason },
        ),
      );
    const stateIn = fc.record({
      rights: fc.array(rightsIn, { minLength: 1, maxLength: 40 }),
      plans: fc.array(planIn, { maxLength: 6 }),
      others: fc.nat({ max: 50 }),
      running: fc.array(fc.constantFrom(1, 100), { maxLength: 5 }),
      reason: fc.option(nastyText, { nil: undefined }),
      troubles: fc.nat({ max: 60 }),
      note: nastyText,
    });

    fc.assert(
      fc.property(stateIn, ({ rights, plans, others, running, reason, troubles, note }) => {
        const heads = Array.from({ length: others }, () => planOf([sampleToken(1)]));
        const item = workItem({ state: 'done', outcome: 'failed', note });
        const freeze = reason === undefined ? undefined : { by: 'U0BOB', reason, at: NOON };
        const view = homeView(
          stateOf({
            rights,
            desk: {
              freeze,
              waiting: { whole: plans, others: heads },
              underWay: heads,
              running: { whole: running.map((tokens) => runningOf(tokens)), others: heads.map(({ id }) => id) },
            },
            past: {
              ended: Array.from({ length: 10 }, () => ({
                ...{ profile: filled('profile ', 64), revocation: revocationOf(planOf([]), { stoppedBy: 'U0BOB' }) },
                totals: new Map(OUTCOMES.map((outcome) => [outcome, 1_000])),
              })),
              troubles: Array(troubles).fill(item),
              undelivered: heads.map(({ id }) => ({ planId: id, about: 'result', attempt: 9 })),
            },
            now: later(5),
          }),
        );
        taken(view);
        const all = JSON.stringify(view.blocks);
        for (const plan of plans.filter(({ id }) => all.includes(`"value":"${id}"`))) {
          const { blocks } = planMessage(plan, { name: plan.profile, production: true }, later(5), { freeze });
          expect(all).toContain(JSON.stringify(blocks).slice(1, -1));
        }
      }),
      { numRuns: 40 },
    );
  });
});
