import { setImmediate as othersTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { AuditRecord } from '../revocation/auditing/audit-record.ts';
import type { AuditReadingSteps } from '../revocation/auditing/audit-search.ts';
import type { AuditTable, Tables } from './schema.ts';

/** Reading the audit log by the numbers of its entries, which are its key: no statement looks at more than it is given. */
export function auditReadingSteps(db: Kysely<Tables>): AuditReadingSteps {
  return {
    async auditEntries({ first, last, newestFirst, limit }, { since, token, user, profiles }) {
      // SQLite answers at once: without this, a long search would be one long turn.
      await othersTurn();
      const stretch = db.selectFrom('audit').where('seq', '>=', first).where('seq', '<=', last);
      const rows = await stretch
        .selectAll()
        .where('at', '>=', since.getTime())
        // Cheap, and lets too much through rather than too little: the rest is looked at more closely.
        .where(({ eb, or, and }) =>
          and([
            ...(token === undefined
              ? []
              : [or([eb('subject', 'like', `${token}%`), eb('detail', 'like', `%${token}%`)])]),
            ...(user === undefined ? [] : [or([eb('actor', '=', user), eb('detail', 'like', `%"${user}"%`)])]),
            ...(profiles === undefined ? [] : [or(profiles.map((name) => eb('detail', 'like', mentioning(name))))]),
          ]),
        )
        .orderBy('seq', newestFirst ? 'desc' : 'asc')
        .limit(limit)
        .execute();
      if (rows.length > 0) return { entries: rows.map(auditRecord), older: false };
      const newest = await stretch.select(({ fn }) => fn.max('at').as('at')).executeTakeFirst();
      return { entries: [], older: Number(newest?.at ?? 0) < since.getTime() };
    },
  };
}

/** The pattern of a detail that names this profile. `_` stands for any character, those with a meaning among them. */
function mentioning(profile: string): string {
  return `%"profile":"${profile.replace(/[^A-Za-z0-9 -]/g, '_')}"%`;
}

/** The entry a row holds. */
export function auditRecord({ seq, at, prev_hash: prevHash, ...row }: AuditTable): AuditRecord {
  return { ...row, seq: Number(seq), at: new Date(Number(at)), prevHash };
}
