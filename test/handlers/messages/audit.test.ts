import { describe, expect, test } from 'vitest';
import { buttonValue, questionIn } from '../../../handlers/audit-question.ts';
import { type AuditButtons, auditMessage, exportedMessage, exportMessage } from '../../../handlers/messages/audit.ts';
import { peopleIn } from '../../../handlers/messages/audit-rows.ts';
import type { AuditPage } from '../../../src/revocation/auditing/audit-pages.ts';
import type { AuditRecord } from '../../../src/revocation/auditing/audit-record.ts';
import { NOON, tokenId } from '../../revocation/samples.ts';
import { NASTY } from './nasty.ts';
import { expectTaken, shownBy, spoken } from './slack-takes.ts';

const PLAN = 'ab'.repeat(16);
const NASTY_TEXT = Object.values(NASTY).join('');

const record = (overrides: Partial<AuditRecord> = {}): AuditRecord => ({
  ...{ seq: 7, at: NOON, actor: 'bot', action: 'plan shown', subject: PLAN, detail: '{"profile":"default"}' },
  ...{ prevHash: '0'.repeat(64), hash: '1'.repeat(64) },
  ...overrides,
});
const page = (records: readonly AuditRecord[], more: Partial<AuditPage> = {}): AuditPage => ({
  ...{ kind: 'page', records, earlier: undefined, later: undefined, stoppedAfter: undefined },
  ...more,
});

const LONGEST_QUERY = {
  since: NOON,
  token: tokenId(1),
  user: `U${'A1'.repeat(15)}`,
  profile: `a${'/é'.replace('é', '@').repeat(49)}`,
};
const LONGEST_VALUE = buttonValue({ query: LONGEST_QUERY, turn: { to: 'earlier', than: Number.MAX_SAFE_INTEGER } });
const NO_BUTTONS: AuditButtons = { earlier: undefined, later: undefined, whole: 'since=0' };

describe('a page of the audit log', () => {
  test('without entries says so, and how to find some, and exports nothing', () => {
    const message = auditMessage(page([]), { since: NOON, user: 'U0BOB' }, new Map(), NO_BUTTONS);

    expectTaken(message);
    const nothing =
      'Nothing in this time matches that you may read. To find more: ask for a longer time, such as --since 30d, or leave out --user.';
    expect(shownBy(message)).toContain(nothing);
    expect(spoken(message)).toContain(nothing);
    expect(JSON.stringify(message.blocks)).not.toContain('Export');
  });

  test('at its largest, of the worst there can be, is taken by Slack and pings nobody', () => {
    const ids = Array.from({ length: 100 }, (_, index) => tokenId(index));
    const detail = JSON.stringify({
      ...{ profile: NASTY_TEXT, operator: 'U0EVE00001', revocation: PLAN, tokenIds: ids },
      ...{ denial: NASTY_TEXT, why: NASTY_TEXT, outcomes: { [NASTY_TEXT]: 3, revoked: 99, failed: 0 } },
    });
    const worst = record({ seq: Number.MAX_SAFE_INTEGER, actor: NASTY_TEXT, action: NASTY_TEXT, detail });
    const names = new Map([['U0EVE00001', NASTY_TEXT]]);
    const values = { earlier: LONGEST_VALUE, later: LONGEST_VALUE, whole: LONGEST_VALUE };
    const all = page(
      Array.from({ length: 10 }, () => worst),
      { stoppedAfter: 200_000 },
    );

    const message = auditMessage(all, LONGEST_QUERY, names, values);

    expectTaken(message);
    expect(spoken(message)).toContain('and 97 more');
    expect(spoken(message)).toContain('200000 entries were looked through, and there are more.');
    expect(LONGEST_VALUE.length).toBeLessThan(2_000);
    expect(questionIn(LONGEST_VALUE)).toEqual({
      query: LONGEST_QUERY,
      turn: { to: 'earlier', than: Number.MAX_SAFE_INTEGER },
    });
  });

  test.each<[Partial<AuditRecord>, string]>([
    [{ action: 'plan asked for', actor: 'U0BOB00001' }, 'Bob: asked for a plan on default · R-abababab · #7'],
    [{ actor: 'U0EVE00001' }, 'U0EVE00001: plan shown on default'],
    [{ detail: '{"operator":"U0BOB00001"}' }, 'the bot for Bob: plan shown · R-abababab · #7'],
    [{ action: 'constructor', subject: 'x', detail: '{}' }, 'the bot: constructor · #7'],
    [{ detail: '{"outcomes":{"revoked":2,"failed":0,"unknown":1}}' }, 'plan shown (2 revoked, 1 unknown)'],
    [{ action: 'click refused', detail: '{"why":"foreign"}' }, 'click refused (foreign)'],
    [{ action: 'audit read refused', detail: '{"denial":"guest"}' }, 'was refused the audit log (guest)'],
    [{ subject: tokenId(3), detail: `{"revocation":"${PLAN}"}` }, `${tokenId(3).slice(0, 8)} · R-abababab`],
    [{ detail: '{"tampered' }, 'the bot: plan shown · R-abababab · #7'],
  ])('tells %j in a line', (overrides, expected) => {
    const names = new Map([['U0BOB00001', 'Bob']]);

    const message = auditMessage(page([record(overrides)]), { since: NOON }, names, NO_BUTTONS);

    expectTaken(message);
    expect(shownBy(message)).toContain(expected);
  });

  test('asks Slack for the names of people only, each once', () => {
    const records = [record({ actor: 'U0BOB00001' }), record({ detail: '{"operator":"U0BOB00001"}' }), record()];

    expect(peopleIn([...records, record({ actor: 'unknown', detail: '{"operator":"<!channel>"}' })])).toEqual([
      'U0BOB00001',
    ]);
  });
});

describe('an export', () => {
  const found = { kind: 'export', lines: ['{}'], isWhole: true, newest: NOON, oldest: NOON } as const;

  test('says what the file holds, and what a line proves', () => {
    const message = exportMessage(found, LONGEST_QUERY);

    expectTaken(message);
    expect(shownBy(message)).toContain('The file holds 1 entry, from');
    expect(shownBy(message)).not.toContain('It was cut.');
  });

  test('that was cut says which entries are left out, and how to narrow it', () => {
    const message = exportMessage({ ...found, isWhole: false }, { since: NOON });

    expectTaken(message);
    expect(spoken(message)).toMatch(/It was cut\. These are the newest of them.*Narrow it with --since, --token/);
  });

  test.each([
    [0, 'nothing was exported'],
    [1, '1 entry of the audit log went to you'],
    [20_000, '20000 entries of the audit log went to you'],
  ])('of %i lines is said where it was asked for', (lines, expected) => {
    expectTaken(exportedMessage(lines));
    expect(shownBy(exportedMessage(lines))).toContain(expected);
  });
});
