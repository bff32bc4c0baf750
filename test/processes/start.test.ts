import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../sandbox/free-port.ts';
import { startSlack } from '../../sandbox/slack/slack.ts';
import { runProgram } from '../support/program.ts';

const BOT = join(import.meta.dirname, '../../bin/bot.ts');

/** A folder with a configuration that works, and the environment that goes with it. */
async function configured(slackSection = 'mode = "socket"') {
  const directory = mkdtempSync(join(tmpdir(), 'start-test-'));
  const slack = await startSlack();
  onTestFinished(async () => {
    await slack.close();
    rmSync(directory, { recursive: true });
  });
  const config = join(directory, 'config.toml');
  const profile =
    '[[profile]]\nname = "default"\nproduct = "clustered"\nhost = "127.0.0.1"\nport = "1"\n[profile.policy]\nstart = { users = ["U0ALICE001"], usergroups = [] }\n';
  writeFileSync(config, `[slack]\n${slackSection}\n${profile}`);
  const environment = {
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    INFLUXDB_MGMT_TOKEN_DEFAULT: 'management-token-of-the-test',
  };
  return { slack, directory, config, environment };
}

test('says every problem of its configuration at once, by key, without a value, and exits 1', async () => {
  const { directory } = await configured();
  const config = join(directory, 'wrong.toml');
  writeFileSync(
    config,
    '[slack]\nmode = "sockets"\n[store]\npath = "x"\n[[profile]]\nname = "prod"\nhost = "h"\nmgmt_token = "a-secret-of-somebody"\n',
  );

  const bot = runProgram(BOT, ['--config', config]);

  expect(await bot.ended).toBe(1);
  for (const key of [
    'slack.mode',
    'store.path',
    'profile "prod", product',
    'profile "prod", policy',
    'SLACK_BOT_TOKEN',
  ])
    expect(bot.output()).toContain(key);
  expect(bot.output()).not.toContain('a-secret-of-somebody');
});

test('finds its configuration by INFLUX_CHATOPS_CONFIG', async () => {
  const { config, environment } = await configured();

  const bot = runProgram(BOT, [], { ...environment, INFLUX_CHATOPS_CONFIG: config });

  await bot.says('"msg":"ready"');
});

test.each([
  ['a bad bot token', { SLACK_BOT_TOKEN: 'xoxb-wrong' }, 'Slack rejects SLACK_BOT_TOKEN (invalid_auth)'],
  ['a bad app token', { SLACK_APP_TOKEN: 'xapp-wrong' }, 'Slack rejects SLACK_APP_TOKEN (invalid_auth)'],
])('with %s it says so, and what to do, and exits 1', async (_name, wrong, words) => {
  const { config, environment } = await configured();

  const bot = runProgram(BOT, ['--config', config], { ...environment, ...wrong });

  expect(await bot.ended).toBe(1);
  expect(bot.output()).toContain(words);
  expect(bot.output()).toContain('of the Slack app, and start the bot again.');
});

test('with Slack unreachable it keeps trying, is not ready meanwhile, and is as soon as Slack is back', async () => {
  const { slack, config, environment } = await configured();
  await slack.goDown();

  const bot = runProgram(BOT, ['--config', config], environment);
  await bot.says('Slack cannot be reached, trying again');
  const early = bot.output();
  await slack.comeBack();
  await bot.says('"msg":"ready"');

  expect(early).not.toContain('"msg":"ready"');
});

test('over HTTP it is ready once it listens, and says when the port is taken', async () => {
  const port = await freePort();
  const { config, environment, directory } = await configured(`mode = "http"\nport = ${port}`);
  const first = runProgram(BOT, ['--config', config], environment);
  await first.says('"msg":"ready"');
  const other = join(directory, 'other.toml');
  writeFileSync(
    other,
    `[slack]\nmode = "http"\nport = ${port}\n[store]\nurl = "sqlite:other.db"\n[[profile]]\nname = "default"\nproduct = "clustered"\nhost = "127.0.0.1"\n[profile.policy]\nstart = { users = [], usergroups = [] }\n`,
  );

  const second = runProgram(BOT, ['--config', other], environment);

  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`${port}`);
});

test('a second process on the same store is refused, with the holder named, and exits 1', async () => {
  const { config, environment } = await configured();
  const first = runProgram(BOT, ['--config', config], environment);
  await first.says('"msg":"ready"');

  const second = runProgram(BOT, ['--config', config], environment);

  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`in use by process ${first.pid} on `);
});

test('ends with 0 on SIGTERM and on SIGINT', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { config, environment } = await configured();
    const bot = runProgram(BOT, ['--config', config], environment);
    await bot.says('"msg":"ready"');

    bot.kill(signal);

    expect(await bot.ended).toBe(0);
  }
});

test('every program explains itself with --help', async () => {
  for (const file of ['bot.ts', 'gateway.ts', 'sandbox.ts']) {
    const program = runProgram(join(import.meta.dirname, '../../bin', file), ['--help']);

    expect(await program.ended).toBe(0);
    expect(program.output()).toContain('Usage: npm ');
  }
});
