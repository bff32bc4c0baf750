import { expect, test } from 'vitest';
import { CHAIN_NOTICES } from '../../src/revocation/auditing/chain-notices.ts';
import type { Store, Transaction } from '../../src/revocation/store.ts';
import type { QueuedNotice } from '../../src/revocation/telling/notice.ts';
import { later, NOON, sampleEntry } from './samples.ts';

type Given = (work?: (transaction: Transaction) => Promise<unknown>) => Promise<Store>;

const REFUSALS = {
  about: 'refusals',
  latest: { user: 'U0EVE', wish: 'revoke', profile: 'default', tokenIds: ['1'], denial: 'guest', subject: 'a plan' },
  times: 2,
  since: NOON,
} as const;

function queued(id: string, overrides: Partial<QueuedNotice> = {}): QueuedNotice {
  const notice = { about: 'result', planId: id } as const;
  return { id, notice, at: NOON, attempt: 0, runAt: NOON, doneAt: undefined, ...overrides };
}

/** What every store promises of what those who watch over the bot are told. */
export function noticeContract(given: Given): void {
  test.each([
    queued('a result'),
    queued('refusals', { notice: REFUSALS, attempt: 3, runAt: later(9), doneAt: later(10) }),
    queued('anchor', { notice: { about: 'anchor', head: { seq: 7, hash: 'ab' } } }),
    queued('broken', { notice: { about: 'broken chain', seq: 3, problem: 'is missing' } }),
  ])('gives a notice back as it was written: $id', async (notice) => {
    const store = await given((t) => t.putNotice(notice));

    expect(await store.transaction((t) => t.notice(notice.id))).toEqual(notice);
    expect(await store.transaction((t) => t.notice('another'))).toBeUndefined();
  });

  test('keeps one notice of each ID, as it was written last', async () => {
    const store = await given((t) => t.putNotice(queued('refusals')));
    const second = queued('refusals', { notice: REFUSALS, at: later(5) });

    await store.transaction((t) => t.putNotice(second));

    expect(await store.transaction((t) => t.notice('refusals'))).toEqual(second);
  });

  test('finds the first that is not sent, by its place in the queue and not by when it may be tried again', async () => {
    const store = await given(async (t) => {
      await t.putNotice(queued('sent', { doneAt: NOON }));
      await t.putNotice(queued('second', { at: later(2) }));
      await t.putNotice(queued('first', { at: later(1), runAt: later(9_000) }));
    });
    const first = () => store.transaction((t) => t.firstNotice());

    const before = await first();
    await store.transaction((t) => t.putNotice(queued('first', { doneAt: NOON })));
    const then = await first();
    await store.transaction((t) => t.putNotice(queued('second', { doneAt: NOON })));

    expect([before?.id, then?.id, await first()]).toEqual(['first', 'second', undefined]);
  });

  test('forgets what was sent long ago, but for what counts for good, and nothing that was not', async () => {
    const store = await given(async (t) => {
      await t.putNotice(queued('old', { doneAt: NOON }));
      await t.putNotice(queued('new', { doneAt: later(1) }));
      await t.putNotice(queued('waiting'));
      for (const id of CHAIN_NOTICES) await t.putNotice(queued(id, { doneAt: NOON }));
    });

    await store.transaction((t) => t.forgetNotices(later(1)));

    const left = await store.transaction((t) =>
      Promise.all(['old', 'new', 'waiting', ...CHAIN_NOTICES].map((id) => t.notice(id))),
    );
    expect(left.map((notice) => notice?.id)).toEqual([undefined, 'new', 'waiting', ...CHAIN_NOTICES]);
  });

  test('follows the audit log’s chain from its first entry, a stretch at a time', async () => {
    const store = await given((t) => t.audit([1, 2, 3].map((number) => sampleEntry(`entry ${number}`))));

    const first = await store.transaction((t) => t.followAudit(undefined, 2));
    const rest = await store.transaction((t) => t.followAudit(first.head, 2));
    const none = await store.transaction((t) => t.followAudit(rest.head, 2));

    const head = await store.transaction((t) => t.auditHead());
    expect(first).toMatchObject({ head: { seq: 2 }, more: true });
    expect(rest).toEqual({ head, more: false });
    expect(none).toEqual({ head, more: false });
  });

  test('follows no chain that is not the one it was', async () => {
    const store = await given((t) => t.audit([1, 2].map((number) => sampleEntry(`entry ${number}`))));
    const follow = (seq: number, hash: string) => store.transaction((t) => t.followAudit({ seq, hash }, 9));
    const head = await store.transaction((t) => t.auditHead());

    const rewritten = await follow(2, 'f'.repeat(64));
    const cutOff = await follow(3, head?.hash ?? '');

    expect(rewritten).toMatchObject({ broken: { seq: 2, problem: expect.stringContaining('rewritten') } });
    expect(cutOff).toMatchObject({ broken: { seq: 3, problem: expect.stringContaining('cut off') } });
  });

  test('follows an empty audit log to its end', async () => {
    const store = await given();

    expect(await store.transaction((t) => t.followAudit(undefined, 9))).toEqual({ head: undefined, more: false });
  });
}
