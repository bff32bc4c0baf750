import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { AuditState } from '../page/state.ts';

const SHOWN = 200;
const ROOT = '0'.repeat(64);

const row = z.object({
  seq: z.number(),
  at: z.number(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
  prev_hash: z.string(),
  hash: z.string(),
});

type Row = z.infer<typeof row>;

const EMPTY: AuditState = { entries: [], total: 0, brokenAt: undefined, confirmed: 0, settled: 0 };

/** The bot's audit log, read from its file; nothing is ever written there. */
export function createAuditReader(file: string): () => AuditState {
  let latest = EMPTY;
  let seen = '';
  return () => {
    const now = [file, `${file}-wal`].map(stamp).join();
    if (now !== seen) {
      latest = read(file) ?? latest;
      seen = now;
    }
    return latest;
  };
}

function stamp(file: string): string {
  const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 };
  return `${mtimeMs}/${size}`;
}

/** Undefined while the bot has no store yet, or is in the middle of making one. */
function read(file: string): AuditState | undefined {
  if (!existsSync(file)) return undefined;
  const database = new DatabaseSync(file, { readOnly: true, timeout: 250 });
  try {
    const rows = z.array(row).parse(database.prepare('select * from audit order by seq').all());
    const items = z
      .object({ confirmed: z.number(), settled: z.number() })
      .parse(database.prepare('select count(*) as confirmed, count(outcome) as settled from item').get());
    return { entries: rows.slice(-SHOWN).map(shown), total: rows.length, brokenAt: firstBreak(rows), ...items };
  } catch (error) {
    if (error instanceof Error && /no such table|locked|busy/.test(error.message)) return undefined;
    throw error;
  } finally {
    database.close();
  }
}

function shown({ seq, at, actor, action, subject, detail }: Row): AuditState['entries'][number] {
  return { seq, at, actor, action, subject, detail };
}

/**
 * The number of the first entry that is not what the chain says, worked out here from the documented formula and not by
 * the bot's own code: SHA-256 over the JSON array of the other columns, each tied to the hash before it.
 */
export function firstBreak(rows: readonly Row[]): number | undefined {
  let before = ROOT;
  for (const [index, { seq, at, actor, action, subject, detail, prev_hash, hash }] of rows.entries()) {
    const columns = JSON.stringify([seq, at, actor, action, subject, detail, prev_hash]);
    const right = createHash('sha256').update(columns).digest('hex');
    if (seq !== index + 1 || prev_hash !== before || hash !== right) return seq;
    before = hash;
  }
  return undefined;
}
