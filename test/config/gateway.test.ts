import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isLoopback, isPrivate } from '../../src/config/addresses.ts';
import { childGatewaySettings, readBotConfig, readGatewayConfig } from '../../src/config.ts';
import { parseGatewaySettings } from '../../src/gateway/settings.ts';
import { directory, ENV, problemsOf, SHORTEST } from './directory.ts';

const TOKENS = { INFLUXDB_MGMT_TOKEN_ONE: 'token-1', INFLUXDB_MGMT_TOKEN_TWO: 'token-2' };

function profile(name: string, address?: string): string {
  const gateway = address ? `gateway.address = "${address}"` : '';
  return `[[profile]]\nname = "${name}"\nproduct = "clustered"\nhost = "${name}.example.com"\n${gateway}\n[profile.policy]\nstart.users = ["U0123ABCD"]\n`;
}

describe('the bot’s own gateway', () => {
  test('gets the profiles that name no other, in a form that it reads', () => {
    const { config } = directory();
    const file = config(`${profile('one')}${profile('two', 'unix:/elsewhere.sock')}`);
    const child = { file, env: TOKENS, listen: 'unix:/g.sock', budgetFile: '/budget.json' };

    const settings = childGatewaySettings(child);

    expect(parseGatewaySettings(JSON.stringify(settings))).toEqual({
      listen: 'unix:/g.sock',
      budgetFile: '/budget.json',
      logLevel: 'info',
      clusters: [
        {
          name: 'one',
          product: 'clustered',
          host: 'one.example.com',
          port: 443,
          managementToken: { value: 'token-1' },
          tls: { insecure: false, disable: false },
          limits: { concurrency: 16, perSecond: 50, revocationsPerHour: 1000 },
        },
      ],
    });
  });

  test('needs nothing for the profiles of another gateway', () => {
    const { config } = directory();
    const text =
      '[[profile]]\nname = "two"\ngateway.address = "unix:/elsewhere.sock"\n[profile.policy]\nstart.users = ["U0123ABCD"]';

    const bot = readBotConfig({ file: config(text), env: ENV });

    expect(bot.profiles).toMatchObject([{ name: 'two', gatewayAddress: 'unix:/elsewhere.sock' }]);
  });

  test('gets a cluster of Cloud Dedicated, and TLS files made absolute', () => {
    const { path, config, write } = directory();
    for (const name of ['ca.pem', 'client.pem']) write(name, 'PEM', 0o644);
    write('client.key', 'PEM', 0o600);
    const file = config(`
      [[profile]]
      name = "one"
      product = "dedicated"
      account_id = "account-1"
      cluster_id = "cluster-1"
      port = 8443
      [profile.tls]
      ca = "ca.pem"
      cert = "client.pem"
      key = "client.key"
      [profile.limits]
      concurrency = 2
      per_second = 3
      revocations_per_hour = 4
    `);

    const { clusters } = childGatewaySettings({ file, env: TOKENS, listen: 'unix:/g.sock', budgetFile: '/b' });

    expect(clusters).toMatchObject([
      {
        product: 'dedicated',
        accountId: 'account-1',
        clusterId: 'cluster-1',
        port: 8443,
        tls: { ca: join(path, 'ca.pem'), cert: join(path, 'client.pem'), key: join(path, 'client.key') },
        limits: { concurrency: 2, perSecond: 3, revocationsPerHour: 4 },
      },
    ]);
  });

  test('may not use a key that is open to everybody', () => {
    const { config, write } = directory();
    write('client.pem', 'PEM', 0o644);
    write('client.key', 'PEM', 0o644);
    const file = config(`${profile('one')}[profile.tls]\ncert = "client.pem"\nkey = "client.key"`);

    expect(problemsOf(() => childGatewaySettings({ file, env: TOKENS, listen: 'unix:/g', budgetFile: '/b' }))).toEqual([
      expect.stringMatching(/^profile "one", tls\.key names .*client\.key, which is open to every user/),
    ]);
  });
});

describe('a gateway by itself', () => {
  const LISTEN = '[gateway]\nlisten = "unix:run/gateway.sock"\n';

  test('serves the profiles whose address is its own', () => {
    const { path, config } = directory();
    const file = config(`${LISTEN}${profile('one')}${profile('two', 'unix:run/gateway.sock')}`);

    const settings = readGatewayConfig({ file, env: { ...TOKENS, LOG_LEVEL: 'debug' } });

    expect(settings).toMatchObject({
      listen: `unix:${join(path, 'run/gateway.sock')}`,
      budgetFile: join(path, 'data/gateway-budget.json'),
      logLevel: 'debug',
      clusters: [{ name: 'two' }],
    });
  });

  test('serves all profiles of a file of its own, which needs no policy', () => {
    const { config } = directory();
    const file = config(`${LISTEN}${profile('one')}${profile('two')}`.replaceAll(/\[profile\.policy\]\n.*\n/g, ''));

    expect(readGatewayConfig({ file, env: TOKENS }).clusters.map(({ name }) => name)).toEqual(['one', 'two']);
  });

  test('says what is missing, all at once', () => {
    const { config } = directory();

    expect(problemsOf(() => readGatewayConfig({ file: config(profile('one')), env: {} }))).toEqual([
      'gateway.listen is missing. Write listen = "unix:/run/influx-chatops/gateway.sock", or "0.0.0.0:8443" for bots on other machines.',
      expect.stringMatching(/^profile "one", mgmt_token_file is missing\./),
    ]);
    expect(problemsOf(() => readGatewayConfig({ file: config('[gateway]\nlisten = ":8443"'), env: {} }))).toEqual([
      expect.stringMatching(/^gateway\.listen must be "unix:\/path" or a host and a port, such as "0\.0\.0\.0:8443"/),
      expect.stringMatching(/^profile is missing\./),
    ]);
    expect(
      problemsOf(() =>
        readGatewayConfig({ file: config(`${LISTEN}${profile('one', 'unix:/other.sock')}`), env: TOKENS }),
      ),
    ).toEqual([
      'gateway.listen is the gateway.address of no profile. Write the same address, or the same port, in both.',
    ]);
  });
});

describe('a management token in clear', () => {
  const warnings = (host: string, tls: string) => {
    const text = `${SHORTEST.replace('cluster.example.com', host)}[profile.tls]\n${tls}\n`;
    return readBotConfig({ file: directory().config(text), env: ENV }).warnings;
  };

  test('is sent over no public network', () => {
    const toPublicHost = `${SHORTEST}[profile.tls]\ndisable = true\n`;

    expect(problemsOf(() => readBotConfig({ file: directory().config(toPublicHost), env: ENV }))).toEqual([
      'profile "default", tls.disable would send the management token in clear to cluster.example.com, which is not on a private network. Leave it out.',
    ]);
    expect(warnings('127.0.0.1', 'disable = true')).toEqual([]);
    expect(warnings('influxdb.namespace.svc', 'disable = true')).toEqual([]);
  });

  test('is at risk where a certificate is not checked, which is a warning', () => {
    expect(warnings('cluster.example.com', 'insecure = true')).toEqual([
      expect.stringContaining('tls.insecure leaves the certificate of cluster.example.com unchecked'),
    ]);
  });

  test.each(['127.0.0.1', '127.8.8.8', 'localhost', 'LOCALHOST', 'a.localhost', '[::1]'])(
    '%s is this machine',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  test.each(['10.1.2.3', '172.31.0.1', '192.168.1.1', 'influxdb', 'x.svc.cluster.local', 'db.internal', '[fd00::1]'])(
    '%s is private',
    (host) => {
      expect(isLoopback(host)).toBe(false);
      expect(isPrivate(host)).toBe(true);
    },
  );

  test.each([
    '8.8.8.8',
    '172.32.0.1',
    'example.com',
    'localhost.example.com',
    '127.0.0.1.example.com',
    '[2001:db8::1]',
  ])('%s is public', (host) => {
    expect(isPrivate(host)).toBe(false);
  });
});
