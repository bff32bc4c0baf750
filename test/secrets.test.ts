import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createScrubber, findSecrets, looksSecret, scrub } from '../src/secrets.ts';

const base64 = fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const randomBytes = (length: number) =>
  fc
    .noShrink(fc.uint8Array({ minLength: length, maxLength: length }))
    .filter((bytes) => new Set(bytes).size > length / 2)
    .map((bytes) => Buffer.from(bytes));

describe('is a secret', () => {
  test.each([
    ['an InfluxDB token', 'apiv1_Zm9vYmFyYmF6cXV4'],
    ['an InfluxDB token of another version', 'apiv3_abcdEFGH0123'],
    ['an InfluxDB token of a version to come', 'apiv12_-_-_abc'],
    ['an InfluxDB token in capitals', 'APIV1_ZM9VYMFY'],
    ['a Slack bot token', 'xoxb-12-34-abcd'],
    ['a Slack user token', 'xoxp-1234-5678-abcdef'],
    ['a rotated Slack token', 'xoxe.xoxp-1-Mi0yLTEyMzQ'],
    ['a Slack app token', 'xapp-1-A012-345-abcdef'],
    ['a bearer value with a digit', 'Authorization: Bearer hunter2hunter2'],
    ['a long bearer value', 'bearer\u00a0correct-horse-battery'],
    ['a JSON web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
    ['a JSON web token after an escaped new line', '\\neyJhbGciOiJub25lIn0.eyJhIjoxfQ.'],
    ['long base64', 'Qm9vIQ7fH2kLpXz9vN4tR8sWc1yUe5aGj3mDb6oTiKqS'],
  ])('%s', (_, secret) => {
    expect(looksSecret(secret)).toBe(true);
    expect(looksSecret(`found "${secret}" in a log`)).toBe(true);
    expect(looksSecret(`found in log:${secret}.`)).toBe(true);
  });

  test('every string of 64 random bytes in base64', () => {
    fc.assert(fc.property(randomBytes(64), (bytes) => looksSecret(bytes.toString('base64'))));
    fc.assert(fc.property(randomBytes(64), (bytes) => looksSecret(bytes.toString('base64url'))));
  });
});

describe('is no secret', () => {
  test.each([
    ['a UUID', 'A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    [
      'the path of a token',
      '/api/v0/accounts/a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11/tokens/b1eebc99-9c0b-4ef8-bb6d-6bb9bd380a12',
    ],
    ['a hash', 'sha256/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    ['a file', '/work/node_modules/@slack/bolt/dist/receivers/SocketModeReceiver/SocketModeFunctions.js:120:15'],
    ['long words', 'this-is-a-very-long-name-of-some-host-in-a-cluster.example.com/with/some/path/behind/it'],
    ['a prefix alone', 'a token that starts with apiv3_ or xoxb- or xapp-'],
    ['a prefix cut off', 'apiv1_… leaked'],
    ['a figure of speech', 'the bearer of bad news'],
    ['a bearer already removed', 'Bearer [secret removed]'],
    ['a time', '2026-11-22T09:37:24.123Z'],
    ['Slack IDs', 'T012AB3CD/C045EF6GH/U078IJ9KL'],
    ['UUIDs with a typing error', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1/a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1f0'],
    ['a plan', 'plan 7Yh2kLpXz9vN4tR8sWc1yQ confirmed'],
  ])('%s', (_, text) => {
    expect(findSecrets(text)).toEqual([]);
    expect(scrub(text, [])).toBe(text);
  });

  test('any number of UUIDs with any separator', () => {
    fc.assert(
      fc.property(fc.array(fc.uuid()), fc.constantFrom(' ', '/', '-', '_', ',', '+'), (ids, separator) => {
        expect(findSecrets(ids.join(separator))).toEqual([]);
      }),
    );
  });
});

describe('scrubbing', () => {
  test('keeps all but the secrets', () => {
    const text = 'GET https://host/x with Bearer abcdefgh1234, then xoxb-1-2-3456 and apiv1_AbCd== failed';

    expect(scrub(text, [])).toBe(
      'GET https://host/x with Bearer [secret removed], then [secret removed] and [secret removed] failed',
    );
  });

  test('removes known values of any look, the longest first', () => {
    expect(scrub('signed with letmein, letmein-too', ['letmein', 'letmein-too'])).toBe(
      'signed with [secret removed], [secret removed]',
    );
  });

  test('removes known values that are escaped as JSON, as JSON in JSON, or percent-encoded', () => {
    const secret = 'quote" back\\slash\nline';
    const once = JSON.stringify({ secret });
    const text = `${once} ${JSON.stringify(once)} ${encodeURIComponent(secret)}`;

    const scrubbed = scrub(text, [secret]);

    expect(scrubbed.match(/\[secret removed\]/g)).toHaveLength(3);
    expect(scrubbed).not.toContain('slash');
  });

  test('does not take a known value for a pattern', () => {
    expect(scrub('aaaaaaaa', ['a.*a.*'])).toBe('aaaaaaaa');
  });

  test('ignores known values that are too short to be told from words', () => {
    expect(scrub('a level of 30', ['', '30'])).toBe('a level of 30');
  });

  test('leaves nothing of a secret, wherever it stands', () => {
    const secret = base64.map((body) => `apiv1_${body}`);
    fc.assert(
      fc.property(fc.string(), secret, fc.string(), fc.boolean(), (before, value, after, inJson) => {
        const text = `${before} ${value}\n${after}`;
        const scrubbed = scrub(inJson ? JSON.stringify({ text }) : text, []);

        expect(scrubbed).not.toContain(value.slice(6, 40));
        expect(scrub(scrubbed, [])).toBe(scrubbed);
      }),
    );
  });

  test('keeps a line of JSON a line of JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.string({ minLength: 6 }), (json, known) => {
        const line = JSON.stringify({ json, known: `${known} Bearer ${known}1234567` });

        expect(JSON.parse(createScrubber(['apiv1_known-value'])(line))).toBeTypeOf('object');
      }),
    );
  });
});

test.each([
  ['eyJ', 'eyJ'],
  ['apiv1', 'apiv1'],
  ['bearer', 'bearer '],
  ['spaces', ' '],
  ['hex', 'a'],
  ['almost UUIDs', 'a0eebc99-9c0b-'],
  ['dots', 'eyJa.'],
  ['xox', 'xox'],
])('looks through a megabyte of %s within the time of a test', (_, shape) => {
  expect(findSecrets(`bearer${shape.repeat(1_000_000 / shape.length)}`).length).toBeLessThan(2);
});
