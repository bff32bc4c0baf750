import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { checkBotToken, checkConnection } from '../../handlers/doctor/credentials.ts';
import { boltLogger } from '../../handlers/wire/bolt-logger.ts';
import { REQUIRED_SCOPES } from '../../handlers/wire/scopes.ts';
import { freePort } from '../../sandbox/free-port.ts';
import type { Fault } from '../../sandbox/slack/faults.ts';
import { startSlack } from '../../sandbox/slack/slack.ts';
import { createLogger } from '../../src/logger.ts';

const logger = boltLogger(createLogger({ level: 'silent' }));

async function connectionTo(fault: Fault) {
  const slack = await startSlack();
  onTestFinished(() => slack.close());
  slack.fault({ method: 'apps.connections.open' }, fault);
  const { botToken, apiUrl, appToken } = slack;
  return checkConnection({ slack: { mode: 'socket', botToken, apiUrl, appToken }, logger });
}

async function scopesOf(scopes: readonly string[]) {
  const slack = await startSlack({ scopes });
  onTestFinished(() => slack.close());
  const { botToken, apiUrl, appToken } = slack;
  const { findings } = await checkBotToken({ slack: { mode: 'socket', botToken, apiUrl, appToken }, logger });
  return findings.slice(1);
}

test('a required scope that is missing is a problem, and an optional one costs what is said', async () => {
  const findings = await scopesOf(['commands', 'chat:write', 'users:read', 'files:read', 'im:read']);

  expect(findings).toEqual([
    { ok: false, text: expect.stringMatching(/^Slack: the scopes usergroups:read are missing\. .*install it again/) },
    {
      ok: true,
      text: expect.stringMatching(/files:write was not granted, .*: Exporting the audit log as a file\. .*again/),
    },
    { ok: true, text: 'Slack: the bot has the optional scope files:read: Reading token IDs from files' },
  ]);
});

test('a scope the bot has no use for is named', async () => {
  const required = Object.keys(REQUIRED_SCOPES);

  const [finding] = await scopesOf([...required, 'im:read']);

  expect(finding).toEqual({
    ok: true,
    text: `Slack: the bot has the scopes ${required.join(', ')}; it has no use for im:read`,
  });
});

test('over HTTP nothing is asked, and it is said what cannot be known', async () => {
  const slack = {
    mode: 'http',
    signingSecret: 'x',
    host: '127.0.0.1',
    port: 0,
    botToken: 'xoxb-1',
    apiUrl: undefined,
  } as const;

  expect(await checkConnection({ slack, logger })).toMatchObject({
    ok: true,
    text: expect.stringContaining('whether the signing secret is right shows with the first request'),
  });
});

test.each([
  [{ error: 'missing_scope' }, /may not open connections\. Make one with connections:write/],
  [{ error: 'token_revoked' }, /^Slack rejects SLACK_APP_TOKEN \(token_revoked\)/],
  [{ retryAfter: 30 }, /cannot be asked \(ratelimited\)\. Run this again in a minute/],
  [{ status: 503 }, /cannot be asked \(.*503.*\)\. Check that this machine reaches Slack/],
])('Slack answering %j to the app token is said in words', async (fault, words) => {
  expect(await connectionTo(fault)).toMatchObject({ ok: false, text: expect.stringMatching(words) });
});

test('an address for Socket Mode that is not Slack’s is refused', async () => {
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end('{"ok":true,"url":"wss://slack.com.example.org/link"}'),
  );
  onTestFinished(() => void server.close());
  const port = await freePort();
  await once(server.listen(port, '127.0.0.1'), 'listening');

  const apiUrl = `http://127.0.0.1:${port}/api/`;
  const finding = await checkConnection({
    slack: { mode: 'socket', botToken: 'xoxb-1', appToken: 'xapp-1', apiUrl },
    logger,
  });

  expect(finding).toMatchObject({ ok: false, text: expect.stringContaining('is not one of Slack’s') });
});
