import { z } from 'zod';
import { longDuration, table, usergroups, users } from './values.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What a token's description or database has to look like. */
const patternOf = (example: string) =>
  z.string(`must be a text such as ${example}`).min(1, `must be a text such as ${example}`).max(300);
const PAUSES = 'must be a list of durations from "1m" to "30d", such as ["15m", "1h", "4h", "24h"]';

const owner = table({
  description: patternOf('"telegraf*"').optional(),
  database: patternOf('"metrics"').optional(),
  users: users.prefault([]),
  usergroups: usergroups.prefault([]),
}).refine(
  ({ description, database, users: people, usergroups: groups }) =>
    (description ?? database) !== undefined && people.length + groups.length > 0,
  'must have a description or a database, and users or usergroups: { database = "metrics", usergroups = ["S0123ABCD"] }',
);

/** `[rotation]` */
export const rotation = table({
  remind_after: z
    .array(longDuration(MINUTE_MS, 30 * 24 * HOUR_MS, PAUSES), PAUSES)
    .max(20, PAUSES)
    .prefault(['15m', '1h', '4h', '24h'])
    .describe(
      'the pauses between reminders that clients need a new token; the last one repeats, an empty list is never',
    ),
  give_up_after: longDuration(HOUR_MS, 90 * 24 * HOUR_MS, 'must be a duration from "1h" to "90d"')
    .prefault('14d')
    .describe('for how long people are reminded of a revoked token that nobody says anything of, 1h to 90d'),
  owner: z
    .array(owner, 'must be a list of tables, or written [[rotation.owner]], with two brackets')
    .max(200, 'must be 200 at most')
    .prefault([])
    .describe('who is mentioned and may answer too, by description and by database of a token, with `*` for anything'),
});
