import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/findings.ts';
import { readBotConfig } from '../../src/config.ts';
import { directory, ENV, problemsOf, SHORTEST } from './directory.ts';

function read(text: string, env: Record<string, string> = ENV) {
  return readBotConfig({ file: directory().config(text), env });
}

function problems(text: string, env: Record<string, string> = ENV) {
  const file = directory().config(text);
  return problemsOf(() => readBotConfig({ file, env }));
}

/** The shortest file with more lines for its profile, above its policy. */
const withProfile = (lines: string) => SHORTEST.replace('[profile.policy]', `${lines}\n[profile.policy]`);
const withPolicy = (lines: string) => `${SHORTEST}\n${lines}\n`;

describe('the shortest file', () => {
  test('has the defaults for all the rest', () => {
    const { path, config } = directory();

    expect(readBotConfig({ file: config(SHORTEST), env: ENV })).toEqual({
      slack: {
        mode: 'socket',
        botToken: ENV.SLACK_BOT_TOKEN,
        appToken: ENV.SLACK_APP_TOKEN,
        apiUrl: undefined,
        teamIds: undefined,
      },
      plan: { expiresAfterMs: 15 * 60_000, sendWithinMs: 30 * 60_000 },
      rotation: {
        remindAfterMs: [15 * 60_000, 3_600_000, 4 * 3_600_000, 24 * 3_600_000],
        giveUpAfterMs: 14 * 24 * 3_600_000,
        owners: [],
      },
      store: { kind: 'sqlite', path: join(path, 'data/influx-chatops.db') },
      admin: undefined,
      freeze: { users: [], usergroups: [] },
      profiles: [
        {
          name: 'default',
          production: false,
          policy: {
            start: { users: ['U0123ABCD'], usergroups: [] },
            force: { users: [] },
            audit: { users: [], usergroups: [] },
            channels: undefined,
            maxTokens: 100,
            protected: [],
          },
          concurrency: 16,
          gatewayAddress: undefined,
        },
      ],
      budgetFile: join(path, 'data/gateway-budget.json'),
      logLevel: 'info',
      secrets: [ENV.SLACK_BOT_TOKEN, ENV.SLACK_APP_TOKEN],
      warnings: [],
    });
  });

  test('leaves no management token with the bot, wherever it was given', () => {
    const inline = withProfile('mgmt_token = "management-token-1"');
    const { INFLUXDB_MGMT_TOKEN_DEFAULT: _, ...env } = ENV;

    expect(JSON.stringify(read(SHORTEST))).not.toContain('management-token-1');
    expect(JSON.stringify(read(inline, env))).not.toContain('management-token-1');
  });
});

test('every key arrives', () => {
  const config = read(`
    [slack]
    mode = "http"
    port = 8080
    host = "0.0.0.0"
    api_url = "https://slack-gov.com/api"
    team_ids = ["T0123ABCD", "E0123ABCD"]
    announce_channel = "C0123ABCD"
    [plan]
    expires_after = "29m"
    send_within = "1h30m"
    [store]
    url = "sqlite:/var/lib/bot/store.db"
    [admin]
    listen = "[::1]:9090"
    [policy]
    freeze = { users = ["U0123ABCD"], usergroups = ["S0123ABCD"] }
    [[profile]]
    name = "prod eu"
    production = true
    gateway.address = "unix:run/gateway.sock"
    [profile.policy]
    start = { users = ["U0123ABCD", "W0123ABCD"], usergroups = ["S0123ABCD"] }
    force = { users = ["U0123ABCD"] }
    audit = { usergroups = ["S0AUDITORS"] }
    channels = ["C0123ABCD", "G0123ABCD", "D0123ABCD"]
    max_tokens = 5
    type_to_confirm = { wildcard_write = true, above = 20 }
    protected = ["id:a0*", "description:*keep*"]
    [profile.limits]
    concurrency = 4
    [gateway]
    listen = "unix:run/gateway.sock"
  `);

  expect(config).toMatchObject({
    slack: {
      mode: 'http',
      signingSecret: ENV.SLACK_SIGNING_SECRET,
      port: 8080,
      host: '0.0.0.0',
      apiUrl: 'https://slack-gov.com/api/',
      teamIds: ['T0123ABCD', 'E0123ABCD'],
      announceChannel: 'C0123ABCD',
    },
    plan: { expiresAfterMs: 29 * 60_000, sendWithinMs: 90 * 60_000 },
    store: { kind: 'sqlite', path: '/var/lib/bot/store.db' },
    admin: { host: '::1', port: 9090 },
    freeze: { users: ['U0123ABCD'], usergroups: ['S0123ABCD'] },
    secrets: [ENV.SLACK_BOT_TOKEN, ENV.SLACK_SIGNING_SECRET],
  });
  expect(config.profiles[0]).toMatchObject({
    name: 'prod eu',
    production: true,
    policy: {
      start: { users: ['U0123ABCD', 'W0123ABCD'], usergroups: ['S0123ABCD'] },
      force: { users: ['U0123ABCD'] },
      audit: { users: [], usergroups: ['S0AUDITORS'] },
      channels: ['C0123ABCD', 'G0123ABCD', 'D0123ABCD'],
      maxTokens: 5,
      typeToConfirm: { wildcardWrite: true, above: 20 },
      protected: ['id:a0*', 'description:*keep*'],
    },
    concurrency: 4,
    gatewayAddress: expect.stringMatching(/^unix:\/.*\/run\/gateway\.sock$/),
  });
});

test('a profile of influxctl works with a policy added, and what a bot cannot use is a warning', () => {
  const config = read(`
    [[profile]]
      name = "default"
      product = "dedicated"
      account_id = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
      cluster_id = "b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
      host = ""
      port = ""
      mgmt_token = ""
      database = "metrics"
      token = "apiv1_abcdefgh"
      [profile.tls]
        insecure = false
        ca = ""
      [profile.auth.oauth2]
        client_id = "x"
      [profile.policy]
        start = { usergroups = ["S0123ABCD"] }
  `);

  expect(config.warnings).toEqual([
    'profile "default", auth is for people at a terminal and is ignored: a bot needs a management token.',
    'profile "default", database is for influxctl’s queries and is ignored.',
    'profile "default", token is a database token and is ignored: better keep it elsewhere.',
  ]);
});

describe('every problem is named at once', () => {
  test('by key, with what to write, and nothing else is wrong', () => {
    const found = problems(
      `
      announce_channel = "C0123ABCD"
      [slack]
      mode = "https"
      prot = 3000
      team_ids = []
      [plan]
      expires_after = "30m"
      [store]
      url = "mysql://bot:password@db/bot"
      [[profile]]
      name = "prod"
      product = "cloud"
      host = "https://cluster.example.com/"
      port = "https"
      policy = { start = { users = ["alice"], groups = [] }, channels = [], max_tokens = 1001, approvals = 2 }
      [[profile]]
      name = "prod"
      product = "dedicated"
      tls = { cert = "client.pem" }
      [[profile]]
      host = "cluster.example.com"
      policy = {}
      `,
      { SLACK_BOT_TOKEN: 'xapp-1-2-wrong', LOG_LEVEL: 'loud' },
    );

    expect(found.map((problem) => problem.replace(/\/\S*\/client\.pem/, 'client.pem'))).toEqual([
      'slack.mode must be "socket" or "http".',
      'slack.team_ids must name a workspace; leave it out for the bot’s own.',
      'slack.prot is not a key of this release. Did you mean port?',
      'plan.expires_after must be a duration from "1m" to "29m".',
      'profile "prod", product must be "clustered" or "dedicated".',
      'profile "prod", host must be a host name alone, such as "cluster.example.com".',
      'profile "prod", port must be a port, such as "443".',
      'profile "prod", policy.start.users.0 must be a user ID, such as "U0123ABCD".',
      'profile "prod", policy.start.groups is not a key of this release. The keys here are users, usergroups.',
      'profile "prod", policy.channels must name a channel; leave it out for every channel.',
      'profile "prod", policy.max_tokens must be a whole number from 1 to 1000.',
      'profile "prod", policy.approvals is not a key of this release. The keys here are start, force, audit, channels, max_tokens, type_to_confirm, protected.',
      'announce_channel is not a key of this release. The keys here are slack, plan, rotation, store, admin, policy, profile, gateway.',
      'SLACK_BOT_TOKEN holds something else. It must hold the Bot User OAuth Token (xoxb-…) from "OAuth & Permissions" of the Slack app.',
      'SLACK_APP_TOKEN is missing. Set it, or SLACK_APP_TOKEN_FILE to the path of a file that holds it: an App-Level Token (xapp-…) with connections:write from "Basic Information" of the Slack app.',
      'store.url must be the path of a file after sqlite:, or the URL of a database. Write url = "sqlite:data/influx-chatops.db" or "postgres://user@host/database".',
      'profile "prod" has the name of another profile. Give each a name of its own.',
      'profile 3, name is missing. Write name = "default".',
      'profile "prod", policy is missing: nobody could revoke. Below it, write [profile.policy] and start = { users = ["U0123ABCD"], usergroups = [] }.',
      'profile "prod", mgmt_token_file is missing. Write mgmt_token_file = "/run/secrets/mgmt-token", or set INFLUXDB_MGMT_TOKEN_PROD or INFLUXDB_MGMT_TOKEN_PROD_FILE.',
      'profile "prod", account_id is missing. Write account_id = "<the ID of your account>".',
      'profile "prod", cluster_id is missing. Write cluster_id = "<the ID of your cluster>".',
      'profile "prod", tls.key is missing: cert and key go together.',
      'profile "prod", tls.cert names client.pem, which cannot be read (ENOENT).',
      'profile 3, product is missing. Write product = "clustered".',
      'profile 3, mgmt_token_file is missing. Write mgmt_token_file = "/run/secrets/mgmt-token", or set INFLUXDB_MGMT_TOKEN_NAME or INFLUXDB_MGMT_TOKEN_NAME_FILE.',
      'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent.',
    ]);
  });

  test.each([
    ['', 'profile is missing. Write a [[profile]] table'],
    ['[profile]\nname = "x"', 'profile must be written [[profile]], with two brackets.'],
    ['slack = "socket"', 'slack must be a table.'],
    [withPolicy('force = { usergroups = ["S0123ABCD"] }'), 'policy.force.usergroups is not a key'],
    [withPolicy('approve = { users = [] }'), 'policy.approve is not a key'],
    [withPolicy('audit = { user = [] }'), 'policy.audit.user is not a key'],
    [withPolicy('audit = { users = ["alice"] }'), 'policy.audit.users.0 must be a user ID'],
    [withPolicy('channels = ["general"]'), 'policy.channels.0 must be a channel ID, such as "C0123ABCD".'],
    [withPolicy('protected = ["*prod*"]'), 'must begin with id: or description:'],
    [withPolicy('[admin]\nlisten = "127.0.0.1"'), 'admin.listen must be a port of this machine'],
    [withPolicy('[admin]\nlisten = "127.0.0.1:65536"'), 'admin.listen must be a port of this machine'],
    [withPolicy('[policy]\nfreeze = { users = ["alice"] }'), 'policy.freeze.users.0 must be a user ID'],
    [withPolicy('[slack]\nannounce_channel = "#general"'), 'slack.announce_channel must be the ID of a channel'],
    [withPolicy('[slack]\nannounce_channel = "D0123"'), 'slack.announce_channel must be the ID of a channel'],
    [withPolicy('[slack]\nteam_ids = ["U0123"]'), 'slack.team_ids.0 must be a workspace ID'],
    [withPolicy('[plan]\nsend_within = "25h"'), 'plan.send_within must be a duration from "1m" to "24h".'],
    [withPolicy('[plan]\nexpires_after = 15'), 'plan.expires_after must be a duration'],
    [withPolicy('[store]\nurl = "sqlite::memory:"'), 'store.url must be the path of a file after sqlite:'],
    [withPolicy('[store]\nurl = "data.db"'), 'store.url must be the path of a file after sqlite:'],
    [
      withPolicy('[profile.gateway]\naddress = "https://gateway.example.com"'),
      'gateway.address must be "unix:/path" or',
    ],
    [
      withPolicy('[profile.gateway]\naddress = "gateway.example.com:65536"'),
      'gateway.address must have a port up to 65535',
    ],
    [
      withPolicy('[profile.gateway]\naddress = "gateway.example.com:8443"'),
      'gateway.ca is missing: over TCP both ends',
    ],
    [withPolicy('[profile.limits]\nconcurrency = 0'), 'limits.concurrency must be a whole number from 1 to 256.'],
    [
      withPolicy('[profile.limits]\nper_secnod = 5'),
      'limits.per_secnod is not a key of this release. Did you mean per_second?',
    ],
    [withProfile('managment_token = "apiv1_abcdefgh"'), 'managment_token is not a key'],
    [withProfile('port = 70000'), 'port must be a port from 1 to 65535.'],
    [withProfile('account_id = "../x"'), 'account_id must be the ID of the account.'],
    [SHORTEST.replace('"default"', '"\\u202eprod"'), 'name must be 1 to 100 letters'],
  ])('%j', (text, expected) => {
    expect(problems(text)).toEqual(expect.arrayContaining([expect.stringContaining(expected)]));
  });

  test('the admin port is on loopback unless told otherwise, which is worth a warning', () => {
    const listening = (listen: string) => read(`[admin]\nlisten = "${listen}"\n${SHORTEST}`);

    expect(listening('9090')).toMatchObject({ admin: { host: '127.0.0.1', port: 9090 }, warnings: [] });
    expect(listening('localhost:0')).toMatchObject({ admin: { host: 'localhost', port: 0 }, warnings: [] });
    expect(listening('0.0.0.0:9090')).toMatchObject({
      admin: { host: '0.0.0.0', port: 9090 },
      warnings: ['admin.listen is not on this machine alone: whoever reaches it reads the metrics.'],
    });
  });

  test('an empty list is nobody, and worth a warning', () => {
    const config = read(SHORTEST.replace('["U0123ABCD"]', '[]'));

    expect(config.profiles[0]?.policy.start).toEqual({ users: [], usergroups: [] });
    expect(config.warnings).toEqual(['profile "default", policy.start names nobody: nobody may revoke tokens here.']);
  });
});

describe('the file itself', () => {
  test('that is not there says how to begin', () => {
    const file = join(directory().path, 'config.toml');

    expect(problemsOf(() => readBotConfig({ file, env: ENV }))).toEqual([
      'There is no such file. To begin: cp config.example.toml config.toml',
    ]);
  });

  test('that cannot be read says why', () => {
    const { path } = directory();
    mkdirSync(join(path, 'config.toml'));

    expect(problemsOf(() => readBotConfig({ file: join(path, 'config.toml'), env: ENV }))).toEqual([
      'It cannot be read (EISDIR).',
    ]);
  });

  test('that is not TOML names the place and quotes nothing', () => {
    const found = problems('[[profile]]\nmgmt_token = "hunter2hunter2\n');

    expect(found).toEqual([expect.stringMatching(/^It is not TOML at line 2, column \d+: /)]);
    expect(found.join()).not.toContain('hunter2');
  });

  test('may not be open to everybody when it holds a management token', () => {
    const { INFLUXDB_MGMT_TOKEN_DEFAULT: _, ...env } = ENV;
    const { config } = directory();
    const text = withProfile('mgmt_token = "management-token-1"');

    expect(problemsOf(() => readBotConfig({ file: config(text, 0o644), env }))).toEqual([
      expect.stringMatching(/config\.toml holds a management token and is open to every user.*chmod o-rwx/),
    ]);
    expect(readBotConfig({ file: config(text, 0o640), env }).profiles).toHaveLength(1);
    expect(readBotConfig({ file: config(SHORTEST, 0o644), env: ENV }).profiles).toHaveLength(1);
  });
});

test('any TOML is either a configuration or a ConfigError that repeats no value', () => {
  const { config } = directory();
  const secret = fc.constantFrom('hunter2-in-the-wrong-place', 'xoxb-1-2-hunter2', 'apiv1_hunter2hunter2');
  const value = fc.oneof(
    secret.map((text) => JSON.stringify(text)),
    secret.map((text) => JSON.stringify([text])),
    fc.constantFrom('1', '-1', 'true', '[]', '{}', '1979-05-27', '[[1]]', '{ x = 1 }', '0.5'),
  );
  const key = fc.constantFrom(
    ...[
      'slack.mode',
      'slack.port',
      'slack.team_ids',
      'slack',
      'plan.expires_after',
      'plan',
      'store.url',
      'gateway.listen',
    ],
    ...[
      'profile.name',
      'profile.host',
      'profile.port',
      'profile.product',
      'profile.tls',
      'profile.tls.ca',
      'profile.auth',
    ],
    ...[
      'profile.policy',
      'profile.policy.start',
      'profile.policy.start.users',
      'profile.policy.channels',
      'profile.nonsense',
    ],
    ...[
      'profile.mgmt_token',
      'profile.mgmt_token_file',
      'profile.gateway',
      'profile.gateway.address',
      'constructor',
      'slack.toString',
    ],
  );
  const lines = fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 6 });

  fc.assert(
    fc.property(lines, (entries) => {
      const own = entries.filter(([name]) => !name.startsWith('profile.')).map(([name, text]) => `${name} = ${text}`);
      const ofProfile = entries.filter(([name]) => name.startsWith('profile.'));
      const profile = ofProfile.map(([name, text]) => `${name.slice('profile.'.length)} = ${text}`);
      const text = [...own, '[[profile]]', ...profile].join('\n');
      try {
        readBotConfig({ file: config(text), env: {} });
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        const named = ofProfile.some(([name]) => name === 'profile.name' || /_file|\.tls/.test(name));
        if (!named) expect(String(error)).not.toContain('hunter2');
      }
    }),
    { numRuns: 500 },
  );
});
