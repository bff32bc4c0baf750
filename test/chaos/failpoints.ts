import { writeSync } from 'node:fs';
import { createRequire, flushCompileCache } from 'node:module';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { armed, type Failpoint } from './failpoint.ts';

// Loaded into a bot under test before its program, and known to nothing of the bot: watches what its transactions write, and
// kills or freezes the process just before or just after the commit of a step that whoever started it has named.

let point: Failpoint | undefined;
let countdown = 0;

process.on('message', (message: unknown) => {
  // What is killed writes no cache, and the next one to start would compile everything again.
  flushCompileCache();
  const parsed = armed.safeParse(message);
  if (!parsed.success) return;
  point = parsed.data.arm ?? undefined;
  countdown = point?.nth ?? 0;
  if (parsed.data.full !== undefined) fillDisk(parsed.data.full);
  process.send?.({ isArmed: true });
});
process.channel?.unref();

/** The steps in an open transaction, by what it writes. */
function stepsIn(sql: string, parameters: readonly unknown[]): string[] {
  if (sql.includes('"audit"') && sql.startsWith('insert')) {
    return parameters.filter((value) => typeof value === 'string' && /^[a-z ]{8,30}$/.test(value)).map(String);
  }
  if (!sql.startsWith('update "announcement"')) return [];
  return [sql.includes('"attempt" =') ? 'telling begun' : 'telling finished'];
}

function reach(when: Failpoint['when'], steps: ReadonlySet<string>): void {
  if (!point || point.when !== when || !steps.has(point.step)) return;
  countdown -= 1;
  if (countdown > 0) return;
  // Synchronously: nothing of the process runs after this line until somebody lets it.
  writeSync(1, `${JSON.stringify({ msg: 'failpoint reached', step: point.step, when })}\n`);
  const { how } = point;
  point = undefined;
  if (how === 'disk full') throw new Error('database or disk is full');
  process.kill(process.pid, how);
}

const open = new WeakMap<object, Set<string>>();

/** Runs a statement of one connection, and minds what it does to the transaction there. */
function watch<T>(connection: object, sql: string, parameters: readonly unknown[], run: () => T): T {
  if (/^begin/i.test(sql)) open.set(connection, new Set());
  const steps = open.get(connection) ?? new Set<string>();
  for (const step of stepsIn(sql, parameters)) steps.add(step);
  const isCommit = /^commit/i.test(sql);
  if (isCommit) reach('before commit', steps);
  const result = run();
  if (isCommit && result instanceof Promise) result.then(() => reach('after commit', steps)).catch(() => undefined);
  else if (isCommit) reach('after commit', steps);
  return result;
}

const databases = new Set<DatabaseSync>();
const prepare = DatabaseSync.prototype.prepare;
DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string) {
  databases.add(this);
  return prepare.call(this, sql);
};
const connection = {};
for (const name of ['run', 'all'] as const) {
  const original = Reflect.get(StatementSync.prototype, name);
  Reflect.set(StatementSync.prototype, name, function (this: StatementSync, ...values: unknown[]) {
    return watch(connection, this.sourceSQL, values, () => Reflect.apply(original, this, values));
  });
}

/** Lets the store grow no further, or again. */
function fillDisk(full: boolean): void {
  for (const database of databases) {
    const { page_count: pages } = { ...database.prepare('pragma page_count').get() };
    database.exec(`pragma max_page_count = ${full ? Number(pages) : 1_073_741_823}`);
  }
}

if (process.env.FAILPOINTS_IN === 'postgres') {
  const { Client } = createRequire(import.meta.url)('pg');
  const query: (...values: unknown[]) => unknown = Client.prototype.query;
  Client.prototype.query = function (this: object, ...values: unknown[]) {
    const [sql, parameters] = values;
    if (typeof sql !== 'string') return query.apply(this, values);
    return watch(this, sql, Array.isArray(parameters) ? parameters : [], () => query.apply(this, values));
  };
}
