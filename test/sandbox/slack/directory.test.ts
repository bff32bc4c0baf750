import { expect, test } from 'vitest';
import { Directory } from '../../../sandbox/slack/directory.ts';
import { exampleWorkspace } from '../../../sandbox/slack/workspace.ts';

const directory = () => new Directory(exampleWorkspace());

test('has everybody a policy must tell apart', () => {
  const kinds = directory().people.map(
    ({ name, kind, isDeactivated, teamId }) => `${name}: ${kind}${isDeactivated ? ', deactivated' : ''} of ${teamId}`,
  );

  expect(kinds).toEqual([
    'alice: member of T0EXAMPLE1',
    'bob: member of T0EXAMPLE1',
    'carol: member of T0EXAMPLE1',
    'mallory: member of T0EXAMPLE1',
    'guest: guest of T0EXAMPLE1',
    'solo: single-channel guest of T0EXAMPLE1',
    'departed: member, deactivated of T0EXAMPLE1',
    'deploybot: bot of T0EXAMPLE1',
    'partner: member of T0PARTNER1',
    'influx: bot of T0EXAMPLE1',
  ]);
});

test('all IDs look like IDs of Slack, and none is used twice', () => {
  const { people, groups, channels } = exampleWorkspace();
  const ids = [...people, ...groups, ...channels].map(({ id }) => id);

  expect(ids.filter((id) => !/^[UWSCD][A-Z0-9]{8,}$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

test('finds people, groups and channels by name and by ID, and labels channels as people do', () => {
  const here = directory();

  expect(here.person('U0ALICE001')).toBe(here.person('alice'));
  expect(here.group('S0ONCALL01')).toBe(here.group('oncall'));
  expect(here.channel('C0INC04711')).toBe(here.channel('#incident-4711'));
  expect(here.channel('general').id).toBe('C0GENERAL1');
  expect(here.label(here.channel('#general'))).toBe('#general');
  expect(here.label(here.channel('D0ALICE001'))).toBe('direct messages (influx, alice)');
});

test('names what there is when it does not find something', () => {
  expect(() => directory().person('eve')).toThrow('No person eve in this workspace. There are: alice, bob,');
  expect(() => directory().group('admins')).toThrow('There are: oncall, approvers.');
});

test('people join and leave groups and channels, once each', () => {
  const here = directory();

  here.addToGroup('alice', 'oncall');
  here.addToGroup('bob', 'oncall');
  here.removeFromGroup('carol', 'oncall');
  here.join('solo', '#general');
  here.leave('alice', '#general');

  expect(here.group('oncall').members).toEqual(['U0ALICE001', 'U0BOB00001']);
  expect(here.channel('#general').members).toContain('U0SOLO0001');
  expect(here.channel('#general').members).not.toContain('U0ALICE001');
});

test('people are deactivated or made guests, channels archived, new ones added', () => {
  const here = directory();

  here.deactivate('alice');
  here.makeGuest('bob');
  here.archive('#general');
  here.addPerson({ ...here.person('carol'), id: 'U0DAVE0001', name: 'dave' });
  here.addChannel({ ...here.channel('#random'), id: 'C0NEW00001', name: 'new' });

  expect(here.person('alice').isDeactivated).toBe(true);
  expect(here.person('bob').kind).toBe('guest');
  expect(here.channel('#general').isArchived).toBe(true);
  expect(here.person('dave').id).toBe('U0DAVE0001');
  expect(here.channel('#new').id).toBe('C0NEW00001');
});

test('opens direct messages with the app once', () => {
  const here = directory();

  expect(here.directMessages('alice').id).toBe('D0ALICE001');
  expect(here.directMessages('bob')).toBe(here.directMessages('bob'));
  expect(here.directMessages('bob').members).toEqual(['U0INFLUX01', 'U0BOB00001']);
});
