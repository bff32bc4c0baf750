import { existsSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { makeDirectory } from '../../make-directory.ts';
import { createAuthority } from './certificate.ts';

const DAY_MS = 86_400_000;
const DAYS = 365;
/** Machines disagree about the time. */
const EARLIER_MS = 3_600_000;
const BOT = 'spiffe://influx-chatops/bot';
const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;

export interface FirstCertificates {
  /** Where the files go; made when it is missing. */
  readonly directory: string;
  /** By which names and addresses bots reach the gateway; the first one stands in the printed configuration. */
  readonly hosts: readonly [string, ...string[]];
  readonly now: Date;
}

/**
 * Writes a private authority's certificate, and a certificate with its key for a gateway and for a bot, good for a year;
 * returns what to tell the person who asked. The authority's key is kept nowhere: it cannot be stolen, and certifies
 * nobody else. Throws an `Error` fit for a person, before anything is written, when a host is none or a file is there.
 */
export function writeFirstCertificates({ directory, hosts, now }: FirstCertificates): string {
  const wrong = hosts.find((host) => isIP(host) === 0 && !HOST.test(host));
  if (wrong !== undefined) throw new Error(`--host ${JSON.stringify(wrong)} is neither a host name nor an address.`);
  const place = resolve(directory);
  const validity = {
    notBefore: new Date(now.getTime() - EARLIER_MS),
    notAfter: new Date(now.getTime() + DAYS * DAY_MS),
  };
  const authority = createAuthority('influx-chatops', validity);
  const gateway = authority.issue({ role: 'server', names: hosts, ...validity });
  const bot = authority.issue({ role: 'client', names: [BOT], ...validity });
  const files = [
    { name: 'ca.pem', text: authority.cert, mode: 0o644 },
    { name: 'gateway.pem', text: gateway.cert, mode: 0o644 },
    { name: 'gateway.key', text: gateway.key, mode: 0o600 },
    { name: 'bot.pem', text: bot.cert, mode: 0o644 },
    { name: 'bot.key', text: bot.key, mode: 0o600 },
  ];
  const there = files.map(({ name }) => join(place, name)).find((path) => existsSync(path));
  if (there) throw new Error(`${there} is there already, and nothing is overwritten. Give --out an empty directory.`);
  makeDirectory(place);
  for (const { name, text, mode } of files) writeFileSync(join(place, name), text, { mode, flag: 'wx' });
  return told(place, hosts[0], validity.notAfter);
}

function told(place: string, host: string, notAfter: Date): string {
  const file = (name: string) => JSON.stringify(join(place, name));
  const address = isIP(host) === 6 ? `[${host}]:8443` : `${host}:8443`;
  return `Made ca.pem, gateway.pem, gateway.key, bot.pem and bot.key in ${place}.
They are good until ${notAfter.toISOString().slice(0, 10)}. The authority's key was thrown away: to renew them, make all five again.

For the gateway, which needs ca.pem, gateway.pem and gateway.key:

  [gateway]
  listen = "0.0.0.0:8443"
  clients = ["${BOT}"]
  ca = ${file('ca.pem')}
  cert = ${file('gateway.pem')}
  key = ${file('gateway.key')}

For the bot, which needs ca.pem, bot.pem and bot.key; below the [[profile]]:

  [profile.gateway]
  address = "${address}"
  ca = ${file('ca.pem')}
  cert = ${file('bot.pem')}
  key = ${file('bot.key')}`;
}
