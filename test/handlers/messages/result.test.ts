import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitted } from '../../../handlers/messages/fitted.ts';
import { resultMessage } from '../../../handlers/messages/result.ts';
import { sharedResultMessage } from '../../../handlers/messages/shared-result.ts';
import { createLine } from '../../../handlers/messages/shell.ts';
import type { Plan } from '../../../src/revocation/plan.ts';
import { type Item, OUTCOMES, type Outcome, type Revocation } from '../../../src/revocation/revocation.ts';
import { shortId } from '../../../src/revocation/token.ts';
import { later, NOON, sampleToken, sampleTokens } from '../../revocation/samples.ts';
import {
  anyOutcomes,
  filled,
  itemsOf,
  largeToken,
  NASTY,
  nastyText,
  nastyTokens,
  planOf,
  revocationOf,
  SIZES,
} from './nasty.ts';
import { blocksOf, expectTaken, ROTATION, shownBy, spoken } from './slack-takes.ts';

const DEFAULT = { name: 'default', production: false };
const PRODUCTION = { name: filled('production-', 64), production: true };
/** The longest note there is. */
const NOTE = 'the cluster answered something that is not its API; stopped before another try';

function message(plan: Plan, items: readonly Item[], revocation: Partial<Revocation> = {}, profile = DEFAULT) {
  return resultMessage({ about: 'result', plan, items, revocation: revocationOf(plan, revocation) }, profile, NOON);
}

function shared(plan: Plan, items: readonly Item[]) {
  return sharedResultMessage({ about: 'shared result', plan, items, revocation: revocationOf(plan) });
}

describe('a result', () => {
  const tokens = sampleTokens(3);
  const plan = planOf(tokens, { id: '1a2b3c4d'.repeat(4) });

  test('has a line per token, totals, how long it took, what to rotate, and what is left to do', () => {
    const items = itemsOf(plan, ['revoked', 'failed', 'unknown']);

    expect(shownBy(message(plan, items)).split('\n')).toEqual([
      'default',
      '1 revoked, 1 failed, 1 unknown · 1 min 23 s · R-1a2b3c4d',
      'telegraf 1 00000001: revokedtelegraf 2 00000002: failedtelegraf 3 00000003: unknown',
      '1 token needs attention: a request was sent and the cluster never said what became of it. Look it up before you rely on it.',
      'Rotate: clients that used these tokens need a new one. Databases concerned: metrics. Creating a database token',
      "influxctl --profile 'default' token create --write-database 'metrics' 'telegraf 1'",
      'To do it by hand:',
      `influxctl --profile 'default' token revoke ${tokens[1]?.id} ${tokens[2]?.id}`,
      'Retry these 2Share in channel',
    ]);
  });

  test('says the same to who does not see', () => {
    const items = itemsOf(plan, ['revoked', 'failed', 'unknown']);

    expect(spoken(message(plan, items)).split('\n')).toEqual([
      'default',
      '1 revoked, 1 failed, 1 unknown · 1 min 23 s · R-1a2b3c4d',
      '• telegraf 1 00000001: revoked',
      '• telegraf 2 00000002: failed',
      '• telegraf 3 00000003: unknown',
      '1 token needs attention: a request was sent and the cluster never said what became of it. Look it up before you rely on it.',
      'Rotate: clients that used these tokens need a new one. Databases concerned: metrics. <https://docs.influxdata.com/influxdb3/clustered/admin/tokens/database/create/|Creating a database token>',
      "influxctl --profile 'default' token create --write-database 'metrics' 'telegraf 1'",
      'To do it by hand:',
      `influxctl --profile 'default' token revoke ${tokens[1]?.id} ${tokens[2]?.id}`,
    ]);
  });

  test('invariant 13: every outcome is worded as what it is', () => {
    for (const outcome of OUTCOMES) {
      const text = shownBy(message(plan, itemsOf(plan, [outcome])));

      expect(text).toContain(`3 ${outcome} ·`);
      expect(text.match(new RegExp(`0000000\\d: ${outcome}`, 'g'))).toHaveLength(3);
      expect(text.includes('Rotate: clients')).toBe(outcome === 'revoked');
      expect(text.includes('attention')).toBe(outcome === 'unknown');
      expect(text.includes('To do it by hand')).toBe(['failed', 'unknown', 'not sent'].includes(outcome));
    }
  });

  test('totals name only outcomes that occurred, and invariant 2: they add up', () => {
    const [, totals = ''] = shownBy(message(plan, itemsOf(plan, ['revoked', 'revoked', 'not sent']))).split('\n');

    expect(totals).toMatch(/^2 revoked, 1 not sent · /);
  });

  test('says why, and who stopped it', () => {
    const stopped = message(plan, itemsOf(plan, ['not sent'], 'stopped'), { stoppedBy: 'U0BOB' });

    expect(shownBy(stopped)).toContain('00000002: not sent (stopped)');
    expectTaken(stopped, { mentions: ['U0BOB'] });
  });

  test('with --debug has status, attempts, milliseconds and the reference of the request', () => {
    const debug = { ...plan, debug: true };

    expect(shownBy(message(debug, itemsOf(debug, ['failed'])))).toContain(
      '00000001: failed [HTTP 503, 6 attempts, 1234 ms, 1a2b3c4d-00000001-6]',
    );
  });

  test('names the databases of what was revoked only, each once', () => {
    const both = planOf([
      sampleToken(1, { permissions: ['b', 'a', '*', 'b'].map((resource) => ({ action: 'read', resource })) }),
      sampleToken(2, { permissions: [{ action: 'read', resource: 'untouched' }] }),
    ]);

    expect(shownBy(message(both, itemsOf(both, ['revoked', 'failed'])))).toContain(
      'Databases concerned: all (*), a, b. ',
    );
  });

  test('names a token whose line cannot be written, and where to look', () => {
    const odd = planOf([sampleToken(1, { permissions: [{ action: 'admin', resource: 'a' }] })]);

    expect(shownBy(message(odd, itemsOf(odd, ['revoked'])))).toContain(
      'No influxctl line fits the permissions of 00000001.',
    );
    expectTaken(message(odd, itemsOf(odd, ['revoked'])), ROTATION);
  });
});

describe.each(SIZES)('a result of %i tokens', (size) => {
  test('at its smallest is taken by Slack', () => {
    const plan = planOf(sampleTokens(size).map((token) => ({ ...token, description: '', permissions: [] })));

    expectTaken(message(plan, itemsOf(plan, ['already revoked'])));
    expect(shownBy(message(plan, itemsOf(plan, ['already revoked'])))).toContain('(no description)');
  });

  test.each(Object.entries(NASTY))('at its largest is taken by Slack, and says all that counts: %s', (_name, text) => {
    const tokens = Array.from({ length: size }, (_, index) => largeToken(index + 1, text));
    const plan = planOf(tokens, { reason: filled(text, 500), debug: true });
    for (const outcomes of [OUTCOMES, ['revoked'], ['unknown']] as const) {
      const items = itemsOf(plan, outcomes, NOTE);

      const large = message(plan, items, {}, PRODUCTION);

      expectTaken(large, items.some(({ outcome }) => outcome === 'revoked') ? ROTATION : {});
      const wholes = [shownBy(large), spoken(large)];
      for (const { tokenId, outcome } of items) {
        for (const whole of wholes) {
          const line = whole.slice(whole.indexOf(shortId(tokenId)));
          expect(line).toMatch(new RegExp(`^${shortId(tokenId)}[^\\n]*?: ${outcome}`));
        }
      }
    }
  });

  test('holds the line for a new token of each that was revoked, at a response URL', () => {
    const tokens = sampleTokens(size).map((token) => ({
      ...token,
      description: filled("collector of the payments team, it's old ", 80),
      permissions: Array.from({ length: 4 }, (_, index) => ({
        action: 'write',
        resource: filled(`database-${index}-`, 64),
      })),
    }));
    const plan = planOf(tokens);

    const whole = message(plan, itemsOf(plan, ['revoked']));

    expectTaken(whole, ROTATION);
    const shown = shownBy(whole);
    for (const token of tokens) expect(shown).toContain(createLine('default', token, NOON));
  });

  test('names every token whose line has no room', () => {
    const tokens = Array.from({ length: size }, (_, index) => largeToken(index + 1, NASTY.words, 30));
    const plan = planOf(tokens.map((token) => ({ ...token, description: `collector ${token.id}.` })));

    const whole = message(plan, itemsOf(plan, ['revoked']));

    expectTaken(whole, ROTATION);
    const [, rotation = ''] = shownBy(whole).split('Rotate:');
    for (const token of plan.tokens.flatMap((planned) => (planned.found === 'live' ? planned.token : []))) {
      const line = createLine('default', token, NOON) ?? 'no line';
      expect(
        rotation.includes(line) ||
          rotation.includes(`${shortId(token.id)},`) ||
          rotation.includes(`${shortId(token.id)}.`),
      ).toBe(true);
    }
  });
});

test('a hundred tokens that ended badly are all in the lines to do it by hand', () => {
  const plan = planOf(sampleTokens(100));

  const text = shownBy(message(plan, itemsOf(plan, ['failed', 'unknown', 'not sent'])));

  for (const id of plan.tokenIds) expect(text.split('To do it by hand:')[1]).toContain(id);
});

test('as a direct message the outcomes stay, and lines to copy give way first', () => {
  const tokens = sampleTokens(100).map((token) => ({ ...token, description: filled('collector of payments ', 80) }));
  const plan = planOf(tokens);
  const items = itemsOf(plan, ['revoked', 'failed']);

  const direct = fitted(message(plan, items));

  const text = shownBy(direct);
  for (const { tokenId, outcome } of items) expect(text).toMatch(new RegExp(`${shortId(tokenId)} .*: ${outcome}`));
  expect(text).toContain('Not all lines fit into a direct message.');
});

describe('a result of a thousand tokens', () => {
  const longest = Array.from({ length: 1_000 }, (_, index) => largeToken(index + 1, NASTY.words, 4));
  const plan = planOf(longest, { debug: true });

  test.each([[['revoked']], [['unknown']], [['not sent']], [OUTCOMES]] as const)(
    'names each by its outcome, counts the reasons, and ends with its buttons: %j',
    (outcomes) => {
      const items = itemsOf(plan, outcomes, NOTE);

      const whole = message(plan, items, { stoppedBy: 'U0BOB' }, PRODUCTION);

      expectTaken(whole, { mentions: ['U0BOB'], ...(outcomes[0] === 'revoked' ? ROTATION : {}) });
      for (const text of [shownBy(whole), spoken(whole)]) {
        const rows = text.split('\n');
        for (const { tokenId, outcome = '' } of items) {
          expect(rows.some((row) => row.startsWith(`${outcome}: `) && row.includes(shortId(tokenId)))).toBe(true);
        }
        expect(text).toContain(`${outcomes[0]} (${NOTE})`);
      }
      expect(whole.blocks.at(-1)?.type).toBe('actions');
      expect(fitted(whole).blocks.map(({ type }) => type)).toContain('actions');
    },
  );
});

describe('the buttons under a result', () => {
  const plan = planOf(sampleTokens(3));
  const labels = (one: Plan, outcomes: readonly Outcome[]) =>
    message(one, itemsOf(one, outcomes)).blocks.flatMap((block) =>
      block.type === 'actions'
        ? block.elements.map((element) => (element.type === 'button' ? element.accessibility_label : ''))
        : [],
    );

  test('retry what failed, is unknown or was not sent, and nothing else', () => {
    expect(labels(plan, ['failed', 'unknown', 'not sent'])[0]).toBe('Retry these 3: shows a new plan first');
    expect(labels(plan, ['revoked', 'failed', 'revoked'])[0]).toBe('Retry this one: shows a new plan first');
    expect(labels(plan, ['revoked', 'already revoked', 'refused']).join()).not.toContain('Retry');
  });

  test('share it where others read, and where it is not shared already', () => {
    const share = 'Share in channel: short IDs and outcomes, for all to see';
    const alone = { ...plan, requester: { ...plan.requester, channel: 'D0ALICE' } };
    const nowhere = { ...plan, requester: { ...plan.requester, channel: '' } };

    expect(labels(plan, ['revoked'])).toEqual([share]);
    for (const one of [alone, nowhere, { ...plan, force: true }, { ...plan, share: { channel: 'C0002' } }]) {
      expect(labels(one, ['revoked'])).toEqual([]);
    }
  });
});

test('invariant 9: whatever tokens and reasons hold, a result pings nobody and leads to InfluxData’s page only', () => {
  fc.assert(
    fc.property(nastyTokens, anyOutcomes, nastyText, (tokens, outcomes, reason) => {
      const plan = planOf(tokens, { reason });
      const items = itemsOf(plan, outcomes);

      expectTaken(message(plan, items), items.some(({ outcome }) => outcome === 'revoked') ? ROTATION : {});
    }),
  );
});

describe('a shared result', () => {
  test('holds short IDs, outcomes and totals, and nothing of what the tokens are', () => {
    const plan = planOf(
      [1, 2].map((number) =>
        sampleToken(number, { description: 'payments', permissions: [{ action: 'write', resource: 'ledger' }] }),
      ),
      { reason: 'leaked by Bob' },
    );
    const items = itemsOf(plan, ['revoked', 'failed'], 'a note');

    const text = shownBy(shared(plan, items));

    expect(text).toContain('00000001: revoked\n00000002: failed');
    expect(text).toContain('1 revoked, 1 failed');
    for (const secret of ['payments', 'ledger', 'Bob', 'a note']) {
      expect(JSON.stringify(shared(plan, items))).not.toContain(secret);
    }
  });

  test.each([...SIZES, 101, 1_000])('of %i tokens is taken by Slack, names each, and pings who asked', (size) => {
    const plan = planOf(Array.from({ length: size }, (_, index) => largeToken(index + 1, NASTY.channel, 1)));
    for (const outcomes of [OUTCOMES, ['already revoked']] as const) {
      const items = itemsOf(plan, outcomes, NOTE);

      const whole = shared(plan, items);

      expectTaken(whole, { mentions: ['U0ALICE'] });
      expect(fitted(whole)).toEqual(whole);
      for (const text of [shownBy(whole), spoken(whole)]) {
        const rows = text.split('\n');
        for (const { tokenId, outcome = '' } of items) {
          const id = shortId(tokenId);
          expect(
            rows.some((row) => row === `${id}: ${outcome}` || (row.startsWith(`${outcome}: `) && row.includes(id))),
          ).toBe(true);
        }
      }
    }
  });

  test('says whether somebody confirmed, and what to do only where something was revoked', () => {
    const plan = planOf(sampleTokens(1));
    const [confirmed, forced] = [plan, { ...plan, force: true }].map((one) =>
      shownBy(shared(one, itemsOf(one, ['revoked']))),
    );

    expect(confirmed).toContain('asked to revoke');
    expect(confirmed).toContain('Clients that used the revoked tokens need a new one.');
    expect(forced).toContain('without a confirmation (--force)');
    expect(shownBy(shared(plan, itemsOf(plan, ['failed'])))).not.toContain('new one');
  });
});

test('a result without the plan’s descriptions still counts every token', () => {
  const plan = { ...planOf(sampleTokens(2)), tokens: [] };
  const items = itemsOf(planOf(sampleTokens(2)), ['revoked']);

  expect(blocksOf(message(plan, items)).length).toBeGreaterThan(0);
  expect(shownBy(message(plan, items))).toContain('(unknown) 00000002: revoked');
  expect(later(0)).toEqual(NOON);
});
