import type { Kysely } from 'kysely';
import type { ChainSteps } from '../revocation/auditing/chain-watch.ts';
import { createChainCheck } from './audit-chain.ts';
import type { AuditTable, Tables } from './schema.ts';

/** Following the audit log's chain, a stretch at a time. */
export function chainSteps(db: Kysely<Tables>): ChainSteps {
  return {
    async followAudit(from, limit) {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .where('seq', '>=', from?.seq ?? Number.MIN_SAFE_INTEGER)
        .orderBy('seq')
        // One more says whether there is more.
        .limit(limit + 1)
        .execute();
      const [first] = rows;
      const wrong = from && wrongStart(from, first);
      if (wrong) return { head: undefined, more: false, broken: { seq: from.seq, problem: wrong } };
      const check = createChainCheck(from && first && { seq: from.seq - 1, hash: first.prev_hash });
      for (const row of rows.slice(0, limit)) {
        const broken = check.next(row);
        if (broken) return { head: check.head, more: false, broken };
      }
      return { head: check.head, more: rows.length > limit };
    },
  };
}

/** What is wrong with the entry that was the head of the chain before. */
function wrongStart({ seq, hash }: { seq: number; hash: string }, row: AuditTable | undefined): string | undefined {
  if (Number(row?.seq) !== seq) return 'is missing: the log was cut off, or the entry deleted';
  return row?.hash === hash ? undefined : 'is not the one that was there before: all up to it was rewritten';
}
