import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openPostgresStore } from '../../src/store/postgres.ts';
import { administer, withThrowawayPostgres } from '../support/postgres.ts';
import { runProgram } from '../support/program.ts';
import { auditOf } from './audit-of.ts';
import { NOON, sampleEntry, sampleItem, samplePlan, sampleRevocation, TOKEN_IDS } from './samples.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/store.ts');
const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/postgres.md'), 'utf8');

/** The SQL below this mark of `docs/postgres.md`. */
function sqlAt(mark: string): string {
  const [, sql] = new RegExp(`<!-- ${mark}:[^\\n]*\\n\`\`\`sql\\n([^\`]*)\`\`\``).exec(DOCUMENT) ?? [];
  if (sql === undefined) throw new Error(`no SQL at ${mark}`);
  return sql;
}

function as(user: string, url: string): string {
  const address = new URL(url);
  address.username = user;
  return address.href;
}

withThrowawayPostgres((server) => {
  describe('the database user of docs/postgres.md', () => {
    test('can do all a bot does, and cannot change the audit log or its triggers', async () => {
      const url = await server().newDatabase();
      await administer(url, sqlAt('role'));
      const migrated = runProgram(PROGRAM, ['migrate', '--to', as('influx_owner', url)]);
      expect(await migrated.ended, migrated.output()).toBe(0);
      await administer(as('influx_owner', url), sqlAt('grants'));

      const store = await openPostgresStore(as('influx_bot', url));
      const plan = samplePlan({ state: 'confirmed' });
      await store.transaction(async (t) => {
        await t.releaseLeases(NOON);
        await t.adopt();
        await t.firstDelivery('trigger', NOON);
        await t.addPlan(plan, sampleEntry('asked'));
        await t.addRevocation(
          sampleRevocation(plan),
          TOKEN_IDS.map((id) => sampleItem(plan, id)),
        );
        await t.announce(plan.id, 'result', NOON);
        await t.addFreeze({ by: 'U0CAROL', reason: '', at: NOON });
        await t.removeFreeze();
        await t.heartbeat(NOON);
        await t.forget({ deliveries: NOON, replies: NOON });
        await t.claimItems({ profile: 'default', limit: 1, now: NOON, leaseUntil: NOON });
        await t.audit([sampleEntry('done')]);
      });
      await store.close();

      for (const change of [
        "update audit set actor = 'U0NOBODY'",
        'delete from audit',
        'truncate audit',
        'drop trigger audit_only_grows on audit',
        'alter table audit disable trigger all',
        'drop table audit cascade',
        "create or replace function audit_only_grows() returns trigger language sql as ''",
      ]) {
        await expect(administer(as('influx_bot', url), change), change).rejects.toThrow(
          /permission denied|must be owner/,
        );
      }
      expect((await auditOf(url)).map(({ action }) => action)).toEqual(['asked', 'done']);
    });
  });
});
