import { describe, expect, test } from 'vitest';
import { planMessage } from '../../../handlers/messages/plan.ts';
import type { Plan } from '../../../src/revocation/plan.ts';
import type { LostAccess } from '../../../src/revocation/planning/blast-radius.ts';
import { NOON, sampleToken, tokenId } from '../../revocation/samples.ts';
import { filled, NASTY, planOf } from './nasty.ts';
import { expectTaken, shownBy, spoken } from './slack-takes.ts';

const DEFAULT = { name: 'default', production: false };
const NONE: LostAccess = { names: [], more: 0, unnamed: false };
const metrics: LostAccess = { names: ['metrics'], more: 0, unnamed: false };

const planWith = (around: Pick<Plan, 'blastRadius' | 'elsewhere'>) => planOf([sampleToken(1)], around);
const message = (around: Pick<Plan, 'blastRadius' | 'elsewhere' | 'dialog'>) =>
  planMessage(planWith(around), DEFAULT, NOON);

describe('the blast radius, in one line', () => {
  test.each([
    [
      'both',
      {
        unwritable: { names: ['logs', 'metrics'], more: 3, unnamed: false },
        unreadable: { names: [], more: 0, unnamed: true },
      },
      'After this, no token can write to logs, metrics, 3 more, and no token can read any database.',
    ],
    [
      'the last token for all databases',
      { unwritable: { ...metrics, unnamed: true }, unreadable: NONE },
      'After this, no token can write to metrics, any other database.',
    ],
    ['reading alone', { unwritable: NONE, unreadable: metrics }, 'After this, no token can read metrics.'],
    ['nothing', { unwritable: NONE, unreadable: NONE }, 'No database loses its last reader or writer.'],
    [
      'a slow list',
      { notChecked: 'the list of tokens took longer than two seconds' },
      'Blast radius not checked: the list of tokens took longer than two seconds.',
    ],
  ])('%s', (_what, blastRadius, line) => {
    expect(shownBy(message({ blastRadius })).split('\n')).toContain(line);
    expect(spoken(message({ blastRadius })).split('\n')).toContain(line);
  });

  test('is not there where it was not looked at', () => {
    expect(shownBy(message({}))).not.toMatch(/blast|After this|No database/i);
  });

  test.each(Object.entries(NASTY))('names of databases mean nothing to Slack: %s', (_what, text) => {
    const names = Array.from({ length: 10 }, () => filled(text, 200));
    const lost = { names, more: 9_990, unnamed: true };

    expectTaken(message({ blastRadius: { unwritable: lost, unreadable: lost } }), { mentions: ['U0ALICE'] });
  });
});

describe('tokens that are elsewhere', () => {
  test('are told with where they are and what to type, a line for each profile', () => {
    const elsewhere = [
      { id: tokenId(1), profile: 'prod-eu', revoked: false },
      { id: tokenId(2), profile: 'prod eu', revoked: false },
      { id: tokenId(3), profile: 'prod-eu', revoked: false },
      { id: tokenId(4), profile: 'old', revoked: true },
    ];

    const shown = shownBy(message({ elsewhere }));

    expect(shown).toContain('00000001, 00000003 are tokens of prod-eu. Nothing is done there: use --profile prod-eu.');
    expect(shown).toContain('00000002 is a token of prod eu. Nothing is done there: use --profile "prod eu".');
    expect(shown).toContain('00000004 is a token of old, already revoked there.');
  });

  test('are told without a flag where the plan is of a dialog', () => {
    const elsewhere = [{ id: tokenId(1), profile: 'prod-eu', revoked: false }];

    expect(shownBy(message({ elsewhere, dialog: 'V0123' }))).toContain(
      '00000001 is a token of prod-eu. Nothing is done there: choose prod-eu in a dialog of its own.',
    );
  });

  test('are told where nothing is left to revoke, too', () => {
    const elsewhere = [{ id: tokenId(1), profile: 'prod-eu', revoked: false }];
    const plan: Plan = {
      ...planWith({ elsewhere }),
      state: 'refused',
      tokens: [{ id: tokenId(1), found: 'not found' }],
    };

    const shown = shownBy(planMessage(plan, DEFAULT, NOON));

    expect(shown).toContain('There is nothing to revoke.');
    expect(shown).toContain('00000001 is a token of prod-eu.');
  });

  test.each([
    [100, false],
    [101, true],
  ])('were not all looked for where there are many unknown ones: %i', (unknown, said) => {
    const tokens = Array.from({ length: unknown }, (_, index) => ({
      id: tokenId(index + 1),
      found: 'not found' as const,
    }));
    const words = `Of ${unknown} unknown tokens only the first 100 were looked for on other profiles.`;

    const shown = shownBy(planMessage({ ...planWith({ elsewhere: [] }), tokens }, DEFAULT, NOON));
    const alone = shownBy(planMessage({ ...planWith({}), tokens }, DEFAULT, NOON));

    expect(shown.includes(words)).toBe(said);
    expect(alone).not.toContain('other profiles');
  });

  test('a hundred of them fit', () => {
    const ids = Array.from({ length: 100 }, (_, index) => tokenId(index + 1));
    const here = { ...planWith({}), tokens: ids.map((id) => ({ id, found: 'not found' as const })) };
    const spread = ids.map((id, index) => ({ id, profile: `${filled('profile ', 90)}${index}`, revoked: false }));

    expectTaken(planMessage({ ...here, elsewhere: spread }, DEFAULT, NOON), { mentions: ['U0ALICE'] });
    const together = spread.map((one) => ({ ...one, profile: 'prod-eu' }));
    expect(shownBy(planMessage({ ...here, elsewhere: together }, DEFAULT, NOON))).toContain(
      '00000010 and 90 more are tokens of prod-eu.',
    );
  });
});
