import { afterAll, describe, expect, test } from 'vitest';
import { withPostgres } from '../support/postgres.ts';
import { figures, size } from '../support/sizes.ts';
import { CELLS, type Cell, nameOf, playCell } from './matrix.ts';

/** When each fault is tried on each link with every `npm test`, so that it meets something; at every moment with `npm run test:long`. */
function isSmall({ link, fault, moment }: Cell): boolean {
  // Slack says nothing over the socket once the click is there.
  const whileRevoking = link === 'Slack WebSocket' ? 'click' : 'first DELETE';
  switch (fault.kind) {
    case 'latency':
    case 'cut before reply':
      return moment === whileRevoking;
    case 'blackhole':
    case 'half-open':
      return moment === 'command';
    case 'reset':
      return moment === 'last DELETE';
    case 'cut after bytes':
      return fault.bytes === 60 && moment === 'click';
  }
}

const isLong = size({ short: 0, long: 1 }) === 1;
const cells = isLong ? CELLS : CELLS.filter(isSmall);
const onPostgres = ({ link }: Cell) => link === 'PostgreSQL';
const played = { cells: 0, 'that met a connection': 0 };

afterAll(() => figures('fault matrix', { of: CELLS.length, ...played }));

/** Declares these cells, each in a database of its own where it needs one. */
function declare(some: readonly Cell[], newDatabase?: () => Promise<string>): void {
  describe.concurrent('whatever goes wrong on a link, every token has one true outcome that people are told', () => {
    test.each(some.map((cell) => [nameOf(cell), cell] as const))('%s', { timeout: 120_000 }, async (_name, cell) => {
      const { breaches, revoked, struck, result } = await playCell(cell, await newDatabase?.());

      played.cells += 1;
      if (struck > 0) played['that met a connection'] += 1;
      if (!isLong) expect(struck).toBeGreaterThan(0);
      expect(breaches).toEqual([]);
      expect(revoked).toBe(3);
      // Where a token could not be read at first, a second plan revokes it.
      expect(result.plainText()).toMatch(/[123] revoked/);
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
