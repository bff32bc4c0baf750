import type { Kysely, Selectable } from 'kysely';
import { CHAIN_NOTICES } from '../revocation/auditing/chain-notices.ts';
import type { NoticeSteps, QueuedNotice } from '../revocation/telling/notice.ts';
import type { Engine } from './engine.ts';
import { noticePayload } from './notice-payload.ts';
import type { NoticeTable, Tables } from './schema.ts';

/** The queue of what those who watch over the bot are told. */
export function noticeSteps(db: Kysely<Tables>, engine: Engine): NoticeSteps {
  return {
    async notice(id) {
      await engine.hold(db, `notice ${id}`, 'alone');
      const row = await db.selectFrom('notice').selectAll().where('id', '=', id).executeTakeFirst();
      return row && noticeOf(row);
    },
    async putNotice({ id, notice, at, attempt, runAt, doneAt }) {
      const columns = {
        payload: JSON.stringify(notice),
        at: at.getTime(),
        attempt,
        run_at: runAt.getTime(),
        done_at: doneAt?.getTime() ?? null,
      };
      await db
        .insertInto('notice')
        .values({ id, ...columns })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
        .execute();
    },
    async firstNotice() {
      const row = await db
        .selectFrom('notice')
        .selectAll()
        .where('done_at', 'is', null)
        .orderBy('at')
        .orderBy('id')
        .limit(1)
        .executeTakeFirst();
      return row && noticeOf(row);
    },
    async forgetNotices(before) {
      await db
        .deleteFrom('notice')
        .where('done_at', '<', before.getTime())
        .where('id', 'not in', CHAIN_NOTICES)
        .execute();
    },
  };
}

function noticeOf({ id, payload, at, attempt, run_at, done_at }: Selectable<NoticeTable>): QueuedNotice {
  return {
    id,
    notice: noticePayload.parse(JSON.parse(payload)),
    at: new Date(Number(at)),
    attempt,
    runAt: new Date(Number(run_at)),
    doneAt: done_at === null ? undefined : new Date(Number(done_at)),
  };
}
