import { describe, expect, test } from 'vitest';
import { figures, size } from '../support/sizes.ts';
import { CELLS, playCell } from './matrix.ts';

/** Quick ones, three of each link; all of them with `npm run test:long`. */
const SMALL = CELLS.filter(
  ({ fault, moment }) =>
    (fault.kind === 'cut before reply' && moment === 'first DELETE') ||
    (fault.kind === 'cut after bytes' && moment === 'click') ||
    (fault.kind === 'blackhole' && moment === 'command'),
);
const cells = size({ short: 0, long: 1 }) === 1 ? CELLS : SMALL;
figures('fault matrix', { cells: cells.length });

describe.concurrent('whatever goes wrong on a link, every token has one true outcome that people are told', () => {
  test.each(cells.map((cell) => [`${cell.link}: ${cell.fault.kind} at the ${cell.moment}`, cell] as const))(
    '%s',
    { timeout: 120_000 },
    async (_name, cell) => {
      const { breaches, revoked, result } = await playCell(cell);

      expect(breaches).toEqual([]);
      expect(revoked).toBe(3);
      expect(result.plainText()).toContain('3 revoked');
    },
  );
});
