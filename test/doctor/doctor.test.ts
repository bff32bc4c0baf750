import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MANAGEMENT_TOKEN } from '../../sandbox/cluster/cluster.ts';
import { createAuthority } from '../gateway/certificates.ts';
import { runProgram } from '../support/program.ts';
import { patient, reaching, runDoctor } from './run-doctor.ts';

const program = (name: string) => join(import.meta.dirname, '../../bin', name);

describe('the doctor', { timeout: 60_000 }, () => {
  test('says of everything that it is ok, and ends with 0', async () => {
    const { examine, file, slack } = await patient({
      policy: `
        start = { users = ["U0BOB00001"], usergroups = ["S0ONCALL01"] }
        force = { users = ["U0ALICE001"] }
        channels = ["C0INC04711"]`,
      freeze: '{ users = ["U0CAROL001"], usergroups = ["S0APPROVE1"] }',
    });

    const { code, lines } = await examine();

    expect(lines).toEqual([
      `ok ${file}: can be used`,
      expect.stringMatching(/^ok .*config\.toml, worth knowing: .*tls\.disable|^ok Slack: the bot is U0INFLUX01/),
      ...lines.slice(2, -1),
      `All of these ${lines.length - 1} are ok.`,
    ]);
    for (const expected of [
      /^ok Slack: the bot is U0INFLUX01 in Example Ops \(T0EXAMPLE1\)$/m,
      /^ok Slack: the bot has the scopes commands, chat:write, users:read, usergroups:read$/m,
      /^ok Slack: the app token opens connections for Socket Mode$/m,
      /^ok profile default, policy\.start: the user group S0ONCALL01 has 2 members$/m,
      /^ok profile default, policy\.start: U0BOB00001 exists$/m,
      /^ok profile default, policy\.force: U0ALICE001 exists$/m,
      /^ok profile default, policy\.channels: C0INC04711 have the form of channels; with its scopes the bot cannot look them up$/m,
      /^ok policy\.freeze: the user group S0APPROVE1 has 1 member$/m,
      /^ok policy\.freeze: U0CAROL001 exists$/m,
      /^ok store: SQLite 3\.\d+\.\d+$/m,
      /^ok store: .*data can be written to$/m,
      /^ok gateway: one of its own starts, as it does with the bot$/m,
      /^ok profile default: its gateway at unix:.* serves$/m,
      /^ok profile default: the cluster answers, and accepts the management token$/m,
    ]) {
      expect(lines.join('\n')).toMatch(expected);
    }
    expect(code).toBe(0);
    expect(slack.connections).toBe(0);
  });

  test('leaves nothing behind, and revokes nothing', async () => {
    const { examine, directory, cluster } = await patient();

    await examine();

    expect(readdirSync(join(directory, 'data'))).toEqual([]);
    expect(cluster.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/v0/tokens/00000000-0000-0000-0000-000000000000',
    ]);
  });

  test('works while a bot runs, says that it has the store, and leaves it alone', async () => {
    const { examine, file, environment } = await patient();
    const bot = runProgram(program('bot.ts'), ['--config', file], environment);
    await bot.says('"msg":"ready"');

    const { code, lines } = await examine();

    const held = `^ok store: .*bot\\.db is in use by process ${bot.pid} on .*; if that is the bot, all is well$`;
    expect(lines.join('\n')).toMatch(new RegExp(held, 'm'));
    expect(code).toBe(0);
    bot.kill('SIGTERM');
    expect(await bot.ended).toBe(0);
    expect(bot.output()).not.toMatch(/"level":"(?:error|fatal)"/);
  });

  test('reports every problem of the configuration, and looks no further', async () => {
    const { file, slack } = await patient();
    writeFileSync(file, '[slack]\nmode = "pigeon"\n');

    const { code, lines, bad } = await runDoctor(file);

    expect(code).toBe(1);
    expect(bad.join('\n')).toMatch(/^not ok .*config\.toml: slack\.mode must be "socket" or "http"\.$/m);
    expect(bad.join('\n')).toMatch(/^not ok .*: SLACK_BOT_TOKEN is missing\./m);
    expect(lines.at(-1)).toBe(`${bad.length} of these ${bad.length} are not ok.`);
    expect(slack.record).toEqual([]);
  });

  test('finds credentials that Slack rejects, and goes on with the rest', async () => {
    const { examine } = await patient({
      environment: () => ({ SLACK_BOT_TOKEN: 'xoxb-wrong', SLACK_APP_TOKEN: 'xapp-wrong' }),
    });

    const { code, lines, bad } = await examine();

    expect(bad).toEqual([
      expect.stringMatching(
        /^not ok Slack rejects SLACK_BOT_TOKEN \(invalid_auth\)\. Set it to the Bot User OAuth Token/,
      ),
      expect.stringMatching(/^not ok Slack rejects SLACK_APP_TOKEN \(invalid_auth\)\. Set it to an App-Level Token/),
    ]);
    expect(lines).toContain('ok profile default: the cluster answers, and accepts the management token');
    expect(lines.at(-1)).toMatch(/^2 of these \d+ are not ok\.$/);
    expect(code).toBe(1);
  });

  test('finds a Slack that does not answer', async () => {
    const { examine, slack } = await patient();
    await slack.goDown();

    const { bad } = await examine();

    expect(bad).toHaveLength(2);
    for (const line of bad) expect(line).toMatch(/^not ok Slack: cannot be asked \(ECONNREFUSED\)\. Check that this/);
  });

  test('finds unknown people and user groups among those who may freeze', async () => {
    const { examine } = await patient({ freeze: '{ users = ["U0NOBODY01"], usergroups = ["S0NOBODY01"] }' });

    const { bad } = await examine();

    expect(bad).toEqual([
      'not ok policy.freeze: the user group S0NOBODY01 does not exist in this workspace. Check the ID, or take it out.',
      'not ok policy.freeze: U0NOBODY01 does not exist in this workspace. Check the ID, or take it out.',
    ]);
  });

  test('finds missing scopes', async () => {
    const { examine } = await patient({ slack: { scopes: ['commands', 'chat:write', 'files:read'] } });

    const { bad } = await examine();

    expect(bad).toEqual([
      expect.stringMatching(/^not ok Slack: the scopes users:read, usergroups:read are missing\. To add/),
      expect.stringMatching(/the user group S0ONCALL01 could not be looked up \(missing_scope\)\. Add the scopes/),
    ]);
  });

  test('finds people and groups of a policy who cannot act', async () => {
    const { examine } = await patient({
      policy: `
        start = { users = ["U0DEPART01", "U0GUEST001", "U0PARTNER1", "U0DEPLOY01", "U0NOBODY01"], usergroups = ["S0NOGROUP1"] }
        force = { users = ["U0SOLO0001"] }
        audit = { users = ["U0GUEST001"], usergroups = ["S0NOGROUP2"] }`,
    });

    const { bad } = await examine();

    const says = (who: string, what: string) =>
      expect.stringMatching(new RegExp(`^not ok profile default, ${who} ${what}`));
    expect(bad).toEqual([
      says('policy.start: the user group S0NOGROUP1', 'does not exist in this workspace'),
      says('policy.audit: the user group S0NOGROUP2', 'does not exist in this workspace'),
      says('policy.start: U0DEPART01', 'is deactivated'),
      says('policy.start: U0GUEST001', 'is a guest'),
      says('policy.start: U0PARTNER1', 'belongs to another workspace'),
      says('policy.start: U0DEPLOY01', 'is a bot'),
      says('policy.start: U0NOBODY01', 'does not exist in this workspace'),
      says('policy.force: U0SOLO0001', 'is a guest'),
      says('policy.audit: U0GUEST001', 'is a guest'),
    ]);
  });

  test('finds a user group that has nobody in it', async () => {
    const { examine, slack } = await patient();
    for (const name of ['alice', 'carol']) slack.workspace.removeFromGroup(name, 'oncall');

    const { bad } = await examine();

    expect(bad).toEqual([expect.stringMatching(/the user group S0ONCALL01 has nobody in it: it lets nobody in/)]);
  });

  test('finds a management token that the cluster rejects, and repeats none of its secrets', async () => {
    const { examine } = await patient({ managementToken: 'apiv1_not-this-one-0123456789' });

    const { bad, lines, code } = await examine();

    expect(bad).toEqual([
      expect.stringMatching(
        /^not ok profile default: the management token is not accepted: the cluster answered 401: unauthorized \(HTTP 401\)\. Make a new/,
      ),
    ]);
    for (const secret of ['not-this-one', 'xoxb-', 'xapp-', MANAGEMENT_TOKEN]) {
      expect(lines.join('\n')).not.toContain(secret);
    }
    expect(code).toBe(1);
  });

  test('says in words what is wrong with TLS', async () => {
    const authority = await createAuthority('nobody knows it');
    const { cert, key } = await authority.issue();
    const unknown = await patient({ cluster: { tls: { cert, key } }, profile: reaching });
    const expired = await patient({
      cluster: { tls: await authority.issue({ expired: true }) },
      profile: (cluster) => `${reaching(cluster)}\n[profile.tls]\nca = "ca.pem"`,
    });
    writeFileSync(join(expired.directory, 'ca.pem'), authority.cert);
    const plain = await patient({ profile: reaching });

    const words = [unknown, expired, plain].map(async ({ examine }) => (await examine()).bad);

    expect(await Promise.all(words)).toEqual([
      [expect.stringMatching(/cannot be asked: .*\. Nobody whom this machine trusts signed the certificate/)],
      [expect.stringMatching(/cannot be asked: .*CERT_HAS_EXPIRED.*\. The certificate of the cluster has expired/)],
      [expect.stringMatching(/cannot be asked: .*\. What listens there does not speak TLS as it should\./)],
    ]);
  });

  test('finds a gateway that is not there, and a cluster that is not', async () => {
    const gateway = await patient({
      profile: (cluster) =>
        `${reaching(cluster)}\n[profile.tls]\ndisable = true\n[profile.gateway]\naddress = "unix:gateway.sock"`,
    });
    const cluster = await patient();
    await cluster.cluster.close();

    const [withoutGateway, withoutCluster] = await Promise.all([gateway.examine(), cluster.examine()]);

    expect(withoutGateway.bad).toEqual([
      expect.stringMatching(
        /^not ok profile default: the gateway at unix:.*gateway\.sock does not serve\. Start it with/,
      ),
    ]);
    expect(withoutCluster.bad).toEqual([
      expect.stringMatching(/cannot be asked: the cluster cannot be reached: ECONNREFUSED .*\. Nobody listens there\./),
    ]);
  });

  test('finds a store that cannot be written', async () => {
    const { examine } = await patient({ store: 'config.toml/bot.db' });

    const { bad } = await examine();

    expect(bad).toEqual([expect.stringMatching(/^not ok store: this user cannot write to .*config\.toml/)]);
  });
});

test('the doctor explains itself', async () => {
  const doctor = runProgram(program('doctor.ts'), ['--help']);

  expect(await doctor.ended).toBe(0);
  expect(doctor.output()).toMatch(/^Usage: npm run doctor -- --config FILE$/m);
});
