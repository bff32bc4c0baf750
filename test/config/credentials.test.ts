import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exposure } from '../../src/config/secret-file.ts';
import { childGatewaySettings, readBotConfig } from '../../src/config.ts';
import { directory, ENV, problemsOf, SHORTEST } from './directory.ts';

const HTTP = `[slack]\nmode = "http"\n${SHORTEST}`;

function slackProblems(text: string, env: Record<string, string>) {
  const file = directory().config(text);
  const { INFLUXDB_MGMT_TOKEN_DEFAULT } = ENV;
  return problemsOf(() => readBotConfig({ file, env: { INFLUXDB_MGMT_TOKEN_DEFAULT, ...env } }));
}

describe('the credentials of Slack', () => {
  test('are only those that the mode needs', () => {
    const { SLACK_SIGNING_SECRET, SLACK_APP_TOKEN, ...rest } = ENV;
    const { config } = directory();

    expect(readBotConfig({ file: config(SHORTEST), env: { ...rest, SLACK_APP_TOKEN } }).slack.mode).toBe('socket');
    expect(readBotConfig({ file: config(HTTP), env: { ...rest, SLACK_SIGNING_SECRET } }).slack.mode).toBe('http');
    expect(slackProblems(HTTP, { SLACK_BOT_TOKEN: ENV.SLACK_BOT_TOKEN, SLACK_APP_TOKEN })).toEqual([
      expect.stringMatching(/^SLACK_SIGNING_SECRET is missing/),
    ]);
  });

  test('come from files too, without the space around them', () => {
    const { config, write } = directory();
    const env = {
      ...ENV,
      SLACK_BOT_TOKEN: '',
      SLACK_BOT_TOKEN_FILE: write('bot-token', `${ENV.SLACK_BOT_TOKEN}\n`),
    };

    expect(readBotConfig({ file: config(SHORTEST), env }).slack.botToken).toBe(ENV.SLACK_BOT_TOKEN);
    expect(
      readBotConfig({ file: config(SHORTEST), env: { ...env, SLACK_BOT_TOKEN_FILE: 'bot-token' } }).secrets[0],
    ).toBe(ENV.SLACK_BOT_TOKEN);
  });

  test.each([
    ['SLACK_BOT_TOKEN', 'xoxp-1-2-person', 'xoxb-…'],
    ['SLACK_BOT_TOKEN', 'xoxe.xoxb-1-rotated', 'xoxb-…'],
    ['SLACK_APP_TOKEN', 'xoxb-1-2-botbot', 'xapp-…'],
  ])('of the wrong kind are told without repeating them: %s', (name, value, kind) => {
    const [problem, ...others] = slackProblems(SHORTEST, { ...ENV, [name]: value });

    expect(problem).toMatch(new RegExp(`^${name} holds something else.*${kind}`));
    expect(problem).not.toContain(value);
    expect(others).toEqual([]);
  });

  test.each(['xoxb-1-2-botbotbotbot', 'short', 'with spaces in between'])('%j is no signing secret', (value) => {
    expect(slackProblems(HTTP, { ...ENV, SLACK_SIGNING_SECRET: value })).toEqual([
      expect.stringMatching(/^SLACK_SIGNING_SECRET holds something else/),
    ]);
  });

  test('are not guessed where both are set', () => {
    expect(slackProblems(SHORTEST, { ...ENV, SLACK_APP_TOKEN_FILE: '/run/secrets/x' })).toEqual([
      'SLACK_APP_TOKEN and SLACK_APP_TOKEN_FILE are both set. Set one of them.',
    ]);
  });

  test('in files that are missing, empty, no file, or open to everybody are refused', () => {
    const { path, write } = directory();
    const read = (file: string) => {
      const { SLACK_BOT_TOKEN: _, ...env } = ENV;
      return slackProblems(SHORTEST, { ...env, SLACK_BOT_TOKEN_FILE: file }).map((text) => text.replaceAll(path, ''));
    };

    expect(read(join(path, 'none'))).toEqual(['SLACK_BOT_TOKEN_FILE names /none, which cannot be read (ENOENT).']);
    expect(read(write('empty', ''))).toEqual(['SLACK_BOT_TOKEN_FILE names /empty, which is empty.']);
    expect(read(path)).toEqual(['SLACK_BOT_TOKEN_FILE names , which is not a file.']);
    expect(read(write('large', 'x'.repeat(2_000_000)))).toEqual([
      'SLACK_BOT_TOKEN_FILE names /large, which is too large.',
    ]);
    expect(read(write('open', ENV.SLACK_BOT_TOKEN, 0o604))).toEqual([
      'SLACK_BOT_TOKEN_FILE names /open, which is open to every user of this machine. Run: chmod o-rwx /open.',
    ]);
    expect(read(write('wrong', 'xoxp-1-2-person'))).toEqual([
      expect.stringMatching(/^SLACK_BOT_TOKEN_FILE holds something else/),
    ]);
  });
});

describe('a file with a secret', () => {
  test.each([
    ['/home/bot/token', 0o600, true],
    ['/home/bot/token', 0o640, true],
    ['/home/bot/token', 0o644, false],
    ['/home/bot/token', 0o602, false],
    ['/run/secrets/token', 0o644, true],
    ['/var/run/secrets/kubernetes/token', 0o644, true],
    ['/run/secrets-of-mine/token', 0o644, false],
    ['/home/run/secrets/token', 0o644, false],
  ])('%s with mode %o may be used: %s', (path, mode, usable) => {
    expect(exposure(path, mode) === undefined).toBe(usable);
  });
});

describe('another Slack', () => {
  const withUrl = (url: string) => `[slack]\napi_url = "${url}"\n${SHORTEST}`;

  test.each([
    ['https://slack-gov.com/api/', 'https://slack-gov.com/api/'],
    ['https://slack-gov.com/api', 'https://slack-gov.com/api/'],
    ['http://127.0.0.1:3100/api/', 'http://127.0.0.1:3100/api/'],
    ['http://localhost:3100', 'http://localhost:3100/'],
    ['http://[::1]:3100/', 'http://[::1]:3100/'],
  ])('%s is %s, from the file and from the environment', (url, expected) => {
    const { config } = directory();

    expect(readBotConfig({ file: config(withUrl(url)), env: ENV }).slack.apiUrl).toBe(expected);
    expect(
      readBotConfig({ file: config(withUrl('https://other.example')), env: { ...ENV, SLACK_API_URL: url } }).slack
        .apiUrl,
    ).toBe(expected);
  });

  test.each([
    ['http://slack.example.com/api/', 'must begin with https://'],
    ['http://127.0.0.1.example.com/', 'must begin with https://'],
    ['http://10.0.0.1/', 'must begin with https://'],
    ['ftp://127.0.0.1/', 'must be an address and nothing more'],
    ['https://user:password@slack.com/api/', 'must be an address and nothing more'],
    ['https://slack.com/api/?token=x', 'must be an address and nothing more'],
    ['slack.com', 'must be an address and nothing more'],
  ])('%s is refused', (url, expected) => {
    expect(slackProblems(withUrl(url), ENV)).toEqual([expect.stringContaining(`slack.api_url ${expected}`)]);
    expect(slackProblems(SHORTEST, { ...ENV, SLACK_API_URL: url })).toEqual([
      expect.stringContaining(`SLACK_API_URL ${expected}`),
    ]);
  });
});

describe('the management token', () => {
  const named = (name: string, lines = '') =>
    `[[profile]]\nname = "${name}"\nproduct = "clustered"\nhost = "h"\n${lines}\n[profile.policy]\n`;

  function settings(text: string, env: Record<string, string> = {}, files: Record<string, string> = {}) {
    const { config, write } = directory();
    for (const [name, content] of Object.entries(files)) write(name, content);
    return childGatewaySettings({ file: config(text), env, listen: 'unix:/g', budgetFile: '/b' });
  }

  test('comes from the file, a file beside it, or a variable named after the profile', () => {
    const tokens = (text: string, env?: Record<string, string>, files?: Record<string, string>) =>
      settings(text, env, files).clusters.map((cluster) => cluster.managementToken);

    expect(tokens(named('prod-eu', 'mgmt_token = "inline"'))).toEqual([{ value: 'inline' }]);
    expect(tokens(named('prod-eu'), { INFLUXDB_MGMT_TOKEN_PROD_EU: 'from-env\n' })).toEqual([{ value: 'from-env' }]);
    expect(tokens(named('prod-eu', 'mgmt_token_file = "token"'), {}, { token: 'x' })).toEqual([
      { file: expect.stringMatching(/^\/.*\/token$/) },
    ]);
    expect(tokens(named('prod-eu'), { INFLUXDB_MGMT_TOKEN_PROD_EU_FILE: 'token' }, { token: 'x' })).toEqual([
      { file: expect.stringMatching(/^\/.*\/token$/) },
    ]);
  });

  test('given twice is not guessed', () => {
    expect(
      problemsOf(() => settings(named('prod', 'mgmt_token = "inline"'), { INFLUXDB_MGMT_TOKEN_PROD: 'other' })),
    ).toEqual([
      'profile "prod", mgmt_token is given more than once: profile "prod", mgmt_token and INFLUXDB_MGMT_TOKEN_PROD. Keep one of them.',
    ]);
  });

  test('of one variable is never sent to two clusters', () => {
    const text = named('prod-eu') + named('prod_eu');

    expect(problemsOf(() => settings(text, { INFLUXDB_MGMT_TOKEN_PROD_EU: 'x' }))).toEqual([
      'INFLUXDB_MGMT_TOKEN_PROD_EU is the variable of several profiles (prod-eu, prod_eu). Use mgmt_token_file in each.',
    ]);
  });

  test('that no header can carry is refused without repeating it', () => {
    const [problem = ''] = problemsOf(() => settings(named('prod', 'mgmt_token = "two words"')));

    expect(problem).toBe('profile "prod", mgmt_token holds characters that no management token has.');
  });

  test('in a file open to everybody is refused', () => {
    const { config, write } = directory();
    write('token', 'x', 0o644);
    const file = config(named('prod', 'mgmt_token_file = "token"'));

    expect(problemsOf(() => childGatewaySettings({ file, env: {}, listen: 'unix:/g', budgetFile: '/b' }))).toEqual([
      expect.stringMatching(/^profile "prod", mgmt_token_file names .*token, which is open to every user/),
    ]);
  });
});
