import { once } from 'node:events';
import { rmdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { openGateway } from '../src/gateway/gateway.ts';
import { type GatewaySettings, parseGatewaySettings, secretsOf } from '../src/gateway/settings.ts';
import { createLogger } from '../src/logger.ts';

const HELP = `Holds the management tokens of InfluxDB clusters and serves influxchatops.token.v1.TokenService next to them.

Usage: npm run gateway -- --config FILE
       npm run gateway -- certs --out DIR [--host NAME]...

  --config FILE  the configuration; otherwise INFLUX_CHATOPS_CONFIG, otherwise ./config.toml
  --child        used by the bot: settings come as one line on standard input, whose end is the end
  -h, --help     this text

certs makes a private authority, and a certificate each for a gateway and a bot on two machines, for a first try:
  --out DIR      where to write them
  --host NAME    a name or address by which bots reach the gateway; otherwise this machine's`;

async function main(): Promise<void> {
  const [command, ...rest] = process.argv.slice(2);
  if (command === 'certs') return makeCertificates(rest);
  const options = {
    child: { type: 'boolean' },
    config: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { child, config, help } = parseArgs({ options }).values;
  if (help) console.log(HELP);
  else if (child) await serveParent();
  else await serveAlone(config ?? process.env.INFLUX_CHATOPS_CONFIG ?? 'config.toml');
}

async function makeCertificates(args: string[]): Promise<void> {
  const options = { out: { type: 'string' }, host: { type: 'string', multiple: true } } as const;
  const { out, host = [] } = parseArgs({ args, options }).values;
  if (!out) throw new Error('certs needs --out DIR: where to write the certificates.');
  const [first = hostname(), ...others] = host.length > 0 ? host : [hostname(), 'localhost', '127.0.0.1'];
  const { writeFirstCertificates } = await import('../src/gateway/first-certificates/first-certificates.ts');
  console.log(writeFirstCertificates({ directory: out, hosts: [first, ...others], now: new Date() }));
}

/** The bot decides when this ends: a Ctrl-C meant for both must not cut its last revocations. */
async function serveParent(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
  const lines = createInterface({ input: process.stdin });
  const closed = once(lines, 'close');
  const first = await Promise.race([once(lines, 'line'), closed]);
  if (first.length === 0) return;
  const settings = parseGatewaySettings(String(first[0]));
  await serve(settings, closed);
  // Made for this child by a bot that may have been killed. What it cannot remove is not empty, or gone.
  await rmdir(dirname(settings.listen.slice('unix:'.length))).catch(() => undefined);
}

async function serveAlone(file: string): Promise<void> {
  // Loaded only here: a child is told all it needs, and starts sooner without.
  const { readGatewayConfig } = await import('../src/config.ts');
  const { warnings, ...settings } = readGatewayConfig({ file, env: process.env });
  await serve(settings, Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]), warnings);
}

async function serve(
  settings: GatewaySettings,
  end: Promise<unknown>,
  warnings: readonly string[] = [],
): Promise<void> {
  const logger = createLogger({ level: settings.logLevel, secrets: secretsOf(settings) }).child({ part: 'gateway' });
  for (const warning of warnings) logger.warn(warning);
  const gateway = await openGateway(settings, logger);
  await end;
  await gateway.drain();
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(Error.isError(error) ? error.message : 'The gateway cannot start.');
  process.exit(1);
}
