import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { AuditEntry } from '../src/revocation/store.ts';
import { chained } from '../src/store/audit-chain.ts';
import type { AuditTable } from '../src/store/schema.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { runProgram } from './support/program.ts';

const AUDIT = join(import.meta.dirname, '../bin/audit.ts');
const NOW = Date.now();
const HOUR_MS = 3_600_000;

let path: string;

/** Ten entries, an hour apart, the last one now. */
const entries = Array.from(
  { length: 10 },
  (_, index): AuditEntry => ({
    at: new Date(NOW - (9 - index) * HOUR_MS),
    actor: 'U0ALICE001',
    action: `step ${index + 1}`,
    subject: 'plan',
    detail: { index },
  }),
);
const rows = chained(undefined, entries);

beforeEach(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'audit-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  path = join(directory, 'bot.db');
  const store = await openSqliteStore(path);
  onTestFinished(() => store.close());
  for (const entry of entries) await store.transaction((transaction) => transaction.audit([entry]));
});

async function audit(...args: readonly string[]) {
  const program = runProgram(AUDIT, [...args, '--store', `sqlite:${path}`]);
  const code = await program.ended;
  return { code, output: program.output() };
}

/** Does to the file what somebody does who has it: the triggers stand in nobody's way for long. */
function tamper(...statements: readonly string[]): void {
  const database = new DatabaseSync(path);
  const triggers = ['update', 'delete'].map((change) => `drop trigger if exists audit_no_${change}`);
  for (const statement of [...triggers, ...statements]) database.exec(statement);
  database.close();
}

function insert(row: AuditTable): string {
  const { seq, at, actor, action, subject, detail, prev_hash, hash } = row;
  const texts = [actor, action, subject, detail, prev_hash, hash].map((value) => `'${value}'`);
  return `insert into audit values (${seq}, ${at}, ${texts.join(', ')})`;
}

describe('verify, while a bot has the store open', () => {
  test('says ok with the number of entries and the head', async () => {
    expect(await audit('verify')).toEqual({
      code: 0,
      output: `ok: 10 entries, head 10:${rows[9]?.hash}, no anchors compared: take SEQ:HASH from the announce channel for --anchor, or the log of the bot for --anchors`,
    });
  });

  const byMallory = entries.map((entry) => ({ ...entry, actor: 'U0MALLORY1' }));
  const forged = chained(rows[4], byMallory.slice(5, 6));
  const rewritten = chained(undefined, byMallory);

  test.each<[string, () => string[], string]>([
    [
      'edited',
      () => ["update audit set actor = 'U0MALLORY1' where seq = 4"],
      'broken: entry 4 is not what was written',
    ],
    ['deleted', () => ['delete from audit where seq = 6'], 'broken: entry 6 is missing: it was deleted'],
    [
      'deleted and renumbered',
      () => ['delete from audit where seq = 6', 'update audit set seq = seq - 1 where seq > 6'],
      'broken: entry 6 is not what was written',
    ],
    ['without its beginning', () => ['delete from audit where seq < 3'], 'broken: entry 1 is missing'],
    [
      'reordered',
      () => [
        'update audit set seq = 99 where seq = 3',
        'update audit set seq = 3 where seq = 7',
        'update audit set seq = 7 where seq = 99',
      ],
      'broken: entry 3 is not what was written',
    ],
    [
      'edited, with a hash that fits',
      () => ['delete from audit where seq = 6', ...forged.map(insert)],
      'broken: entry 7 is not tied to the one before it',
    ],
    [
      'spliced with another log',
      () => ['delete from audit where seq > 7', ...rewritten.slice(7).map(insert)],
      'broken: entry 8 is not tied to the one before it',
    ],
    [
      'with an entry put in',
      () => ["insert into audit values (0, 0, 'bot', 'a', 'b', '{}', 'c', 'd')"],
      'broken: entry 0 has a number that no entry gets',
    ],
  ])('%s: names the place', async (_what, statements, expected) => {
    tamper(...statements());

    const { code, output } = await audit('verify');

    expect(output).toContain(expected);
    expect(code).toBe(1);
  });

  test('cut off, or rewritten as a whole, it is found out by an anchor, and by nothing else', async () => {
    tamper('delete from audit where seq > 5');
    const cut = await audit('verify', '--anchor', `8:${rows[7]?.hash}`);
    const above = await audit('verify', '--anchor', `5:${rows[4]?.hash}`);
    tamper('delete from audit', ...rewritten.map(insert));
    const rewrittenFound = await audit('verify', '--anchor', `5:${rows[4]?.hash}`);
    const unnoticed = await audit('verify');

    expect(cut).toMatchObject({
      code: 1,
      output: expect.stringContaining('entry 6 is missing, and so is all after it'),
    });
    expect(above).toMatchObject({ code: 0, output: expect.stringContaining('1 anchors compared') });
    expect(rewrittenFound).toMatchObject({
      code: 1,
      output: expect.stringContaining('entry 5 is not the one that was anchored'),
    });
    expect(unnoticed.code).toBe(0);
  });

  test('takes anchors out of a log of the bot, whatever else is in it', async () => {
    const log = join(path, '..', 'bot.log');
    const anchor = (row: AuditTable | undefined) =>
      JSON.stringify({ msg: 'audit anchor', seq: row?.seq, hash: row?.hash });
    writeFileSync(log, `not json\n${anchor(rows[2])}\n{"msg":"ready"}\n${anchor(rows[9])}\n{"msg":"audit anchor"\n`);

    const whole = await audit('verify', '--anchors', log);
    tamper('delete from audit where seq = 10');
    const cut = await audit('verify', '--anchors', log);

    expect(whole).toMatchObject({ code: 0, output: expect.stringContaining('2 anchors compared') });
    expect(cut).toMatchObject({ code: 1, output: expect.stringContaining('entry 10 is missing') });
  });
});

describe('export', () => {
  test('writes every entry as a line of JSON', async () => {
    const { code, output } = await audit('export', '--format', 'ndjson');
    const lines = output.split('\n').map((line): unknown => JSON.parse(line));

    expect(code).toBe(0);
    expect(lines).toHaveLength(10);
    expect(lines[0]).toEqual({ ...rows[0], at: entries[0]?.at.toISOString(), detail: { index: 0 } });
  });

  test.each([
    ['150m', 3],
    ['2h30m', 3],
    ['7d', 10],
    [new Date(NOW - HOUR_MS / 2).toISOString(), 1],
  ])('since %s', async (since, count) => {
    const { output } = await audit('export', '--since', since);

    expect(output.split('\n')).toHaveLength(count);
  });
});

test.each([
  [['verify', '--anchor', '7'], '--anchor takes SEQ:HASH'],
  [['export', '--since', 'yesterday'], '--since takes how long ago'],
  [['export', '--format', 'csv'], '--format takes ndjson only'],
  [[], 'Usage: npm run audit'],
])('%j is refused with what to write instead', async (args, expected) => {
  const { code, output } = await audit(...args);

  expect(output).toContain(expected);
  expect(code).toBe(1);
});

test('says so when there is no store, and makes none', async () => {
  const program = runProgram(AUDIT, ['verify', '--store', `sqlite:${path}.nowhere`]);

  expect(await program.ended).toBe(1);
  expect(program.output()).toContain('There is no store at');
});
