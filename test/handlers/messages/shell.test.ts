import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLine, revokeLines } from '../../../handlers/messages/shell.ts';
import { isPlain } from '../../../handlers/messages/untrusted.ts';
import { later, NOON, sampleToken, tokenId } from '../../revocation/samples.ts';
import { NASTY, nastyText, nastyToken } from './nasty.ts';

/** The arguments a POSIX shell makes of a line that begins with `influxctl`. */
function argumentsOf(line: string): string[] {
  const script = `influxctl() { printf '%s\\0' "$@"; }\n${line}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8', cwd: '/' }).split('\0').slice(0, -1);
}

/** What a shell can take as an argument at all. */
const argument = nastyText.filter((text) => !text.includes('\0') && text.isWellFormed());

describe('a quoted argument', () => {
  /** The name of a profile after a shell has read it. */
  function throughShell(text: string): string | undefined {
    const [flag, profile, ...rest] = revokeLines(text, [tokenId(1)]).flatMap(argumentsOf);
    expect([flag, ...rest]).toEqual(['--profile', 'token', 'revoke', tokenId(1)]);
    return profile;
  }

  test('means itself to a real POSIX shell, whatever it holds', () => {
    fc.assert(
      fc.property(argument, (text) => {
        expect(throughShell(text)).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  test.each(["'", "''", '\\', "\\'", '"', '$HOME', '`id`', '$(id)', '!', '*', '~', '', ' ', '-', '#'])('%j', (text) => {
    expect(throughShell(text)).toBe(text);
  });
});

describe('the line that makes a token with the same permissions', () => {
  test('is influxctl’s own, with every permission in its order', () => {
    const token = sampleToken(1, {
      description: "Bob's telegraf",
      permissions: [
        { action: 'write', resource: 'metrics' },
        { action: 'read', resource: '*' },
      ],
    });

    expect(createLine('default', token, NOON)).toBe(
      "influxctl --profile 'default' token create --write-database 'metrics' --read-database '*' 'Bob'\\''s telegraf'",
    );
  });

  test('keeps an expiry that is still to come, and no other', () => {
    expect(createLine('default', sampleToken(1, { expiresAt: later(1_000) }), NOON)).toContain(
      "--expires-at '2026-11-22T12:00:01.000Z'",
    );
    expect(createLine('default', sampleToken(1, { expiresAt: NOON }), NOON)).not.toContain('--expires-at');
  });

  test('survives a real POSIX shell for any description, database and profile', () => {
    fc.assert(
      fc.property(nastyToken(1), argument.filter(isPlain), (token, profile) => {
        const line = createLine(profile, token, NOON);
        if (line === undefined) return;

        const [flag, name, ...rest] = argumentsOf(line);
        const description = rest.at(-1) ?? '';

        expect([flag, name, rest[0], rest[1]]).toEqual(['--profile', profile, 'token', 'create']);
        expect([token.description, '<description>']).toContain(description);
        const pairs = token.permissions.flatMap(({ action, resource }) => [`--${action}-database`, resource]);
        expect(rest.slice(2, 2 + pairs.length)).toEqual(pairs);
        expect(line).not.toContain('\n');
        expect(isPlain(line)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test.each(['bidi', 'hidden', 'lines', 'controls'] as const)(
    'says <description> where the description is not plain: %s',
    (kind) => {
      expect(createLine('default', sampleToken(1, { description: NASTY[kind] }), NOON)).toMatch(/ '<description>'$/);
    },
  );

  test.each(['--write-database=*', '-h', '--', '-'])(
    'says <description> where influxctl would take the description for a flag: %s',
    (description) => {
      expect(createLine('default', sampleToken(1, { description }), NOON)).toMatch(/ '<description>'$/);
    },
  );

  test('is not written for permissions it could not give', () => {
    for (const permission of [
      { action: 'admin', resource: 'metrics' },
      { action: 'write --force', resource: 'metrics' },
      { action: 'read', resource: 'met\u202Erics' },
      { action: 'read', resource: 'a\nb' },
    ]) {
      expect(createLine('default', sampleToken(1, { permissions: [permission] }), NOON)).toBeUndefined();
    }
  });

  test('is not written when it would be longer than a message is wide', () => {
    const permissions = Array.from({ length: 200 }, () => ({ action: 'read', resource: 'd'.repeat(64) }));

    expect(createLine('default', sampleToken(1, { permissions }), NOON)).toBeUndefined();
    expect(createLine('default', sampleToken(1, { description: 'd'.repeat(4_000) }), NOON)).toBeUndefined();
  });
});

describe('the lines that revoke by hand what the bot could not', () => {
  test.each([
    [1, 1],
    [50, 1],
    [51, 2],
    [100, 2],
  ])('%i IDs in %i lines, each once and in order', (count, lines) => {
    const ids = Array.from({ length: count }, (_, index) => tokenId(index + 1));

    const written = revokeLines("ops' cluster", ids);

    expect(written).toHaveLength(lines);
    const words = written.map(argumentsOf);
    for (const line of words) expect(line.slice(0, 4)).toEqual(['--profile', "ops' cluster", 'token', 'revoke']);
    expect(words.flatMap((line) => line.slice(4))).toEqual(ids);
  });

  test('none for none', () => {
    expect(revokeLines('default', [])).toEqual([]);
  });
});
