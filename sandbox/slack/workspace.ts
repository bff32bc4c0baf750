/** Somebody, or something, with a Slack user ID. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly teamId: string;
  readonly timeZone: string;
  readonly kind: 'member' | 'guest' | 'single-channel guest' | 'bot';
  readonly isDeactivated: boolean;
}

/** A user group; `members` are user IDs. */
export interface Group {
  readonly id: string;
  readonly handle: string;
  readonly members: readonly string[];
}

/** A place where messages are posted; `members` are user IDs, the app's own among them where it was invited. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'public' | 'private' | 'direct';
  readonly members: readonly string[];
  readonly isArchived: boolean;
}

/** Everything about a workspace that exists before anybody writes anything. */
export interface WorkspaceDescription {
  readonly team: { readonly id: string; readonly domain: string; readonly name: string };
  readonly app: { readonly id: string; readonly botId: string; readonly botUserId: string };
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  readonly channels: readonly Channel[];
}

const TEAM = 'T0EXAMPLE1';
const PARTNER_TEAM = 'T0PARTNER1';
const APP_USER = 'U0INFLUX01';
const ALICE = 'U0ALICE001';
const BOB = 'U0BOB00001';
const CAROL = 'U0CAROL001';
const MALLORY = 'U0MALLORY1';
const GUEST = 'U0GUEST001';
const SOLO = 'U0SOLO0001';
const DEPARTED = 'U0DEPART01';
const DEPLOYBOT = 'U0DEPLOY01';
const PARTNER = 'U0PARTNER1';

function person(id: string, name: string, realName: string, rest: Partial<Person> = {}): Person {
  return { id, name, realName, teamId: TEAM, timeZone: 'Europe/Berlin', kind: 'member', isDeactivated: false, ...rest };
}

function channel(id: string, name: string, members: readonly string[], rest: Partial<Channel> = {}): Channel {
  return { id, name, kind: 'public', members, isArchived: false, ...rest };
}

/**
 * The workspace every test starts with.
 * alice and carol are on call, bob approves, mallory is in no group; `guest`, `solo` (single-channel guest), `departed`
 * (deactivated), `deploybot` (a bot) and `partner` (another workspace, Slack Connect) are what their names say.
 */
export function exampleWorkspace(): WorkspaceDescription {
  const everybody = [APP_USER, ALICE, BOB, CAROL, MALLORY, GUEST];
  return {
    team: { id: TEAM, domain: 'example-ops', name: 'Example Ops' },
    app: { id: 'A0INFLUX01', botId: 'B0INFLUX01', botUserId: APP_USER },
    people: [
      person(ALICE, 'alice', 'Alice Adler'),
      person(BOB, 'bob', 'Bob Brandt', { timeZone: 'America/New_York' }),
      person(CAROL, 'carol', 'Carol Castro', { timeZone: 'Asia/Kolkata' }),
      person(MALLORY, 'mallory', 'Mallory Moss'),
      person(GUEST, 'guest', 'Gus Guest', { kind: 'guest' }),
      person(SOLO, 'solo', 'Sol Single', { kind: 'single-channel guest' }),
      person(DEPARTED, 'departed', 'Dee Parted', { isDeactivated: true }),
      person(DEPLOYBOT, 'deploybot', 'Deploy Bot', { kind: 'bot' }),
      person(PARTNER, 'partner', 'Pat Partner', { teamId: PARTNER_TEAM }),
      person(APP_USER, 'influx', 'influx', { kind: 'bot' }),
    ],
    groups: [
      { id: 'S0ONCALL01', handle: 'oncall', members: [ALICE, CAROL] },
      { id: 'S0APPROVE1', handle: 'approvers', members: [BOB] },
    ],
    channels: [
      channel('C0INC04711', 'incident-4711', [...everybody, SOLO, DEPLOYBOT, PARTNER]),
      channel('C0GENERAL1', 'general', everybody),
      channel('C0SECRET01', 'security-private', [APP_USER, ALICE, BOB], { kind: 'private' }),
      channel('C0RANDOM01', 'random', [ALICE, BOB, CAROL, MALLORY]),
      channel('C0WARROOM1', 'war-room-private', [ALICE, BOB], { kind: 'private' }),
      channel('C0INC04600', 'incident-4600', everybody, { isArchived: true }),
      channel('D0ALICE001', 'directmessage', [APP_USER, ALICE], { kind: 'direct' }),
      channel('D0ALICEBOB', 'directmessage', [ALICE, BOB], { kind: 'direct' }),
    ],
  };
}
