import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientNames } from '../../../src/gateway/client-names.ts';
import { createAuthority, type Wanted } from '../certificates.ts';
import { BOT } from './start-tls-gateway.ts';

const ours = await createAuthority('ours');

/** The names as they are read from a real certificate with these. */
async function namesIn(names: NonNullable<Wanted['names']>): Promise<readonly string[]> {
  const { cert } = await ours.issue({ names });
  return clientNames(new X509Certificate(cert).subjectAltName);
}

test('are the URIs and DNS names of a certificate, and nothing else', async () => {
  const names = await namesIn([
    { type: 'url', value: BOT },
    { type: 'dns', value: 'Bot.Example.com' },
    { type: 'ip', value: '10.0.0.1' },
    { type: 'email', value: 'bot@example.com' },
  ]);

  expect(names).toEqual([BOT, 'bot.example.com']);
});

test('are none without a certificate, and never its common name', async () => {
  const { cert } = await ours.issue({ names: [{ type: 'ip', value: '10.0.0.1' }] });
  const certificate = new X509Certificate(cert);

  expect(certificate.subject).toContain('127.0.0.1');
  expect(clientNames(certificate.subjectAltName)).toEqual([]);
  expect(clientNames(undefined)).toEqual([]);
});

describe('a name that holds another name is not that name', () => {
  test.each([
    ['after a comma', `evil.example.com, URI:${BOT}`],
    ['between commas', `evil.example.com, URI:${BOT}, DNS:more`],
    ['before a comma', `${BOT}, DNS:evil.example.com`],
    ['after a quote', `evil", URI:${BOT}`],
    ['between quotes', `a", URI:${BOT}, DNS:"b`],
    ['after an escape', `a\\", URI:${BOT}, DNS:b`],
    ['after a line', `evil\nURI:${BOT}`],
    ['before NUL', `${BOT}\0.evil.example.com`],
  ])('%s', async (_where, value) => {
    expect(await namesIn([{ type: 'dns', value }])).not.toContain(BOT);
    expect(await namesIn([{ type: 'url', value }])).not.toContain(BOT);
  });

  test('whatever is around it', async () => {
    const around = fc.string({
      unit: fc.constantFrom('"', '\\', ',', ' ', ':', 'URI:', 'DNS:', 'a', '\n'),
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(around, around, async (before, after) => {
        fc.pre(before + after !== '');

        expect(await namesIn([{ type: 'dns', value: `${before}${BOT}${after}` }])).not.toContain(BOT);
      }),
      { numRuns: 100 },
    );
  });
});

test('text that Node would not write gives no names, and never takes long', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      expect(clientNames(`${text}"`)).not.toContain(text);
    }),
  );
  expect(clientNames(`DNS:"${'\\'.repeat(100_000)}`)).toEqual([]);
  expect(clientNames(`URI:${BOT}\n`)).not.toContain(BOT);
});
