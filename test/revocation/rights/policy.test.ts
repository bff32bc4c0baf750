import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Known, PersonFacts } from '../../../src/revocation/people.ts';
import { certainRefusal, forceRefusal, mayAudit, mayRead, mayStart } from '../../../src/revocation/rights/policy.ts';
import type { Facts, Verdict } from '../../../src/revocation/rights/verdict.ts';
import { ALICE, BOB, later, NOON, samplePolicy } from '../samples.ts';

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

  test('a request from no channel at all, where the policy names some', () => {
    const nowhere = certainRefusal(samplePolicy({ channels: ['C0001'] }), { ...ALICE, channel: '' }, ['T0001']);

    expect(nowhere).toMatchObject({
      denial: 'channel',
      message: 'Tokens of this profile cannot be revoked from here. Go to one of the channels its policy names.',
    });
  });

  test('who somebody is is named first, and to strangers nothing of the policy', () => {
    const policy = samplePolicy({ start: { users: [], usergroups: [] }, channels: ['C0INCIDENT'] });
    const person = { deactivated: true, bot: true, guest: true, teams: ['T0OTHER'] };
    const denials = [
      mayStart(policy, { ...ALICE, team: 'T0OTHER' }, SERVED, facts(person)),
      mayStart(policy, ALICE, SERVED, facts(person)),
      mayStart(samplePolicy(), ALICE, SERVED, facts(person)),
      mayStart(samplePolicy(), ALICE, SERVED, facts({ ...person, deactivated: false })),
      mayStart(samplePolicy(), ALICE, SERVED, facts({ guest: true, teams: ['T0OTHER'] })),
    ].map(outcome);

    expect(denials).toEqual(['workspace', 'deactivated', 'deactivated', 'bot', 'workspace']);
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

describe('who may look at tokens, and who may read the audit log', () => {
  const listed = (...users: string[]) => ({ users, usergroups: [] });
  const policy = samplePolicy({ start: listed(ALICE.user), audit: { users: [], usergroups: ['S0AUDIT'] } });
  const auditors = facts({}, { S0AUDIT: [BOB.user] });

  test('those who may revoke may look, and may not read the audit log', () => {
    expect(outcome(mayRead(policy, ALICE, SERVED, auditors))).toBe('start.users U0ALICE');
    expect(outcome(mayAudit(policy, ALICE, SERVED, auditors))).toBe('not listed');
  });

  test('those who may read the audit log may look, and may not revoke', () => {
    expect(outcome(mayRead(policy, BOB, SERVED, auditors))).toBe('audit.usergroups S0AUDIT');
    expect(outcome(mayAudit(policy, BOB, SERVED, auditors))).toBe('audit.usergroups S0AUDIT');
    expect(outcome(mayStart(policy, BOB, SERVED, auditors))).toBe('not listed');
  });

  test('an empty list is nobody', () => {
    const nobody = samplePolicy({ start: listed(), audit: listed() });

    expect(outcome(mayRead(nobody, ALICE, SERVED, facts()))).toBe('not listed');
    expect(outcome(mayAudit(nobody, ALICE, SERVED, facts()))).toBe('not listed');
  });

  test.each([
    ['guest', { guest: true }],
    ['bot', { bot: true }],
    ['deactivated', { deactivated: true }],
    ['workspace', { teams: ['T0OTHER'] }],
  ] as const)('a listed %s may neither', (denial, person) => {
    const everybody = samplePolicy({ start: listed(ALICE.user), audit: listed(ALICE.user) });

    expect(outcome(mayRead(everybody, ALICE, SERVED, facts(person)))).toBe(denial);
    expect(outcome(mayAudit(everybody, ALICE, SERVED, facts(person)))).toBe(denial);
  });

  test('only in the channels of the policy, and the refusal says what cannot be done there', () => {
    const elsewhere = samplePolicy({ channels: ['C0OTHER'], audit: listed(ALICE.user) });

    expect(mayRead(elsewhere, ALICE, SERVED, facts())).toMatchObject({
      denial: 'channel',
      message: expect.stringContaining('cannot be looked at from this channel'),
    });
    expect(mayAudit(elsewhere, { ...ALICE, channel: '' }, SERVED, facts())).toMatchObject({
      denial: 'channel',
      message: expect.stringContaining('The audit log of this profile cannot be read from here'),
    });
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
