import { afterAll, describe, expect, test } from 'vitest';
import { withPostgres } from '../support/postgres.ts';
import { figures, size } from '../support/sizes.ts';
import { CELLS, type Cell, nameOf, playCell } from './matrix.ts';

/** When each fault is tried on each link with every `npm test`; at every moment with `npm run test:long`. */
const SMALL: Readonly<Record<string, Cell['moment']>> = {
  latency: 'first DELETE',
  blackhole: 'command',
  reset: 'last DELETE',
  'half-open': 'command',
  'cut after 60 bytes': 'click',
  'cut before reply': 'first DELETE',
};
const isLong = size({ short: 0, long: 1 }) === 1;
const cells = isLong ? CELLS : CELLS.filter((cell) => SMALL[faultOf(cell)] === cell.moment);
const onPostgres = ({ link }: Cell) => link === 'PostgreSQL';
const played = { cells: 0, 'faults that touched a connection': 0 };

function faultOf({ fault }: Cell): string {
  return fault.kind === 'cut after bytes' ? `cut after ${fault.bytes} bytes` : fault.kind;
}

afterAll(() => figures('fault matrix', { of: CELLS.length, ...played }));

/** Declares these cells, each in a database of its own where it needs one. */
function declare(some: readonly Cell[], newDatabase?: () => Promise<string>): void {
  describe.concurrent('whatever goes wrong on a link, every token has one true outcome that people are told', () => {
    test.each(some.map((cell) => [nameOf(cell), cell] as const))('%s', { timeout: 120_000 }, async (_name, cell) => {
      const { breaches, revoked, struck, result } = await playCell(cell, await newDatabase?.());

      played.cells += 1;
      if (struck > 0) played['faults that touched a connection'] += 1;
      expect(breaches).toEqual([]);
      expect(revoked).toBe(3);
      expect(result.plainText()).toContain('3 revoked');
    });
  });
}

declare(cells.filter((cell) => !onPostgres(cell)));
withPostgres((server) => declare(cells.filter(onPostgres), () => server().newDatabase()));

test('the matrix has every fault on every link at every moment, and at least 162 cells', () => {
  const links = Map.groupBy(CELLS, ({ link }) => link);

  expect(CELLS.length).toBeGreaterThanOrEqual(162);
  expect(new Set([...links.values()].map((some) => some.length))).toEqual(new Set([CELLS.length / 6]));
});
