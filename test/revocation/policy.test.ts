import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Known, PersonFacts } from '../../src/revocation/people.ts';
import {
  certainRefusal,
  type Facts,
  forceRefusal,
  mayStart,
  protectedBy,
  type Verdict,
} from '../../src/revocation/policy.ts';
import { ALICE, BOB, later, NOON, samplePolicy, sampleToken, tokenId } from './samples.ts';

const SERVED = ['T0001'];

function facts(person: Partial<PersonFacts> = {}, groups: Record<string, readonly string[]> = {}): Facts {
  const known = (members: readonly string[]): Known<ReadonlySet<string>> => ({
    value: new Set(members),
    readAt: later(-2_000),
  });
  return {
    person: {
      value: { deactivated: false, bot: false, guest: false, teams: ['T0001'], ...person },
      readAt: later(-1_000),
    },
    memberships: new Map(Object.entries(groups).map(([group, members]) => [group, known(members)])),
  };
}

function outcome(verdict: Verdict): string {
  return verdict.allowed ? verdict.rule : verdict.denial;
}

describe('deny by default', () => {
  const nobody = samplePolicy({ start: { users: [], usergroups: [] } });

  test('an empty list is nobody', () => {
    expect(outcome(mayStart(nobody, ALICE, SERVED, facts()))).toBe('not listed');
  });

  test('membership in groups the policy does not name is no right', () => {
    expect(outcome(mayStart(nobody, ALICE, SERVED, facts({}, { S0OTHER: [ALICE.user] })))).toBe('not listed');
  });

  test('a group whose members were not read lets nobody through', () => {
    const policy = samplePolicy({ start: { users: [], usergroups: ['S0ONCALL'] } });

    expect(outcome(mayStart(policy, ALICE, SERVED, facts()))).toBe('not listed');
  });

  test('being listed for --force is no right to start', () => {
    const policy = samplePolicy({ start: { users: [], usergroups: [] }, force: { users: [ALICE.user] } });

    expect(outcome(mayStart(policy, ALICE, SERVED, facts()))).toBe('not listed');
  });
});

describe('who may', () => {
  test('a listed person, by that rule, on facts as old as what was read of them', () => {
    expect(mayStart(samplePolicy(), ALICE, SERVED, facts())).toEqual({
      allowed: true,
      rule: 'start.users U0ALICE',
      readAt: later(-1_000),
    });
  });

  test('a member of a listed group, with the members as read and the age of the oldest fact', () => {
    const policy = samplePolicy({ start: { users: [], usergroups: ['S0OTHER', 'S0ONCALL'] } });
    const read = facts({}, { S0OTHER: [ALICE.user], S0ONCALL: [ALICE.user, BOB.user] });

    expect(mayStart(policy, BOB, SERVED, read)).toEqual({
      allowed: true,
      rule: 'start.usergroups S0ONCALL',
      members: [ALICE.user, BOB.user],
      readAt: later(-2_000),
    });
  });

  test('a fact about the person that is older than the group counts', () => {
    const policy = samplePolicy({ start: { users: [], usergroups: ['S0ONCALL'] } });
    const read = facts({}, { S0ONCALL: [ALICE.user] });
    const old: Facts = { ...read, person: { ...read.person, readAt: later(-9_000) } };

    expect(mayStart(policy, ALICE, SERVED, old)).toMatchObject({ readAt: later(-9_000) });
  });
});

describe('who may not', () => {
  test.each([
    ['a deactivated person', { deactivated: true }, 'deactivated'],
    ['a bot', { bot: true }, 'bot'],
    ['a guest', { guest: true }, 'guest'],
    ['somebody of another workspace', { teams: ['T0OTHER'] }, 'workspace'],
    ['somebody of no workspace', { teams: [] }, 'workspace'],
  ] as const)('%s, though listed', (_who, person, denial) => {
    const verdict = mayStart(samplePolicy(), ALICE, SERVED, facts(person));

    expect(outcome(verdict)).toBe(denial);
  });

  test('a request from a workspace that is not served', () => {
    expect(outcome(mayStart(samplePolicy(), { ...ALICE, team: 'T0OTHER' }, SERVED, facts()))).toBe('workspace');
    expect(certainRefusal(samplePolicy(), ALICE, [])?.denial).toBe('workspace');
  });

  test('a request from a channel the policy does not name', () => {
    const policy = samplePolicy({ channels: ['C0INCIDENT'] });

    expect(outcome(mayStart(policy, ALICE, SERVED, facts()))).toBe('channel');
    expect(outcome(mayStart(policy, { ...ALICE, channel: 'C0INCIDENT' }, SERVED, facts()))).toBe('start.users U0ALICE');
  });

  test('the most certain reason is named first', () => {
    const policy = samplePolicy({ start: { users: [], usergroups: [] }, channels: ['C0INCIDENT'] });
    const person = { deactivated: true, bot: true, guest: true, teams: ['T0OTHER'] };
    const denials = [
      mayStart(policy, { ...ALICE, team: 'T0OTHER' }, SERVED, facts(person)),
      mayStart(policy, ALICE, SERVED, facts(person)),
      mayStart(samplePolicy(), ALICE, SERVED, facts(person)),
      mayStart(samplePolicy(), ALICE, SERVED, facts({ ...person, deactivated: false })),
      mayStart(samplePolicy(), ALICE, SERVED, facts({ guest: true, teams: ['T0OTHER'] })),
    ].map(outcome);

    expect(denials).toEqual(['workspace', 'channel', 'deactivated', 'bot', 'workspace']);
  });

  test('every refusal ends in a sentence that people can read', () => {
    for (const verdict of [
      certainRefusal(samplePolicy(), ALICE, []),
      mayStart(samplePolicy({ start: { users: [], usergroups: [] } }), ALICE, SERVED, facts()),
      forceRefusal(samplePolicy(), ALICE.user),
    ]) {
      expect(verdict).toMatchObject({ allowed: false, message: expect.stringMatching(/^[A-Z].*\.$/) });
    }
  });
});

describe('--force', () => {
  test('only for the people the policy lists for it', () => {
    const policy = samplePolicy({ force: { users: [ALICE.user] } });

    expect(forceRefusal(policy, ALICE.user)).toBeUndefined();
    expect(forceRefusal(policy, BOB.user)?.denial).toBe('no force');
    expect(forceRefusal(samplePolicy(), ALICE.user)?.denial).toBe('no force');
  });
});

describe('protected tokens', () => {
  const matching = (pattern: string, description: string) =>
    protectedBy(samplePolicy({ protected: [pattern] }), tokenId(1), sampleToken(1, { description })) !== undefined;

  test.each([
    ['description:*do not revoke*', 'please DO NOT REVOKE this', true],
    ['description:*do not revoke*', 'do not revok', false],
    ['description:telegraf', 'telegraf', true],
    ['description:telegraf', 'telegraf 2', false],
    ['description:telegraf*', 'Telegraf 2', true],
    ['description:*prod', 'my PROD', true],
    ['description:*prod', 'production', false],
    ['description:a*b*c', 'a-b-c', true],
    ['description:a*b*c', 'a-c-b', false],
    ['description:ab*ba', 'aba', false],
    ['description:ab*ba', 'abba', true],
    ['description:*ab*ab*', 'xabx', false],
    ['description:*', '', true],
    ['description:', '', true],
    ['description:', 'a', false],
    ['description:a:b', 'a:b', true],
    ['description:.*', 'anything', false],
    ['description:[a]', 'a', false],
  ])('%s fits “%s”: %s', (pattern, description, fits) => {
    expect(matching(pattern, description)).toBe(fits);
  });

  test('by ID, also before anything was read of the token', () => {
    const policy = samplePolicy({ protected: ['description:*', 'id:00000001-*'] });

    expect(protectedBy(policy, tokenId(1), undefined)).toBe('id:00000001-*');
    expect(protectedBy(policy, tokenId(2), undefined)).toBeUndefined();
    expect(protectedBy(policy, tokenId(2), sampleToken(2))).toBe('description:*');
  });

  test('nothing is protected where the policy names no pattern', () => {
    expect(protectedBy(samplePolicy(), tokenId(1), sampleToken(1))).toBeUndefined();
  });

  test('fits exactly what a pattern of words and stars means', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '*'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'B'), maxLength: 12 });
    fc.assert(
      fc.property(letters, text, (pattern, description) => {
        const meaning = new RegExp(`^${pattern.split('*').join('.*')}$`, 'i');

        expect(matching(`description:${pattern}`, description)).toBe(meaning.test(description));
      }),
      { numRuns: 1_000 },
    );
  });

  test('takes no more steps for a hostile description than for a harmless one', () => {
    const pattern = `description:${'*a'.repeat(500)}*b`;

    // A backtracking matcher would not come back from this.
    expect(matching(pattern, 'a'.repeat(50_000))).toBe(false);
  });
});

test('whatever a policy says, who is neither listed nor in a listed group does not pass', () => {
  const users = fc.array(fc.constantFrom('U0A', 'U0B', 'U0C'), { maxLength: 2 });
  const policies = fc.record({
    users,
    members: users,
    channels: fc.constantFrom<string[] | undefined>(undefined, ['C0001'], ['C0002']),
  });
  fc.assert(
    fc.property(policies, fc.constantFrom('U0A', 'U0B', 'U0C'), ({ users, members, channels }, user) => {
      const policy = samplePolicy({ start: { users, usergroups: ['S0ONCALL'] }, channels });

      const verdict = mayStart(policy, { ...ALICE, user }, SERVED, facts({}, { S0ONCALL: members }));

      const listed = users.includes(user) || members.includes(user);
      expect(verdict.allowed).toBe(listed && (channels === undefined || channels.includes('C0001')));
      if (verdict.allowed) expect(verdict.readAt <= NOON).toBe(true);
    }),
  );
});
