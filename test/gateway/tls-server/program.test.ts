import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MANAGEMENT_TOKEN, startCluster } from '../../../sandbox/cluster/cluster.ts';
import { freePort } from '../../../sandbox/free-port.ts';
import { startSlack } from '../../../sandbox/slack/slack.ts';
import { confirm, planFor } from '../../support/operator.ts';
import { type Program, runProgram } from '../../support/program.ts';
import { revokeRequest } from '../../tokens/contract.ts';
import { temporaryDirectory } from '../start-gateway.ts';
import { openBot } from './start-tls-gateway.ts';

const ROOT = join(import.meta.dirname, '../../..');
const GATEWAY = join(ROOT, 'bin/gateway.ts');
const REQUEST = revokeRequest();

/** What `certs` makes for this machine, and what it says. */
async function certificates() {
  const directory = join(temporaryDirectory(), 'certs');
  const program = runProgram(GATEWAY, ['certs', '--out', directory, '--host', '127.0.0.1']);
  const files = (whose: 'bot' | 'gateway') => ({
    ca: join(directory, 'ca.pem'),
    cert: join(directory, `${whose}.pem`),
    key: join(directory, `${whose}.key`),
  });
  expect(await program.ended).toBe(0);
  return { directory, files, said: program.output() };
}

/** A configuration in a directory of its own. */
function configFile(...lines: readonly string[]): string {
  const file = join(temporaryDirectory(), 'config.toml');
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}

/** The table that `certs` printed under this name, for this port. */
function table(said: string, name: string, port: number): string {
  const lines = said.slice(said.indexOf(`[${name}]`)).split('\n\n')[0] ?? '';
  return lines.replace('0.0.0.0:8443', `127.0.0.1:${port}`).replace(':8443', `:${port}`);
}

/** The gateway's program on a port, with certificates that its own command made. */
async function startGatewayProgram() {
  const cluster = await startCluster();
  onTestFinished(() => cluster.close());
  const { said, files, directory } = await certificates();
  const port = await freePort();
  writeFileSync(join(directory, 'token'), MANAGEMENT_TOKEN, { mode: 0o600 });
  const config = configFile(
    table(said, 'gateway', port),
    ...['[[profile]]', 'name = "default"', 'product = "clustered"', `host = "${cluster.host}"`],
    ...[`port = "${cluster.port}"`, `mgmt_token_file = "${directory}/token"`, '[profile.tls]', 'disable = true'],
  );
  const program = runProgram(GATEWAY, ['--config', config]);
  await program.says('"msg":"gateway serving"');
  return { cluster, program, files, profileTable: table(said, 'profile.gateway', port), address: `127.0.0.1:${port}` };
}

/** The lines of a program's log with this message. */
function logged(program: Program, msg: string): readonly unknown[] {
  const lines = program.output().split('\n');
  return lines.filter((line) => line.includes(`"msg":"${msg}"`)).map((line): unknown => JSON.parse(line));
}

test('a bot and a gateway with the first certificates revoke a token over TCP, as two programs', async () => {
  const { cluster, program, profileTable } = await startGatewayProgram();
  const slack = await startSlack();
  onTestFinished(() => slack.close());
  const port = await freePort();
  const config = configFile(
    ...['[slack]', 'mode = "http"', `port = ${port}`],
    ...['[[profile]]', 'name = "default"', '[profile.policy]'],
    `start = { usergroups = ["${slack.workspace.group('oncall').id}"] }`,
    profileTable,
  );
  const bot = runProgram(join(ROOT, 'bin/bot.ts'), ['--config', config], {
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
  });
  await bot.says('"msg":"ready"');
  slack.deliverTo({ url: `http://127.0.0.1:${port}/slack/events` });
  const [token] = cluster.tokens;

  const result = await confirm(slack, await planFor(slack, token ? [token] : []));

  expect(result.plainText()).toContain('1 revoked');
  expect(cluster.deletes).toEqual([token?.id]);
  expect(logged(program, 'revocation settled')).toMatchObject([{ tokenId: token?.id, outcome: 'revoked' }]);
  for (const either of [program, bot]) {
    expect(logged(either, 'certificate days left')).toMatchObject([{ daysLeft: 364, authorityDaysLeft: 364 }]);
    expect(either.output()).not.toMatch(/PRIVATE KEY|Warning/);
  }
}, 60_000);

test('a program that shows the gateway’s own certificate is refused, with the reason in the log', async () => {
  const { cluster, program, files, address } = await startGatewayProgram();
  const { service, trouble } = openBot(address, files('gateway'));

  await expect(service.revoke(REQUEST)).rejects.toMatchObject({ kind: 'lost' });
  await program.says('"msg":"client refused"');

  expect(logged(program, 'client refused')).toMatchObject([
    { reason: 'its certificate is made for the other role: client and server are not the same' },
  ]);
  await expect.poll(() => trouble).toEqual(['it closed the connection: it may not know this certificate']);
  expect(cluster.requests).toEqual([]);
}, 60_000);

test('a gateway that stands still holds up no call, and is used again when it goes on', async () => {
  const { program, files, address } = await startGatewayProgram();
  const { service } = openBot(address, files('bot'));
  await service.get(REQUEST);

  program.kill('SIGSTOP');
  const still = service.get({ ...REQUEST, timeoutMs: 300 });
  await expect(still).rejects.toMatchObject({ kind: 'lost', status: 'DEADLINE_EXCEEDED' });
  program.kill('SIGCONT');

  await expect.poll(() => service.serving('default'), { timeout: 20_000 }).toBe(true);
  expect((await service.get(REQUEST)).token?.id).toBe(REQUEST.tokenId);
}, 60_000);

describe('the program says why it cannot start, and ends', () => {
  const PROFILE = ['[[profile]]', 'name = "default"', 'product = "clustered"', 'host = "127.0.0.1"'];
  const TOKEN = { INFLUXDB_MGMT_TOKEN_DEFAULT: MANAGEMENT_TOKEN };

  test('where no directory can be made for the budget', async () => {
    const socket = `listen = "unix:${temporaryDirectory()}/gateway.sock"`;
    const config = configFile('[gateway]', socket, 'budget_file = "/proc/nowhere/deep/budget.json"', ...PROFILE);
    const program = runProgram(GATEWAY, ['--config', config], TOKEN);

    expect(await program.ended).toBe(1);
    expect(program.output()).toBe('The budget file /proc/nowhere/deep/budget.json cannot be written.');
  });

  test('where the port is taken', async () => {
    const first = await startGatewayProgram();
    const { said } = await certificates();
    const port = Number(first.address.split(':')[1]);
    const config = configFile(table(said, 'gateway', port), ...PROFILE);
    const program = runProgram(GATEWAY, ['--config', config], TOKEN);

    expect(await program.ended).toBe(1);
    expect(program.output()).toContain(`The gateway cannot listen on ${first.address}: EADDRINUSE.`);
  }, 60_000);

  test('when certificates are asked for where there are some, or nowhere', async () => {
    const { directory } = await certificates();
    const again = runProgram(GATEWAY, ['certs', '--out', directory]);
    const nowhere = runProgram(GATEWAY, ['certs']);

    expect([await again.ended, await nowhere.ended]).toEqual([1, 1]);
    expect(again.output()).toBe(
      `${directory}/ca.pem is there already, and nothing is overwritten. Give --out an empty directory.`,
    );
    expect(nowhere.output()).toBe('certs needs --out DIR: where to write the certificates.');
    expect(existsSync(join(directory, 'ca.key'))).toBe(false);
  });
});
