import { expect, test } from 'vitest';
import { findInPieces } from '../../src/command-line/find-in-pieces.ts';

const MANY = 1_000_000;
const SECRET = `apiv3_${'aB3dE5gH'.repeat(8)}`;
const ids = (count: number) =>
  Array.from({ length: count }, (_, n) => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`);

test.each([
  ['on lines', '\n'],
  ['in JSON', '","'],
  ['in CSV', `;${'x;'.repeat(20)}`],
  ['with nothing a word ends with', '/'],
  ['percent-encoded', '%2F'],
])('finds each ID of a long text once and in order: %s', async (_how, between) => {
  const all = ids(4_000);

  expect(await findInPieces([all.join(between)], MANY)).toEqual({ tokenIds: all, secrets: false, broken: [] });
});

test('takes no part of a longer word for an ID, wherever the text is cut', async () => {
  const words = ids(4_000).map((id) => `${id}z`);

  expect((await findInPieces([words.join(' ')], MANY)).tokenIds).toEqual([]);
});

test('notices a secret in whichever piece, and finds none in it', async () => {
  const [id = ''] = ids(1);

  const found = await findInPieces(['x '.repeat(100_000), `${'y '.repeat(100_000)}${SECRET}-${id} `], MANY);

  expect(found).toEqual({ tokenIds: [], secrets: true, broken: [] });
});

test('looks no further once there are too many', async () => {
  const all = ids(5_000);

  expect(await findInPieces([all.join('\n'), SECRET], 1_000)).toEqual({
    tokenIds: all.slice(0, 1_001),
    secrets: false,
    broken: [],
  });
});

test('names what is nearly an ID, each once, and a hundred at most', async () => {
  const [whole = '', ...others] = ids(300);
  const broken = others.map((id) => id.slice(0, -1));

  const found = await findInPieces([[whole, ...broken, ...broken].join('\n')], MANY);

  expect(found.tokenIds).toEqual([whole]);
  expect(found.broken).toEqual(broken.slice(0, 100));
});

test('lets everybody else have a turn after each 64 KiB', async () => {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);

  await findInPieces(['words, '.repeat(100_000)], MANY);
  isOver = true;

  expect(turns).toBeGreaterThanOrEqual(10);
});
