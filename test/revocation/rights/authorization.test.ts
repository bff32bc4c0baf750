import { expect, test } from 'vitest';
import { createAuthorizer } from '../../../src/revocation/rights/authorization.ts';
import type { Policy } from '../../../src/revocation/rights/policy.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createFakeDirectory } from '../fake-directory.ts';
import { ALICE, BOB, NOON, sampleProfile } from '../samples.ts';

function given(policy: Partial<Policy> = {}) {
  const clock = createFakeClock(NOON);
  const directory = createFakeDirectory(clock);
  let served = ['T0001'];
  const authorizer = createAuthorizer({ directory, servedTeams: () => served });
  return {
    directory,
    serve: (...teams: string[]) => {
      served = teams;
    },
    verdict: (who = ALICE, maxAgeMs = 30_000) => authorizer.verdict(sampleProfile(policy), who, maxAgeMs),
    mayRead: (who = ALICE) => authorizer.mayRead(sampleProfile(policy), who, 30_000),
    mayAudit: (who = ALICE) => authorizer.mayAudit(sampleProfile(policy), who, 30_000),
  };
}

const ON_CALL = { start: { users: [], usergroups: ['S0ONCALL', 'S0LEADS'] } };

test('lets a listed person through without asking for any group', async () => {
  const { directory, verdict } = given({ start: { users: [ALICE.user], usergroups: ['S0ONCALL'] } });

  expect(await verdict()).toMatchObject({ allowed: true, rule: 'start.users U0ALICE' });
  expect(directory.asked).toEqual([{ id: ALICE.user, maxAgeMs: 30_000 }]);
});

test('asks for facts as fresh as the caller needs them', async () => {
  const { directory, verdict } = given(ON_CALL);
  directory.groups.set('S0LEADS', [ALICE.user]);

  expect(await verdict(ALICE, 1_234)).toMatchObject({ allowed: true, rule: 'start.usergroups S0LEADS', readAt: NOON });
  expect(directory.asked.map(({ maxAgeMs }) => maxAgeMs)).toEqual([1_234, 1_234, 1_234]);
});

test('asks about the person every time, so that a deactivated one is refused', async () => {
  const { directory, verdict } = given();
  directory.people.set(ALICE.user, { deactivated: true });

  expect(await verdict()).toMatchObject({ allowed: false, denial: 'deactivated' });
});

test('asks anew which workspaces are served', async () => {
  const { serve, verdict } = given();
  serve('T0OTHER');

  expect(await verdict()).toMatchObject({ allowed: false, denial: 'workspace' });
});

test.each([ALICE.user, 'S0ONCALL', 'S0LEADS'])('a lookup of %s that fails is a refusal, not a pass', async (silent) => {
  const { directory, verdict } = given(ON_CALL);
  directory.groups.set('S0ONCALL', [ALICE.user]).set('S0LEADS', [ALICE.user]);
  directory.silent.add(silent);

  expect(await verdict()).toMatchObject({ allowed: false, denial: 'unreadable' });
});

test('a refusal names the groups and people who may, and pings nobody', async () => {
  const { directory, verdict } = given({ start: { users: ['U0CAROL'], usergroups: ['S0ONCALL'] } });
  directory.names.set('S0ONCALL', 'the user group oncall (S0ONCALL)').set('U0CAROL', 'Carol (U0CAROL)');

  const refusal = await verdict(BOB);

  expect(refusal).toEqual({
    allowed: false,
    denial: 'not listed',
    message:
      'You are not on the list of people who may revoke tokens of this profile. These may: the user group oncall (S0ONCALL), Carol (U0CAROL).',
  });
});

test('a refusal names ten at most, and says when it is nobody', async () => {
  const users = Array.from({ length: 12 }, (_, index) => `U0P${index}`);

  expect(await given({ start: { users, usergroups: [] } }).verdict(BOB)).toMatchObject({
    message: expect.stringMatching(/These may: (U0P\d, ){9}U0P9\.$/),
  });
  expect(await given({ start: { users: [], usergroups: [] } }).verdict(BOB)).toMatchObject({
    message: expect.stringMatching(/Its policy names nobody\.$/),
  });
});

test('who is refused for another reason does not learn who may', async () => {
  const { directory, verdict } = given();
  directory.people.set(ALICE.user, { guest: true });

  expect(await verdict()).toMatchObject({ denial: 'guest', message: expect.not.stringContaining('These may') });
});

test('a fault of our own is not mistaken for a refusal', async () => {
  const { directory, verdict } = given();
  directory.person = async () => {
    throw new TypeError('a mistake');
  };

  await expect(verdict()).rejects.toThrow('a mistake');
});

test('who may look at tokens is asked of both lists, and who may read the audit log of one', async () => {
  const { directory, mayRead, mayAudit, verdict } = given({
    ...ON_CALL,
    audit: { users: [], usergroups: ['S0AUDIT'] },
  });
  directory.groups.set('S0AUDIT', [BOB.user]);

  expect(await mayRead(BOB)).toMatchObject({ allowed: true, rule: 'audit.usergroups S0AUDIT' });
  expect(await mayAudit(BOB)).toMatchObject({ allowed: true, members: [BOB.user] });
  expect(await verdict(BOB)).toMatchObject({ allowed: false, denial: 'not listed' });
  expect(await mayRead(ALICE)).toMatchObject({
    denial: 'not listed',
    message: expect.stringMatching(/These may: S0ONCALL, S0LEADS, S0AUDIT\.$/),
  });
});

test('a lookup that fails is a refusal to look at tokens too', async () => {
  const { directory, mayRead, mayAudit } = given({ ...ON_CALL, audit: { users: [], usergroups: ['S0AUDIT'] } });
  directory.groups.set('S0ONCALL', [ALICE.user]);
  directory.silent.add('S0AUDIT');

  expect(await mayRead()).toMatchObject({ allowed: false, denial: 'unreadable' });
  expect(await mayAudit()).toMatchObject({ allowed: false, denial: 'unreadable' });
});
