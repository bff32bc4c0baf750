import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { SelectionSteps } from '../revocation/planning/selection-steps.ts';
import type { Tables } from './schema.ts';

const payload = z.object({
  tokenIds: z.array(z.string()),
  notes: z.array(z.string()),
  place: z.object({ channel: z.string(), thread: z.string().optional() }).optional(),
});

/** What dialogs were opened with. */
export function selectionSteps(db: Kysely<Tables>): SelectionSteps {
  return {
    async addSelection({ id, owner, place, tokenIds, notes, createdAt }) {
      const row = {
        id,
        ...owner,
        payload: JSON.stringify({ tokenIds, notes, place }),
        created_at: createdAt.getTime(),
      };
      await db.insertInto('selection').values(row).execute();
    },
    async selection(id) {
      const row = await db.selectFrom('selection').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) return undefined;
      const { tokenIds, notes, place } = payload.parse(JSON.parse(row.payload));
      const { user, team, created_at } = row;
      return { id, owner: { user, team }, place, tokenIds, notes, createdAt: new Date(Number(created_at)) };
    },
    async forgetSelections(before) {
      await db.deleteFrom('selection').where('created_at', '<', before.getTime()).execute();
    },
  };
}
