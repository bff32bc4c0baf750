import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { boltLogger } from '../../handlers/bolt-logger.ts';
import { checkConnection, SCOPES } from '../../handlers/doctor/credentials.ts';
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

test('the scopes looked for are those of the manifest', () => {
  const manifest: { oauth_config: { scopes: { bot: string[] } } } = parse(
    readFileSync(join(import.meta.dirname, '../../manifest.yml'), 'utf8'),
  );

  expect(SCOPES).toEqual(manifest.oauth_config.scopes.bot);
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
