import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlannedToken } from '../../../src/revocation/plan.ts';
import {
  type BlastRadius,
  collectBlastRadius,
  type LostAccess,
} from '../../../src/revocation/planning/blast-radius.ts';
import type { Token } from '../../../src/revocation/token.ts';
import { later, NOON, sampleToken } from '../samples.ts';

const NOTHING: LostAccess = { names: [], more: 0, unnamed: false };

/** `write metrics, read *` */
function having(number: number, permissions: string, ends: Partial<Token> = {}): Token {
  const all = permissions.split(', ').filter(Boolean);
  const read = all.map((text) => ({ action: text.split(' ')[0] ?? '', resource: text.split(' ')[1] ?? '' }));
  return sampleToken(number, { permissions: read, ...ends });
}

function live(token: Token): PlannedToken {
  return { id: token.id, found: 'live', token };
}

function radius(planned: readonly PlannedToken[], cluster: readonly Token[]): BlastRadius {
  const collector = collectBlastRadius(
    planned.map(({ id }) => id),
    NOON,
  );
  for (const token of cluster) collector.add(token);
  return collector.over(planned);
}

describe('what no token can do any more', () => {
  test('is told per database and action', () => {
    const going = having(1, 'write logs, write metrics, read metrics');

    expect(radius([live(going)], [going, having(2, 'write logs'), having(3, 'read logs')])).toEqual({
      unwritable: { names: ['metrics'], more: 0, unnamed: false },
      unreadable: { names: ['metrics'], more: 0, unnamed: false },
    });
  });

  test('is nothing where another token can, by name or with all databases', () => {
    const going = having(1, 'write logs, write metrics');

    expect(radius([live(going)], [going, having(2, 'write logs'), having(3, 'write metrics')]).unwritable).toEqual(
      NOTHING,
    );
    expect(radius([live(going)], [going, having(2, 'write *')]).unwritable).toEqual(NOTHING);
  });

  test('is nothing where nobody could before', () => {
    const going = having(1, 'write metrics');

    expect(radius([live(going)], [going, having(2, 'write metrics')]).unreadable).toEqual(NOTHING);
  });

  test.each([
    ['expired', { expiresAt: NOON }],
    ['revoked', { revokedAt: NOON }],
  ])('counts no token that has %s', (_what, ends) => {
    const going = having(1, 'write metrics');

    expect(radius([live(going)], [going, having(2, 'write metrics', ends)]).unwritable.names).toEqual(['metrics']);
  });

  test('counts a token that expires a moment later', () => {
    const going = having(1, 'write metrics');
    const other = having(2, 'write metrics', { expiresAt: later(1) });

    expect(radius([live(going)], [going, other]).unwritable).toEqual(NOTHING);
  });

  test('is nothing where the token that goes had expired', () => {
    const going = having(1, 'write metrics', { expiresAt: NOON });

    expect(radius([live(going)], [going])).toEqual({ unwritable: NOTHING, unreadable: NOTHING });
  });

  test('is every known database, and those nobody names, when the last token for all of them goes', () => {
    const going = having(1, 'write *');
    const others = [having(2, 'write logs'), having(3, 'read metrics'), having(4, 'read old', { expiresAt: NOON })];

    expect(radius([live(going)], [going, ...others]).unwritable).toEqual({
      names: ['metrics', 'old'],
      more: 0,
      unnamed: true,
    });
  });

  test('counts what a token of the plan could not be read for, and what others revoke already, as it is', () => {
    const going = having(1, 'write metrics');
    const other = having(2, 'write metrics');
    const unreadable: PlannedToken = { id: other.id, found: 'unreadable', problem: 'no answer' };
    const inProgress: PlannedToken = { id: other.id, found: 'in progress', revocation: 'f'.repeat(32) };

    expect(radius([live(going), unreadable], [going, other]).unwritable).toEqual(NOTHING);
    expect(radius([live(going), inProgress], [going, other]).unwritable.names).toEqual(['metrics']);
  });

  test('counts no token that others are about to revoke', () => {
    const [going, leaving, unread] = [1, 2, 3].map((number) => having(number, 'write metrics'));
    if (!going || !leaving || !unread) throw new Error('three were made');
    const collector = collectBlastRadius([going.id, unread.id], NOON, new Set([leaving.id, unread.id]));
    for (const token of [going, leaving, unread]) collector.add(token);

    const found = collector.over([live(going), { id: unread.id, found: 'unreadable', problem: 'no answer' }]);

    expect(found.unwritable.names).toEqual(['metrics']);
  });

  test('names ten and counts the rest', () => {
    const names = Array.from({ length: 13 }, (_, index) => `database-${String(index).padStart(2, '0')}`);
    const going = having(1, names.map((name) => `write ${name}`).join(', '));

    expect(radius([live(going)], [going]).unwritable).toEqual({ names: names.slice(0, 10), more: 3, unnamed: false });
  });

  test('is given up when the databases become too many', () => {
    const collector = collectBlastRadius([], NOON);
    const taken = Array.from({ length: 10_001 }, (_, index) => collector.add(having(index, `read database-${index}`)));

    expect(taken.indexOf(false)).toBe(10_000);
  });
});

test('is what somebody finds who asks of every database who could and who can', () => {
  const DATABASES = ['a', 'b', 'constructor'];
  const permission = fc.record({
    action: fc.constantFrom('read', 'write', 'admin'),
    resource: fc.constantFrom('*', ...DATABASES),
  });
  const token = fc.record({
    permissions: fc.array(permission, { maxLength: 3 }),
    expiresAt: fc.constantFrom(undefined, undefined, NOON, later(1)),
    revokedAt: fc.constantFrom(undefined, undefined, undefined, NOON),
    planned: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(token, { maxLength: 6 }), (rows) => {
      const tokens = rows.map((row, index) => ({ ...sampleToken(index + 1), ...row }));
      const going = tokens.filter(({ planned, revokedAt }) => planned && !revokedAt);

      const found = radius(going.map(live), tokens);

      const works = ({ revokedAt, expiresAt }: Token) => !revokedAt && (!expiresAt || expiresAt > NOON);
      const can = (some: readonly Token[], action: string, database: string) =>
        some
          .filter(works)
          .some(({ permissions }) =>
            permissions.some((one) => one.action === action && (one.resource === database || one.resource === '*')),
          );
      const known = DATABASES.filter((name) =>
        tokens.some((one) => !one.revokedAt && one.permissions.some(({ resource }) => resource === name)),
      );
      const staying = tokens.filter((one) => !going.includes(one));
      const lost = (action: string) => known.filter((name) => can(going, action, name) && !can(staying, action, name));
      expect(found.unwritable.names).toEqual(lost('write'));
      expect(found.unreadable.names).toEqual(lost('read'));
      expect(found.unwritable.unnamed).toBe(can(going, 'write', 'some other') && !can(staying, 'write', 'some other'));
    }),
    { numRuns: 2_000 },
  );
});
