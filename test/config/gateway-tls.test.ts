import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { readBotConfig, readGatewayConfig } from '../../src/config.ts';
import { writeFirstCertificates } from '../../src/gateway/first-certificates/first-certificates.ts';
import { parseGatewaySettings } from '../../src/gateway/settings.ts';
import { tlsReason } from '../../src/tls/tls-reason.ts';
import { directory, ENV, problemsOf, SHORTEST } from './directory.ts';

const CLIENTS = 'clients = ["spiffe://influx-chatops/bot"]';
const GATEWAY_FILES = 'ca = "ca.pem"\ncert = "gateway.pem"\nkey = "gateway.key"';
const BOT_FILES = 'ca = "ca.pem"\ncert = "bot.pem"\nkey = "bot.key"';

/** A directory with certificates, in which a bot or a gateway reads its configuration. */
function place() {
  const { path, config, write } = directory();
  writeFirstCertificates({ directory: path, hosts: ['gateway.example.com'], now: new Date() });
  const gateway = (text: string) => () => readGatewayConfig({ file: config(`${text}\n${SHORTEST}`, 0o600), env: ENV });
  const bot = (text: string) => () =>
    readBotConfig({ file: config(`${SHORTEST}\n[profile.gateway]\n${text}`, 0o600), env: ENV });
  return { path, write, gateway, bot };
}

const inTable = (listen: string, ...lines: readonly string[]) =>
  ['[gateway]', `listen = "${listen}"`, ...lines].join('\n');

describe('a gateway on a port', () => {
  test.each(['0.0.0.0:8443', '[::]:8443', 'gateway.example.com:0'])('listens on %s with its certificates', (listen) => {
    const { path, gateway } = place();

    const { warnings, ...settings } = gateway(inTable(listen, CLIENTS, GATEWAY_FILES))();

    expect(settings).toMatchObject({
      listen,
      tls: {
        ca: join(path, 'ca.pem'),
        cert: join(path, 'gateway.pem'),
        key: join(path, 'gateway.key'),
        clients: ['spiffe://influx-chatops/bot'],
      },
    });
    expect(parseGatewaySettings(JSON.stringify(settings))).toEqual(settings);
    expect(warnings).toEqual([]);
  });

  test('needs certificates and a list of clients, all said at once', () => {
    expect(problemsOf(place().gateway(inTable('0.0.0.0:8443')))).toEqual([
      expect.stringMatching(/^gateway\.clients is missing: nobody could connect\. Write .*"spiffe:/),
      expect.stringMatching(
        /^gateway\.ca is missing: over TCP .* Write ca = "ca\.pem"; npm run gateway -- certs --out DIR/,
      ),
      expect.stringMatching(/^gateway\.cert is missing: .* Write cert = "gateway\.pem"/),
      expect.stringMatching(/^gateway\.key is missing: .* Write key = "gateway\.key"/),
    ]);
  });

  test.each([
    ['clients = []', 'gateway.clients is empty: nobody could connect.'],
    ['clients = "spiffe://a/b"', 'gateway.clients must be a list'],
    ['clients = ["spiffe://example.com/*"]', 'gateway.clients must be URIs or DNS names, whole'],
    ['clients = ["*.example.com"]', 'gateway.clients must be URIs or DNS names, whole'],
    ['clients = [""]', 'gateway.clients must be URIs or DNS names, whole'],
  ])('with %s does not start', (clients, problem) => {
    const [found, ...others] = problemsOf(place().gateway(inTable('0.0.0.0:8443', clients, GATEWAY_FILES)));

    expect(found).toContain(problem);
    expect(others).toEqual([]);
  });

  test('does not start with files that are missing, open to all, damaged, or of different pairs', () => {
    const { path, write, gateway } = place();
    const table = inTable('0.0.0.0:8443', CLIENTS, GATEWAY_FILES);

    chmodSync(join(path, 'gateway.key'), 0o644);
    const open = problemsOf(gateway(table));
    chmodSync(join(path, 'gateway.key'), 0o600);
    const missing = problemsOf(gateway(table.replace('"ca.pem"', '"none.pem"')));
    const mixed = problemsOf(gateway(table.replace('gateway.key', 'bot.key')));
    const swapped = problemsOf(gateway(table.replace('gateway.key', 'gateway.pem')));
    write('ca.pem', '-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n');
    const damaged = problemsOf(gateway(table));

    expect(open).toEqual([expect.stringMatching(/^gateway\.key names .*gateway\.key, which is open to every user/)]);
    expect(missing).toEqual([expect.stringMatching(/^gateway\.ca names .*none\.pem, which cannot be read \(ENOENT\)/)]);
    expect(mixed).toEqual([
      expect.stringMatching(/^gateway\.key names .*, which is not the key of the certificate\.$/),
    ]);
    expect(swapped).toEqual([
      expect.stringMatching(/^gateway\.key names .*, which (is open to every user|holds no private key)/),
    ]);
    expect(damaged).toEqual([expect.stringMatching(/^gateway\.ca names .*, which holds no certificate in PEM/)]);
  });

  test('over a Unix socket takes none of these keys, which would promise what nobody checks', () => {
    const problems = problemsOf(place().gateway(inTable('unix:gateway.sock', CLIENTS, 'ca = "ca.pem"')));

    expect(problems).toEqual([
      expect.stringMatching(/^gateway\.clients is for TCP: over a Unix socket its directory decides/),
      expect.stringMatching(/^gateway\.ca is for TCP/),
    ]);
  });

  test('serves the profiles whose gateway has its port, by whatever name bots know the machine', () => {
    const { gateway } = place();
    const table = inTable('0.0.0.0:8443', CLIENTS, GATEWAY_FILES);
    const other = (address: string) =>
      `\n[[profile]]\nname = "other"\nproduct = "clustered"\nhost = "b.example.com"\nmgmt_token = "t"\n[profile.gateway]\naddress = "${address}"\n${BOT_FILES}`;
    const names = (text: string) => gateway(text)().clusters.map(({ name }) => name);

    expect(names(table)).toEqual(['default']);
    expect(names(`${table}${other('gateway.example.com:8443')}`)).toEqual(['other']);
    expect(problemsOf(gateway(`${table}${other('gateway.example.com:9443')}`))).toEqual([
      expect.stringContaining('Write the same address, or the same port, in both'),
    ]);
  });
});

describe('a bot with a gateway on a port', () => {
  test('knows its address, its files and the name to expect', () => {
    const { path, bot } = place();

    const { profiles } = bot(`address = "10.0.0.5:8443"\n${BOT_FILES}\nserver_name = "gateway.example.com"`)();

    expect(profiles).toMatchObject([
      {
        gatewayAddress: {
          address: '10.0.0.5:8443',
          serverName: 'gateway.example.com',
          ca: join(path, 'ca.pem'),
          cert: join(path, 'bot.pem'),
          key: join(path, 'bot.key'),
        },
      },
    ]);
  });

  test('needs all three files, and no management token', () => {
    const { bot } = place();

    expect(problemsOf(bot('address = "gateway.example.com:8443"\nca = "ca.pem"'))).toEqual([
      expect.stringMatching(/^profile "default", gateway\.cert is missing: .* Write cert = "bot\.pem"/),
      expect.stringMatching(/^profile "default", gateway\.key is missing: /),
    ]);
  });

  test('keeps its key to itself', () => {
    const { path, bot } = place();
    chmodSync(join(path, 'bot.key'), 0o604);

    expect(problemsOf(bot(`address = "gateway.example.com:8443"\n${BOT_FILES}`))).toEqual([
      expect.stringMatching(
        /^profile "default", gateway\.key names .*bot\.key, which is open to every user.*chmod o-rwx/,
      ),
    ]);
  });

  test.each(['address = "unix:/run/g.sock"\nserver_name = "a"', 'ca = "ca.pem"'])(
    'takes no %j without a port',
    (text) => {
      expect(problemsOf(place().bot(text))[0]).toContain('is for TCP');
    },
  );

  test('never repeats what a file holds', () => {
    const { path, bot } = place();
    writeFileSync(join(path, 'bot.key'), '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n');

    const problems = problemsOf(bot(`address = "gateway.example.com:8443"\n${BOT_FILES}`));

    expect(problems).toEqual([expect.stringContaining('holds no private key in PEM')]);
    expect(problems.join()).not.toContain('c2VjcmV0');
  });
});

describe('docs/gateway.md', () => {
  const guide = readFileSync(new URL('../../docs/gateway.md', import.meta.url), 'utf8');

  test('shows configurations that are right', () => {
    const blocks = [...guide.matchAll(/```toml\n([^`]+)```/g)].map(([, text = '']) => text);
    const whole = blocks.map((text) => (text.startsWith('[profile.') ? `[[profile]]\n${text}` : text));

    expect(whole).toHaveLength(2);
    for (const text of whole) {
      expect(configSchema.safeParse(parse(text.replaceAll(/^#(?=[a-z_]+ = )/gm, ''))).error?.issues).toBeUndefined();
    }
  });

  test('explains every reason by which a connection is refused', () => {
    const codes = ['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ECONNRESET'];
    const more = ['ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_UNSUPPORTED_PROTOCOL'];

    for (const code of [...codes, ...more]) expect(guide).toContain(`| ${tlsReason(code)}`);
    expect(guide).toContain(tlsReason('INVALID_PURPOSE').split(':')[0]);
  });
});
