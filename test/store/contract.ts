import { expect, test } from 'vitest';
import { type Store, StoreBusyError, type Transaction } from '../../src/revocation/store.ts';
import { auditContract } from './audit-contract.ts';
import { deskContract } from './desk-contract.ts';
import { noticeContract } from './notice-contract.ts';
import { rotationContract } from './rotation-contract.ts';
import { later, NOON, sampleEntry, sampleItem, samplePlan, sampleRevocation, TOKEN_IDS } from './samples.ts';
import { selectionContract } from './selection-contract.ts';
import { sharingContract } from './sharing-contract.ts';

const [FIRST, SECOND] = TOKEN_IDS;
const LEASE = { profile: 'default', limit: 10, now: NOON, leaseUntil: later(15_000) };

/** What every store promises, whatever keeps it. */
export function storeContract(open: () => Promise<Store>): void {
  async function given(work: (transaction: Transaction) => Promise<unknown> = async () => undefined): Promise<Store> {
    const store = await open();
    await store.transaction(work);
    return store;
  }

  /** A store with one running revocation of two tokens. */
  async function running() {
    const plan = samplePlan({ state: 'confirmed' });
    const store = await given(async (t) => {
      await t.addPlan(plan, sampleEntry('asked'));
      await t.addRevocation(
        sampleRevocation(plan),
        TOKEN_IDS.map((id) => sampleItem(plan, id)),
      );
    });
    return { store, plan };
  }

  test('gives a plan back exactly as it was written', async () => {
    const plan = samplePlan({ ending: 'nothing', decidedBy: 'U0ALICE', decidedAt: later(5) });
    const store = await given((t) => t.addPlan(plan, sampleEntry('asked')));

    expect(await store.transaction((t) => t.plan(plan.id))).toEqual(plan);
    expect(await store.transaction((t) => t.plan('0'.repeat(32)))).toBeUndefined();
  });

  test('moves a plan only out of the state it is expected in', async () => {
    const plan = samplePlan();
    const store = await given((t) => t.addPlan(plan, sampleEntry('asked')));
    const claimed = { ...plan, state: 'claimed' as const };

    const moves = [
      await store.transaction((t) => t.movePlan(claimed, 'pending', sampleEntry('claimed'))),
      await store.transaction((t) => t.movePlan({ ...plan, state: 'cancelled' }, 'pending', sampleEntry('cancelled'))),
    ];

    expect(moves).toEqual([true, false]);
    expect((await store.transaction((t) => t.plan(plan.id)))?.state).toBe('claimed');
  });

  test('moves a plan once when fifty try at the same time', async () => {
    const plan = samplePlan();
    const store = await given((t) => t.addPlan(plan, sampleEntry('asked')));

    const moves = await Promise.all(
      Array.from({ length: 50 }, () =>
        store.transaction((t) => t.movePlan({ ...plan, state: 'claimed' }, 'pending', sampleEntry('claimed'))),
      ),
    );

    expect(moves.filter(Boolean)).toHaveLength(1);
  });

  test('undoes everything when one step of a transaction throws', async () => {
    const store = await given();
    const plan = samplePlan();

    const failing = store.transaction(async (t) => {
      await t.firstDelivery('trigger', NOON);
      await t.addPlan(plan, sampleEntry('asked'));
      throw new Error('disk full');
    });

    await expect(failing).rejects.toThrow('disk full');
    expect(await store.transaction((t) => t.plan(plan.id))).toBeUndefined();
    expect(await store.transaction((t) => t.firstDelivery('trigger', NOON))).toBe(true);
  });

  test('commits nothing once its time is up', async () => {
    const store = await given();
    const plan = samplePlan();

    const late = store.transaction((t) => t.addPlan(plan, sampleEntry('asked')), { withinMs: 0 });

    await expect(late).rejects.toBeInstanceOf(StoreBusyError);
    expect(await store.transaction((t) => t.plan(plan.id))).toBeUndefined();
  });

  test('knows a delivery it has seen, until it is forgotten', async () => {
    const store = await given();

    const seen = [
      await store.transaction((t) => t.firstDelivery('trigger', NOON)),
      await store.transaction((t) => t.firstDelivery('trigger', later(1))),
    ];
    await store.transaction((t) => t.forget({ deliveries: later(1), replies: NOON }));

    expect(seen).toEqual([true, false]);
    expect(await store.transaction((t) => t.firstDelivery('trigger', later(2)))).toBe(true);
  });

  test('finds the open twin of a plan, and no older or decided one', async () => {
    const plan = samplePlan();
    const store = await given((t) => t.addPlan(plan, sampleEntry('asked')));
    const { twinKey } = await import('../../src/revocation/plan.ts');
    const key = twinKey({ ...plan, tokenIds: [...plan.tokenIds].reverse() });

    expect((await store.transaction((t) => t.twin(key, later(-60_000))))?.id).toBe(plan.id);
    expect(await store.transaction((t) => t.twin(key, NOON))).toBeUndefined();
    await store.transaction((t) => t.movePlan({ ...plan, state: 'cancelled' }, 'pending', sampleEntry('cancelled')));
    expect(await store.transaction((t) => t.twin(key, later(-60_000)))).toBeUndefined();
  });

  test('counts the uses of a reply address up to a limit, and erases old ones', async () => {
    const plan = samplePlan();
    const store = await given((t) => t.addPlan(plan, sampleEntry('asked')));
    const url = plan.reply?.url ?? '';

    const used = [];
    for (let use = 0; use < 3; use += 1) used.push(await store.transaction((t) => t.useReply(plan.id, url, 2)));
    expect(used).toEqual([true, true, false]);
    expect(await store.transaction((t) => t.useReply(plan.id, 'https://elsewhere', 5))).toBe(false);

    await store.transaction((t) => t.forget({ deliveries: NOON, replies: later(1) }));
    expect((await store.transaction((t) => t.plan(plan.id)))?.reply).toBeUndefined();
  });

  test('leases each item once, counts attempt and fence, and says what is left', async () => {
    const { store, plan } = await running();

    const [first] = await store.transaction((t) => t.claimItems({ ...LEASE, limit: 1 }));
    const rest = await store.transaction((t) => t.claimItems(LEASE));
    const none = await store.transaction((t) => t.claimItems(LEASE));

    expect(first?.item).toMatchObject({
      tokenId: FIRST,
      state: 'leased',
      attempt: 1,
      fence: 1,
      sent: false,
      lost: false,
      startedAt: NOON,
    });
    expect(first?.plan.id).toBe(plan.id);
    expect(rest.map(({ item }) => item.tokenId)).toEqual([SECOND]);
    expect(none).toEqual([]);
    expect(await store.transaction((t) => t.openItems(plan.id))).toBe(2);
    expect(await store.transaction((t) => t.claimItems({ ...LEASE, profile: 'other', now: later(60_000) }))).toEqual(
      [],
    );
  });

  test('refuses the write of an owner whose lease went to another', async () => {
    const { store } = await running();
    const [stale] = await store.transaction((t) => t.claimItems({ ...LEASE, limit: 1 }));
    const [taken] = await store.transaction((t) =>
      t.claimItems({ ...LEASE, limit: 1, now: later(15_000), leaseUntil: later(30_000) }),
    );
    if (!stale || !taken) throw new Error('nothing was leased');

    const written = [
      await store.transaction((t) => t.writeItem({ ...stale.item, state: 'done', outcome: 'failed' })),
      await store.transaction((t) =>
        t.writeItem({ ...taken.item, state: 'done', outcome: 'revoked', doneAt: later(2) }),
      ),
      await store.transaction((t) => t.writeItem({ ...taken.item, state: 'done', outcome: 'unknown' })),
    ];

    expect(taken.item).toMatchObject({ tokenId: stale.item.tokenId, attempt: 2, fence: 2, sent: true, lost: true });
    expect(written).toEqual([false, true, false]);
    const items = await store.transaction((t) => t.items(taken.plan.id));
    expect(items.map(({ outcome }) => outcome)).toEqual(['revoked', undefined]);
  });

  test('gives back leased items as possibly sent', async () => {
    const { store } = await running();
    const [leased] = await store.transaction((t) => t.claimItems({ ...LEASE, limit: 1 }));
    if (!leased) throw new Error('nothing was leased');
    await store.transaction((t) => t.writeItem({ ...leased.item, state: 'ready', runAt: later(1) }));
    await store.transaction((t) => t.claimItems({ ...LEASE, limit: 1 }));

    const released = await store.transaction((t) => t.releaseLeases(later(1)));
    const claimed = await store.transaction((t) => t.claimItems({ ...LEASE, now: later(1) }));

    expect(released).toBe(1);
    expect(claimed.map(({ item }) => [item.tokenId, item.sent, item.lost])).toEqual([
      [FIRST, false, false],
      [SECOND, true, true],
    ]);
  });

  test('says when the next item is due or a lease ends', async () => {
    const { store } = await running();
    expect(await store.transaction((t) => t.nextItemAt(later(-5)))).toEqual(NOON);
    expect(await store.transaction((t) => t.nextItemAt(NOON))).toBeUndefined();

    const [leased] = await store.transaction((t) => t.claimItems({ ...LEASE, limit: 1 }));
    expect(await store.transaction((t) => t.nextItemAt(NOON))).toEqual(later(15_000));

    if (!leased) throw new Error('nothing was leased');
    await store.transaction((t) => t.writeItem({ ...leased.item, state: 'ready', runAt: later(500) }));
    expect(await store.transaction((t) => t.nextItemAt(NOON))).toEqual(later(500));
  });

  test('never has one token in two running revocations', async () => {
    const { store, plan } = await running();
    const other = samplePlan({ state: 'confirmed' });

    expect(await store.transaction((t) => t.held('default', [FIRST]))).toEqual(new Map([[FIRST, plan.id]]));
    expect(await store.transaction((t) => t.held('other', [FIRST]))).toEqual(new Map());
    const both = [FIRST, SECOND].map((id) => [id, plan.id] as const);
    expect(await store.transaction((t) => t.held('default'))).toEqual(new Map(both));
    expect(await store.transaction((t) => t.held('other'))).toEqual(new Map());
    const doubled = store.transaction(async (t) => {
      await t.addPlan(other, sampleEntry('asked'));
      await t.addRevocation(sampleRevocation(other), [sampleItem(other, FIRST)]);
    });

    await expect(doubled).rejects.toThrow(/unique/i);
    await store.transaction(async (t) => {
      await t.addPlan(other, sampleEntry('asked'));
      await t.addRevocation(sampleRevocation(other, { state: 'done' }), [
        sampleItem(other, FIRST, { state: 'done', outcome: 'not sent' }),
      ]);
    });
  });

  test('gives the plans whose revocations run in the same order to all', async () => {
    const store = await given();
    const ids = ['c', 'a', 'd', 'b'].map((digit) => digit.repeat(32));
    for (const [index, id] of ids.entries()) {
      const plan = samplePlan({ id });
      await store.transaction(async (t) => {
        await t.addPlan(plan, sampleEntry('asked'));
        await t.addRevocation(sampleRevocation(plan), [sampleItem(plan, `token ${index}`)]);
      });
    }

    const running = await store.transaction((t) => t.runningPlans());

    expect(running.map(({ id }) => id)).toEqual(ids.toSorted());
  });

  test('writes a revocation as it now is', async () => {
    const { store, plan } = await running();
    const ended = sampleRevocation(plan, { state: 'attention', finishedAt: later(9), stoppedBy: 'U0ALICE' });

    expect((await store.transaction((t) => t.runningPlans())).map(({ id }) => id)).toEqual([plan.id]);
    await store.transaction((t) => t.setRevocation(ended));
    expect(await store.transaction((t) => t.runningPlans())).toEqual([]);

    expect(await store.transaction((t) => t.revocation(plan.id))).toEqual(ended);
    expect(await store.transaction((t) => t.revocation('0'.repeat(32)))).toBeUndefined();
  });

  test('queues each announcement once, and keeps it until it is finished', async () => {
    const { store, plan } = await running();
    await store.transaction((t) => t.announce(plan.id, 'result', NOON));
    await store.transaction((t) => t.announce(plan.id, 'result', later(1)));

    const [due, ...more] = await store.transaction((t) => t.dueAnnouncements(NOON, 10));
    expect(due).toEqual({ planId: plan.id, about: 'result', attempt: 0, runAt: NOON, queuedAt: NOON });
    expect(more).toEqual([]);

    if (!due) throw new Error('nothing was due');
    await store.transaction((t) => t.postponeAnnouncement({ ...due, attempt: 1, runAt: later(2_000) }));
    expect(await store.transaction((t) => t.dueAnnouncements(NOON, 10))).toEqual([]);
    expect(await store.transaction((t) => t.nextAnnouncementAt(NOON))).toEqual(later(2_000));

    await store.transaction((t) => t.finishAnnouncement(due, later(1)));
    await store.transaction((t) => t.announce(plan.id, 'result', later(3)));
    expect(await store.transaction((t) => t.dueAnnouncements(later(9_000), 10))).toEqual([]);
  });

  test('finds plans by their state, oldest first', async () => {
    const [older, newer, done] = [
      samplePlan(),
      samplePlan({ createdAt: later(1) }),
      samplePlan({ state: 'confirmed' }),
    ];
    const store = await given(async (t) => {
      for (const plan of [newer, older, done]) await t.addPlan(plan, sampleEntry('asked'));
    });

    const found = await store.transaction((t) => t.plansIn(['pending', 'draft']));

    expect(found.map(({ id }) => id)).toEqual([older.id, newer.id]);
  });

  test('keeps one freeze, the first, until it is removed', async () => {
    const store = await given();
    const freeze = { by: 'U0BOB', reason: 'wrong cluster', at: NOON };

    const before = await store.transaction((t) => t.freeze());
    const added = [
      await store.transaction((t) => t.addFreeze(freeze)),
      await store.transaction((t) => t.addFreeze({ by: 'U0CAROL', reason: '', at: later(1) })),
    ];
    const during = await store.transaction((t) => t.freeze());
    await store.transaction((t) => t.removeFreeze());
    const after = await store.transaction((t) => t.freeze());

    expect([before, ...added, during, after]).toEqual([undefined, true, false, freeze, undefined]);
  });

  test('counts what is not over yet', async () => {
    const { store, plan } = await running();
    await store.transaction(async (t) => {
      await t.addPlan(samplePlan(), sampleEntry('asked'));
      await t.announce(plan.id, 'result', NOON);
    });

    expect(await store.transaction((t) => t.openWork())).toEqual({
      ...{ plans: 1, revocations: 1, items: TOKEN_IDS.length, announcements: 1, rotations: 0 },
    });
  });

  test('finds the tokens whose outcome became unknown since then, the latest first', async () => {
    const plan = samplePlan({ state: 'confirmed' });
    const unknown = { state: 'done', outcome: 'unknown' } as const;
    const store = await given(async (t) => {
      await t.addPlan(plan, sampleEntry('asked'));
      await t.addRevocation(sampleRevocation(plan), [
        { ...sampleItem(plan, FIRST ?? ''), ...unknown, doneAt: later(1) },
        { ...sampleItem(plan, SECOND ?? ''), ...unknown, doneAt: later(2) },
      ]);
    });

    const found = async (since: Date) => (await store.transaction((t) => t.unknownItems(since))).map((i) => i.tokenId);

    expect(await found(NOON)).toEqual([SECOND, FIRST]);
    expect(await found(later(2))).toEqual([SECOND]);
  });

  test('says where the audit log ends, which trying it does not change', async () => {
    const store = await given();

    const empty = await store.transaction((t) => t.auditHead());
    await store.transaction((t) => t.audit([sampleEntry('one'), sampleEntry('two')]));
    const head = await store.transaction((t) => t.auditHead());
    await store.transaction(async (t) => {
      await t.heartbeat(NOON);
      await t.tryAudit(NOON);
      await t.heartbeat(later(1));
    });

    expect(empty).toBeUndefined();
    expect(head).toMatchObject({ seq: 2, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await store.transaction((t) => t.auditHead())).toEqual(head);
  });

  auditContract(given);
  deskContract(given);
  selectionContract(given);
  rotationContract(given);
  sharingContract(given);
  noticeContract(given);
}
