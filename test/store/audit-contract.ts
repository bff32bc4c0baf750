import { expect, test } from 'vitest';
import type { Store, Transaction } from '../../src/revocation/store.ts';
import { chained } from '../../src/store/audit-chain.ts';
import { auditRecord } from '../../src/store/audit-reading-steps.ts';
import { later, NOON, sampleEntry, TOKEN_IDS } from './samples.ts';

const [TOKEN, OTHER] = TOKEN_IDS;
const ALL = { first: 1, last: 100, newestFirst: false, limit: 100 };
const EVERYTHING = { since: NOON };

/** What every store promises to those who read its audit log. */
export function auditContract(given: (work: (transaction: Transaction) => Promise<unknown>) => Promise<Store>): void {
  const entries = [
    sampleEntry('one', { at: NOON, actor: 'U0ALICE', subject: TOKEN, detail: { profile: 'default' } }),
    sampleEntry('two', { at: later(1), actor: 'bot', detail: { profile: 'a_b/c', tokenIds: [OTHER, TOKEN] } }),
    sampleEntry('three', { at: later(2), actor: 'bot', subject: OTHER, detail: { profile: 'axb/c' } }),
    sampleEntry('four', { at: later(3), actor: 'bot', detail: { operator: 'U0ALICE', reason: 'ünï “quotes” 🔴' } }),
  ];
  const log = () => given((t) => t.audit(entries));

  test('gives entries of the audit log back exactly as they are in the chain, in either order', async () => {
    const store = await log();
    const records = chained(undefined, entries).map(auditRecord);

    const forwards = await store.transaction((t) => t.auditEntries(ALL, EVERYTHING));
    const backwards = await store.transaction((t) => t.auditEntries({ ...ALL, newestFirst: true }, EVERYTHING));

    expect(forwards).toEqual({ entries: records, older: false });
    expect(backwards.entries).toEqual(records.toReversed());
  });

  test.each([
    ['its ends', { ...ALL, first: 2, last: 3 }, ['two', 'three']],
    ['its limit', { ...ALL, limit: 2 }, ['one', 'two']],
    ['its limit from the other side', { ...ALL, limit: 1, newestFirst: true }, ['four']],
    ['nothing', { ...ALL, first: 9 }, []],
  ])('a stretch of the audit log is no longer than %s', async (_what, stretch, expected) => {
    const store = await log();

    const { entries: found } = await store.transaction((t) => t.auditEntries(stretch, EVERYTHING));

    expect(found.map(({ action }) => action)).toEqual(expected);
  });

  test.each([
    ['a time', { since: later(2) }, ['three', 'four']],
    ['a token', { since: NOON, token: TOKEN }, ['one', 'two']],
    ['the beginning of one', { since: NOON, token: OTHER?.slice(0, 8) }, ['two', 'three']],
    ['a person, and what was done for them', { since: NOON, user: 'U0ALICE' }, ['one', 'four']],
    ['profiles', { since: NOON, profiles: ['default', 'other'] }, ['one']],
    ['all of these', { since: later(1), token: TOKEN, user: 'bot', profiles: ['a_b/c'] }, ['two']],
  ])('entries of the audit log are found by %s', async (_what, filter, expected) => {
    const store = await log();

    const { entries: found } = await store.transaction((t) => t.auditEntries(ALL, filter));

    // More may come, and is looked at closely; nothing that is asked for may be missing.
    expect(found.map(({ action }) => action).filter((action) => expected.includes(action))).toEqual(expected);
    expect(found.length - expected.length).toBeLessThanOrEqual(1);
  });

  test('says of a stretch of the audit log when all of it is older', async () => {
    const store = await log();
    const older = async (since: Date, first = 1) =>
      (await store.transaction((t) => t.auditEntries({ ...ALL, first, last: 3 }, { since, user: 'U0NOBODY' }))).older;

    expect([await older(later(3)), await older(later(2)), await older(NOON)]).toEqual([true, false, false]);
  });
}
