import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import { startAnchor } from '../../src/ops/anchor.ts';
import { anchorsIn } from '../../src/ops/verify-audit.ts';
import type { Store } from '../../src/revocation/store.ts';
import { IN_MEMORY, openSqliteStore } from '../../src/store/sqlite.ts';
import { sampleEntry } from '../store/samples.ts';
import { createFakeClock } from '../support/fake-clock.ts';

async function given(change: (store: Store) => Store = (store) => store) {
  const lines: string[] = [];
  const clock = createFakeClock();
  const store = await openSqliteStore(IN_MEMORY);
  onTestFinished(() => store.close());
  const log = createLogger({ level: 'info', destination: { write: (line: string) => lines.push(line) } });
  const write = (action: string) => store.transaction((transaction) => transaction.audit([sampleEntry(action)]));
  await write('the first');
  const anchor = startAnchor({ store: change(store), clock, log });
  const head = () => store.transaction((transaction) => transaction.auditHead());
  return { lines, clock, write, anchor, head, anchors: () => anchorsIn(lines) };
}

test('writes the head at the start, every hour, when asked to, and at the end', async () => {
  const { clock, write, anchor, anchors, head } = await given();

  await write('the second');
  await anchor.now();
  clock.advance(3_600_000);
  clock.advance(3_600_000);
  await write('the third');
  await anchor.stop();
  const atTheEnd = anchors();
  clock.advance(3_600_000);
  await anchor.now();

  expect(atTheEnd.map(({ seq }) => seq).toSorted()).toEqual(atTheEnd.map(({ seq }) => seq));
  expect(atTheEnd).toHaveLength(5);
  expect(atTheEnd.at(-1)).toEqual(await head());
  expect(anchors()).toHaveLength(6);
});

test('a hash in the log is not taken for a secret', async () => {
  const { lines, anchor } = await given();
  await anchor.now();

  expect(lines.join('')).toMatch(/"hash":"[0-9a-f]{64}","msg":"audit anchor"/);
});

test('a store that fails is told in the log, and nothing else happens', async () => {
  const failing = (store: Store): Store => ({
    ...store,
    async transaction() {
      throw new Error('disk full');
    },
  });
  const { lines, anchor } = await given(failing);

  await anchor.stop();

  expect(lines.join('')).toContain('the audit log could not be anchored');
});
