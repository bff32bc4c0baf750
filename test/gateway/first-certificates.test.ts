import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { X509Certificate as Parsed } from '@peculiar/x509';
import { describe, expect, test } from 'vitest';
import { createAuthority } from '../../src/gateway/first-certificates/certificate.ts';
import { writeFirstCertificates } from '../../src/gateway/first-certificates/first-certificates.ts';
import { tlsProblem } from '../../src/tls/tls-files.ts';
import { revokeRequest } from '../tokens/contract.ts';
import { temporaryDirectory } from './start-gateway.ts';
import { openBot, startTlsGateway } from './tls-server/start-tls-gateway.ts';

const NOW = new Date('2026-07-01T12:00:00Z');
const HOSTS = ['gateway.example.com', '127.0.0.1', '2001:db8::5'] as const;

function made(now = NOW) {
  const directory = join(temporaryDirectory(), 'new', 'certs');
  const told = writeFirstCertificates({ directory, hosts: HOSTS, now });
  const text = (name: string) => readFileSync(join(directory, name), 'utf8');
  return { directory, told, text, certificate: (name: string) => new X509Certificate(text(name)) };
}

describe('the first certificates', () => {
  test('are an authority, and a pair each for the gateway and the bot', () => {
    const { directory, text, certificate } = made();
    const ca = certificate('ca.pem');

    expect(readdirSync(directory).toSorted()).toEqual(['bot.key', 'bot.pem', 'ca.pem', 'gateway.key', 'gateway.pem']);
    expect(ca.ca).toBe(true);
    for (const name of ['gateway', 'bot']) {
      const own = certificate(`${name}.pem`);
      expect(own.ca).toBe(false);
      expect(own.checkIssued(ca)).toBe(true);
      expect(own.verify(ca.publicKey)).toBe(true);
      expect(tlsProblem({ ca: text('ca.pem'), cert: text(`${name}.pem`), key: text(`${name}.key`) })).toBeUndefined();
    }
    expect(ca.verify(ca.publicKey)).toBe(true);
  });

  test('name the hosts of the gateway, and the bot by a URI, each for one role', () => {
    const { certificate } = made();
    const [gateway, bot] = [certificate('gateway.pem'), certificate('bot.pem')];

    expect(gateway.checkHost('gateway.example.com')).toBe('gateway.example.com');
    expect(gateway.checkHost('other.example.com')).toBeUndefined();
    expect(gateway.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(gateway.checkIP('2001:db8::5')).toBe('2001:db8::5');
    expect(bot.subjectAltName).toBe('URI:spiffe://influx-chatops/bot');
    expect([gateway.keyUsage, bot.keyUsage]).toEqual([['1.3.6.1.5.5.7.3.1'], ['1.3.6.1.5.5.7.3.2']]);
  });

  test('are good for a year, from an hour ago', () => {
    const { certificate } = made();

    for (const name of ['ca.pem', 'gateway.pem', 'bot.pem']) {
      expect(certificate(name).validFromDate).toEqual(new Date('2026-07-01T11:00:00Z'));
      expect(certificate(name).validToDate).toEqual(new Date('2027-07-01T12:00:00Z'));
    }
  });

  test('have numbers of their own, and say whose key is whose, as RFC 5280 asks', () => {
    const { text } = made();
    const [ca, gateway, bot] = ['ca.pem', 'gateway.pem', 'bot.pem'].map((name) => new Parsed(text(name)));
    const identifiers = (parsed: Parsed | undefined) =>
      parsed?.extensions.map(({ type, critical }) => [type, critical]);

    expect(new Set([ca, gateway, bot].map((parsed) => parsed?.serialNumber)).size).toBe(3);
    expect(gateway?.serialNumber).toMatch(/^[4-7][0-9a-f]{31}$/);
    expect(identifiers(ca)).toEqual([
      ['2.5.29.19', true],
      ['2.5.29.15', true],
      ['2.5.29.14', false],
    ]);
    expect(identifiers(bot)).toEqual([
      ['2.5.29.19', true],
      ['2.5.29.15', true],
      ['2.5.29.37', false],
      ['2.5.29.14', false],
      ['2.5.29.35', false],
      ['2.5.29.17', false],
    ]);
  });

  test('keep the keys to their owner, and the authority’s to nobody', () => {
    const { directory } = made();
    const mode = (name: string) => statSync(join(directory, name)).mode & 0o777;

    expect([mode('gateway.key'), mode('bot.key')]).toEqual([0o600, 0o600]);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  test('come with what to write into both configurations', () => {
    const { directory, told } = made();

    expect(told).toContain('good until 2027-07-01');
    expect(told).toContain(`clients = ["spiffe://influx-chatops/bot"]\n  ca = "${directory}/ca.pem"`);
    expect(told).toContain('address = "gateway.example.com:8443"');
    expect(told).not.toContain('PRIVATE KEY');
  });

  test('let a bot in at a gateway', async () => {
    const { directory, text } = made(new Date());
    const own = (name: string) => ({ ca: text('ca.pem'), cert: text(`${name}.pem`), key: text(`${name}.key`) });
    const { address } = await startTlsGateway(own('gateway'), ['spiffe://influx-chatops/bot']);
    const [ca, cert, key] = ['ca.pem', 'bot.pem', 'bot.key'].map((name) => join(directory, name));
    const { service } = openBot(address, { ca: `${ca}`, cert: `${cert}`, key: `${key}` });

    expect(await service.revoke(revokeRequest())).toMatchObject({ outcome: 'revoked' });
  });
});

test.each(['ca.pem', 'bot.key'])('nothing is written where there is a %s', (name) => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, name), 'mine');

  expect(() => writeFirstCertificates({ directory, hosts: HOSTS, now: NOW })).toThrow(`${name} is there already`);
  expect(readdirSync(directory)).toEqual([name]);
  expect(readFileSync(join(directory, name), 'utf8')).toBe('mine');
});

test.each(['', 'a b', '*.example.com', 'https://a', '-a'])('%j is no host', (host) => {
  const directory = join(temporaryDirectory(), 'none');

  expect(() => writeFirstCertificates({ directory, hosts: [host], now: NOW })).toThrow('neither a host name');
  expect(() => readdirSync(directory)).toThrow('ENOENT');
});

test('a directory that cannot be made is an error', () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  mkdirSync(`${file}s`);

  expect(() => writeFirstCertificates({ directory: join(file, 'certs'), hosts: HOSTS, now: NOW })).toThrow('ENOTDIR');
});

test('dates after 2049 are written as dates of that time', () => {
  const notAfter = new Date('2061-01-02T03:04:05Z');
  const { cert } = createAuthority('later', { notBefore: NOW, notAfter });

  expect(new X509Certificate(cert).validToDate).toEqual(notAfter);
  expect(new X509Certificate(cert).validFromDate).toEqual(NOW);
});
