import { describe, expect, test } from 'vitest';
import { PlaceRefusedError } from '../../../src/revocation/announcer.ts';
import type { Transaction } from '../../../src/revocation/store.ts';
import type { NoticeBoard, ShownNotice } from '../../../src/revocation/telling/notice.ts';
import { createNoticeSender, type NoticeSender } from '../../../src/revocation/telling/notice-sender.ts';
import { QUIET_MS, queueRefusal, queueResult, refusalIn } from '../../../src/revocation/telling/notices.ts';
import { noticingStore } from '../../../src/revocation/telling/noticing-store.ts';
import { IN_MEMORY, openSqliteStore } from '../../../src/store/sqlite.ts';
import { sampleEntry, sampleItem, samplePlan, sampleRevocation, TOKEN_IDS } from '../../store/samples.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { quiet } from '../event-loop.ts';
import { NOON } from '../samples.ts';

const EVE = { user: 'U0EVE', wish: 'revoke', profile: 'default', tokenIds: [], denial: 'guest', subject: '' };

/** Senders on one store, and what arrived where those who watch over the bot read. */
async function given(senders = 1, { postingMs = 0 } = {}) {
  const clock = createFakeClock(NOON);
  const store = await openSqliteStore(IN_MEMORY);
  const posted: string[] = [];
  const goings: ((shown: ShownNotice) => Promise<void>)[] = [];
  const faults: string[] = [];
  const board: NoticeBoard = {
    async post(shown, { repeated }) {
      if (postingMs > 0) await new Promise<void>((resolve) => clock.after(postingMs, resolve));
      await goings.shift()?.(shown);
      posted.push(`${wordsOf(shown)}${repeated ? ' again' : ''}`);
    },
  };
  const onFault = (error: unknown) => void faults.push(String(error));
  const another = () => createNoticeSender({ store, clock, board, pollMs: 1_000, onFault });
  const all: NoticeSender[] = Array.from({ length: senders }, another);
  const queue = (work: (transaction: Transaction, now: Date) => Promise<void>) =>
    store.transaction((transaction) => work(transaction, clock.now()));
  return {
    ...{ clock, store, posted, goings, faults, queue },
    async refuse(user = EVE.user) {
      await queue((transaction, now) => queueRefusal(transaction, { ...EVE, user }, now));
    },
    async pass(ms = 0) {
      for (const sender of all) sender.wake();
      await quiet();
      for (let passed = 0; passed < ms; passed += 1_000) {
        clock.advance(1_000);
        await quiet();
      }
    },
    stop: () => Promise.all(all.map((sender) => sender.stop())),
    startAnother: () => void all.push(another()),
  };
}

function wordsOf(shown: ShownNotice): string {
  if (shown.about === 'refusals') return `${shown.latest.user} ${shown.times}`;
  return shown.about === 'result' ? `result ${shown.plan.reason}` : shown.about;
}

const fails = async () => {
  throw new Error('scripted: Slack did not answer');
};
const takesNothing = async () => {
  throw new PlaceRefusedError('not a member');
};

describe('notices', () => {
  test('are sent in order, the first again and again before the second, and marked', async () => {
    const { goings, refuse, pass, posted, faults } = await given();
    goings.push(fails, fails);
    await refuse('U0FIRST');
    await pass(1_000);
    await refuse('U0SECOND');

    await pass(90_000);

    expect(posted).toEqual(['U0FIRST 1 again', 'U0SECOND 1']);
    expect(faults).toHaveLength(2);
  });

  test('are sent by one of several processes', async () => {
    const { refuse, pass, posted } = await given(3, { postingMs: 10_000 });
    for (const user of ['U01', 'U02', 'U03', 'U04']) await refuse(user);

    await pass(50_000);

    expect(posted.toSorted()).toEqual(['U01 1', 'U02 1', 'U03 1', 'U04 1']);
  });

  test('are taken over, marked, from a process that ended in the middle', async () => {
    const { goings, refuse, pass, posted } = await given(2);
    goings.push(() => new Promise(() => undefined));
    await refuse();

    await pass(31_000);

    expect(posted).toEqual(['U0EVE 1 again']);
  });

  test('that a place does not take are tried every five minutes, and are no repetition', async () => {
    const { goings, refuse, pass, posted, faults } = await given();
    goings.push(takesNothing, takesNothing);
    await refuse();

    await pass(5 * 60_000);
    const waiting = goings.length;
    await pass(5 * 60_000);

    expect(waiting).toBe(0);
    expect(posted).toEqual(['U0EVE 1']);
    expect(faults).toEqual([]);
  });

  test('are given up after a week, which is audited, and do not hold up the next', async () => {
    const { goings, clock, refuse, pass, posted, store } = await given();
    goings.push(fails);
    await refuse('U0FIRST');
    await pass(1_000);
    clock.advance(7 * 24 * 3_600_000);
    await refuse('U0SECOND');

    await pass(2_000);

    expect(posted).toEqual(['U0SECOND 1']);
    expect(await store.transaction((t) => t.auditHead())).toMatchObject({ seq: 1 });
  });

  test('are left to the next process by one that was stopped', async () => {
    const { refuse, pass, posted, stop, startAnother } = await given();
    await stop();
    await refuse();
    await pass(60_000);
    const before = [...posted];

    startAnother();
    await pass();

    expect([before, posted]).toEqual([[], ['U0EVE 1']]);
  });
});

describe('refusals of one person', () => {
  test('that come while the first is being sent are told later, and none is lost', async () => {
    const { goings, refuse, pass, posted } = await given();
    goings.push(async () => {
      await refuse();
      await refuse();
    });
    await refuse();

    await pass(QUIET_MS - 1_000);
    const before = [...posted];
    await pass(2_000);

    expect([before, posted]).toEqual([['U0EVE 1'], ['U0EVE 1', 'U0EVE 2']]);
  });

  test('that come while one process is held up and another one sends the first are told later, and none is lost', async () => {
    const { goings, clock, refuse, pass, posted } = await given(2);
    const stalls = (ms: number) => () => new Promise<void>((resolve) => clock.after(ms, resolve));
    goings.push(stalls(40_000), stalls(15_000));
    await refuse();
    await pass(10_000);
    await refuse();

    await pass(25_000);
    await refuse();
    await pass(QUIET_MS + 60_000);

    expect(posted).toEqual(['U0EVE 1', 'U0EVE 2 again', 'U0EVE 1']);
  });

  test('that come while Slack is away are told together', async () => {
    const { goings, refuse, pass, posted } = await given();
    goings.push(fails, fails, fails);
    for (let time = 0; time < 5; time += 1) {
      await refuse();
      await pass(1_000);
    }

    await pass(180_000);

    expect(posted).toEqual(['U0EVE 5 again']);
  });

  test('are told at once again when it was quiet for five minutes', async () => {
    const { refuse, pass, posted } = await given();
    await refuse();
    await pass(QUIET_MS);

    await refuse();
    await pass();

    expect(posted).toEqual(['U0EVE 1', 'U0EVE 1']);
  });

  test.each([
    ['frozen', undefined],
    ['unreadable', undefined],
    ['guest', 'guest'],
  ])('are those of a person: %s', (denial, told) => {
    const entry = sampleEntry('request refused', { detail: { denial } });

    expect(refusalIn(entry, undefined)?.denial).toBe(told);
  });

  test('are read from what the bot decided on their behalf, too, and from clicks on the plans of others', () => {
    const decided = sampleEntry('plan refused', {
      actor: 'bot',
      detail: { denial: 'guest', operator: 'U0EVE', force: true },
    });
    const click = sampleEntry('click refused', { actor: 'U0EVE', detail: { why: 'foreign' } });

    expect(refusalIn(decided, { tokenIds: ['1'] })).toMatchObject({
      user: 'U0EVE',
      wish: 'revoke with --force',
      tokenIds: ['1'],
    });
    expect(refusalIn(click, undefined)).toMatchObject({ user: 'U0EVE', wish: 'click', denial: 'foreign' });
    expect(refusalIn(sampleEntry('plan shown'), undefined)).toBeUndefined();
  });
});

describe('a store that queues notices', () => {
  test('queues a refusal with its audit entry or not at all, and calls back when that is written', async () => {
    const { store, posted, pass } = await given();
    let called = 0;
    const noticing = noticingStore(store, () => {
      called += 1;
    });
    const entry = sampleEntry('request refused', { detail: { denial: 'guest' } });
    const undone = noticing.transaction(async (t) => {
      await t.audit([entry]);
      throw new Error('disk full');
    });
    await expect(undone).rejects.toThrow('disk full');

    await noticing.transaction((t) => t.audit([entry, sampleEntry('plan shown')]));
    await pass();

    expect(called).toBe(1);
    expect(posted).toEqual(['U0ALICE 1']);
  });

  test('queues the result of a revocation once, whether it ran or had nothing to do', async () => {
    const { store, posted, pass, queue } = await given();
    const noticing = noticingStore(store, () => undefined);
    const [ran, idle] = [samplePlan({ reason: 'ran' }), samplePlan({ reason: 'idle' })];
    await noticing.transaction(async (t) => {
      for (const plan of [ran, idle]) await t.addPlan(plan, sampleEntry('asked'));
      await t.addRevocation(sampleRevocation(ran), [sampleItem(ran, TOKEN_IDS[0])]);
      await t.addRevocation(sampleRevocation(idle, { state: 'done', finishedAt: NOON }), [
        sampleItem(idle, TOKEN_IDS[1], { state: 'done', outcome: 'already revoked' }),
      ]);
      await t.setRevocation(sampleRevocation(ran, { stoppedBy: 'U0ALICE' }));
      await t.setRevocation(sampleRevocation(ran, { state: 'done', finishedAt: NOON }));
    });

    await queue((transaction, now) => queueResult(transaction, ran.id, now));
    await pass(2_000);

    expect(posted.toSorted()).toEqual(['result idle', 'result ran']);
  });
});
