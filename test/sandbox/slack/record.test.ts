import { expect, test } from 'vitest';
import { type RecordEntry, Recorder } from '../../../sandbox/slack/record.ts';

const AT = new Date('2026-03-04T05:06:07Z');
const recorder = () => new Recorder({ now: () => AT });

test('shows a request from its beginning, and how it ended when it has', () => {
  const record = recorder();

  const ended = record.begin('from bot', 'auth.test', { some: 'arguments' });
  const before = { ...record.entries[0] };
  ended(200, { ok: true });

  expect(before).toEqual({ direction: 'from bot', method: 'auth.test', at: AT, body: { some: 'arguments' } });
  expect(record.entries).toEqual([{ ...before, status: 200, reply: { ok: true }, ms: expect.any(Number) }]);
});

test('tells every listener of every end until it stops', () => {
  const record = recorder();
  const heard: RecordEntry[] = [];
  const stop = record.onRecord((entry) => heard.push(entry));

  record.begin('to bot', 'one', {})(200);
  record.begin('to bot', 'never ends', {});
  stop();
  record.begin('to bot', 'two', {})(200);

  expect(heard.map(({ method, status }) => [method, status])).toEqual([['one', 200]]);
});

test('keeps the last 20,000 requests', () => {
  const record = recorder();

  for (let count = 1; count <= 20_001; count += 1) record.begin('to bot', String(count), undefined);

  expect(record.entries).toHaveLength(20_000);
  expect([record.entries[0]?.method, record.entries.at(-1)?.method]).toEqual(['2', '20001']);
});
