import { describe, expect, test } from 'vitest';
import type { Problem, Run } from '../../src/command-line/spec.ts';
import { parse } from '../../src/command-line.ts';
import { A, B, C, list, revoke, specs, version, whoami } from './specs.ts';

function runOf(text: string, commands = specs): Run {
  const result = parse(text, commands);
  if (result.kind !== 'run') throw new Error(`not a run: ${JSON.stringify(result)}`);
  return result;
}

function problemOf(text: string, commands = specs): Problem {
  const result = parse(text, commands);
  if (result.kind !== 'problem') throw new Error(`not a problem: ${JSON.stringify(result)}`);
  return result;
}

describe('a command', () => {
  test('is its words, its token IDs and the defaults of the global flags', () => {
    expect(parse(`token revoke ${A} ${B}`, specs)).toEqual({
      kind: 'run',
      spec: revoke,
      profile: undefined,
      timeoutMs: 60_000,
      debug: false,
      values: new Map(),
      switches: new Set(),
      tokenIds: [A, B],
      merged: [],
      words: [],
    });
  });

  test('has the same meaning under its alias and in any case', () => {
    const expected = parse(`token revoke ${A}`, specs);

    expect(parse(`token delete ${A}`, specs)).toEqual(expected);
    expect(parse(`Token REVOKE ${A.toUpperCase()}`, specs)).toEqual(expected);
  });

  test('takes flags before, between and after its words and IDs', () => {
    const flags = '--profile prod --timeout=1m30s --debug --force --reason "leaked in CI"';
    const texts = [
      `${flags} token revoke ${A}`,
      `token ${flags} revoke ${A}`,
      `token revoke ${flags} ${A}`,
      `token revoke ${A} ${flags}`,
    ];

    for (const text of texts) {
      expect(runOf(text)).toMatchObject({
        profile: 'prod',
        timeoutMs: 90_000,
        debug: true,
        values: new Map([['reason', 'leaked in CI']]),
        switches: new Set(['force']),
        tokenIds: [A],
      });
    }
  });

  test('merges IDs given twice and says which', () => {
    expect(runOf(`token revoke ${A} ${B} ${A.toUpperCase()} ${A}`)).toMatchObject({ tokenIds: [A, B], merged: [A] });
  });

  test('takes ordinary words as they are where it takes words', () => {
    expect(runOf('token list "Grafana Prod"', [list])).toMatchObject({ words: ['Grafana Prod'], tokenIds: [] });
    expect(problemOf('token list one two', [list]).text).toContain(
      'takes one word after it, and “two” is one too many',
    );
    expect(problemOf(`whoami ${A}`).text).toContain('/influx whoami takes no words after it');
  });

  test('without IDs is about its usage, told from a question for help, with the flags that were given', () => {
    const topic = { about: 'command', spec: revoke };
    expect(parse('token revoke', specs)).toEqual({
      kind: 'help',
      topic,
      bare: { values: new Map(), switches: new Set() },
    });
    expect(parse('token revoke --help', specs)).toEqual({ kind: 'help', topic });
    expect(parse('help token revoke', specs)).toEqual({ kind: 'help', topic });
    expect(parse('token revoke --force --profile eu --reason "a b"', specs)).toEqual({
      ...{ kind: 'help', topic },
      bare: { profile: 'eu', values: new Map([['reason', 'a b']]), switches: new Set(['force']) },
    });
    expect(problemOf('token revoke ""').text).toBe(
      'No token ID was given. Nothing was done. Add the IDs of the tokens.',
    );
  });

  test('takes 100 token IDs and not 101', () => {
    const ids = Array.from({ length: 101 }, (_, index) => A.replace(/.{3}$/, String(index).padStart(3, '0')));

    expect(runOf(`token revoke ${ids.slice(1).join(' ')}`).tokenIds).toHaveLength(100);
    expect(runOf(`token revoke ${[...ids.slice(1), ids[1]].join(' ')}`).tokenIds).toHaveLength(100);
    expect(problemOf(`token revoke ${ids.join(' ')}`).text).toContain(
      '101 token IDs and one command takes at most 100. Nothing was done. Send them in several commands.',
    );
    const takes = { kind: 'token IDs', placeholder: '<TOKEN_ID>', maximum: 100, beyond: 'Use a file' } as const;
    expect(problemOf(`token revoke ${ids.join(' ')}`, [{ ...revoke, takes }]).text).toContain(
      'Nothing was done. Use a file.',
    );
  });
});

describe('what is meant', () => {
  test.each([
    ['an em dash', `token revoke ${A} —force`],
    ['an en dash', `token revoke ${A} –force`],
    ['a minus sign', `token revoke ${A} −−force`],
    ['a capital after a dash', `token revoke ${A} —Force`],
    ['one dash', `token revoke ${A} -force`],
    ['commas and semicolons', `token revoke ${A},${A};--force`],
    ['new lines and tabs', `token revoke\n${A}\r\n\t--force\n`],
    ['code marks', `token revoke \`${A}\` \`--force\``],
    ['a block of code', `token revoke --force\n\`\`\`\n${A}\n\`\`\``],
    ['quotation marks', `token revoke "${A}" --force`],
    ['curly quotation marks', `token revoke “${A}” ‘${A}’ --force`],
    ['quotation marks around several', `token revoke “${A}, ${A}” --force`],
    ['no-break spaces', `token\u00a0revoke\u202f${A}\u3000--force`],
    ['zero-width characters', `\ufefftoken revoke ${A.slice(0, 9)}\u200b${A.slice(9)} --fo\u00adrce`],
    ['full-width letters', `ｔｏｋｅｎ　ｒｅｖｏｋｅ　－－ｆｏｒｃｅ ${A}`],
    ['a link with a label', `token revoke <https://example.com/${B}|${A}> --force`],
    ['dashes inside the ID', `token revoke ${A.replaceAll('-', '‑')} --force`],
  ])('is understood through %s', (_, text) => {
    expect(runOf(text)).toMatchObject({ tokenIds: [A], switches: new Set(['force']) });
  });

  test.each([
    ['--reason "leaked in a log"', 'leaked in a log'],
    ['--reason=“leaked in a log”', 'leaked in a log'],
    ["--reason ‘don't know’", "don't know"],
    ['--reason “ spaces around ”', 'spaces around'],
    ['--reason "--force did it"', '--force did it'],
    ['--reason “it"s so”', 'it"s so'],
    ['--reason don’t', "don't"],
    ['--reason=a=b', 'a=b'],
    ['--reason "R&amp;D &lt;ops&gt;"', 'R&D <ops>'],
    ['--reason "утечка в логе 🔥"', 'утечка в логе 🔥'],
    ['--reason "a, b; `c`"', 'a, b; `c`'],
  ])('is understood in %s', (flag, reason) => {
    expect(runOf(`token revoke ${A} ${flag}`).values.get('reason')).toBe(reason);
  });
});

describe('help', () => {
  const everything = { about: 'commands', specs };

  test.each(['', '   ', 'help', '-h', '--help', '—help', 'HELP'])('%j is about everything', (text) => {
    expect(parse(text, specs)).toEqual({ kind: 'help', topic: everything });
  });

  test.each(['token', 'help token', 'token help', 'token -h', '-h token'])('%j is about a group', (text) => {
    expect(parse(text, specs)).toEqual({ kind: 'help', topic: { about: 'commands', group: 'token', specs: [revoke] } });
  });

  test.each([
    'help token revoke',
    'token help revoke',
    'token revoke -h',
    `token revoke ${A} --force --help`,
    'token delete --unknown -h',
    'token revoke --reason --help',
  ])('%j is about a command', (text) => {
    expect(parse(text, specs)).toEqual({ kind: 'help', topic: { about: 'command', spec: revoke } });
  });

  test('is not asked for by a value', () => {
    expect(runOf(`token revoke ${A} --reason "--help"`).values.get('reason')).toBe('--help');
    expect(runOf(`token revoke ${A} --reason help`).values.get('reason')).toBe('help');
  });

  test('on words that are no command says so', () => {
    expect(problemOf('help frobnicate')).toMatchObject({ usage: everything });
  });
});

describe('an unknown command', () => {
  test.each([
    ['toekn revoke', 'token revoke'],
    ['token revok', 'token revoke'],
    ['token delet', 'token delete'],
    ['tokenrevoke', 'token revoke'],
    ['revoke', 'token revoke'],
    ['whoam', 'whoami'],
    ['versoin', 'version'],
  ])('%s names %s', (text, meant) => {
    expect(problemOf(`${text} ${A}`).text).toContain(`Did you mean /influx ${meant}?`);
  });

  test.each(['token show', 'token bogus', 'token reveal', 'help token bogus', 'tok', 'tok show'])(
    '%s is never taken for the one that revokes',
    (text) => {
      expect(problemOf(text, [revoke, list]).text).toContain('Nothing was done. See the commands below.');
    },
  );

  test.each(['token list', 'token get', 'pending', 'audit', 'freeze', '__proto__', 'constructor'])(
    '%s of another release is one',
    (text) => {
      expect(problemOf(text).text).toMatch(/^There is no command “.*Nothing was done\./);
    },
  );

  test('shows the commands of the group it is in', () => {
    expect(problemOf('token frobnicate').usage).toEqual({ about: 'commands', group: 'token', specs: [revoke] });
    expect(problemOf('frobnicate')).toMatchObject({ usage: { about: 'commands', specs: [revoke, whoami, version] } });
  });

  test('that is a token ID says how to revoke it', () => {
    expect(problemOf(A.toUpperCase()).text).toContain(`/influx token revoke ${A}`);
  });

  test('with a letter that only looks Latin names the letter and its place', () => {
    expect(problemOf(`tоken revoke ${A}`).text).toContain('“tоken” (character 2 is U+043E, not a plain letter)');
  });
});

describe('a flag', () => {
  test.each([
    ['--frce', 'Did you mean --force?'],
    ['—reasn=x', 'Did you mean --reason?'],
    ['-s x', 'knows no flag “-s”.'],
    ['--prof x', 'Did you mean --profile?'],
    ['--share', 'Its flags are --profile, --reason, --timeout, --force, --debug.'],
    ['--fоrce', 'character 4 is U+043E'],
    ['--__proto__=1', 'knows no flag'],
    ['--constructor', 'knows no flag'],
    ['--no-force', 'knows no flag'],
    ['--', 'A dash stands alone.'],
    ['—', 'A dash stands alone.'],
    ['--=x', 'A dash stands alone.'],
    ['--account x', '--account belongs to the profile'],
    ['--cluster=x', '--cluster belongs to the profile'],
    ['--config x', '--config belongs to the profile'],
    ['--trace', '--trace belongs to the profile'],
    ['--reason', '--reason has no value.'],
    ['--reason=', 'Write --reason TEXT: why. A value of several words, or one that begins with a dash, stands in'],
    ['--reason ""', '--reason has no value.'],
    ['--reason --force', '--reason has no value.'],
    ['--force=true', '--force is a switch and takes no value.'],
    ['--debug=', '--debug is a switch and takes no value.'],
    ['--force --force', '--force was given 2 times.'],
    ['--profile a --profile=b', '--profile was given 2 times.'],
    [`--reason "${'x'.repeat(501)}"`, '--reason has 501 characters and at most 500 fit.'],
    ['--timeout soon', 'a duration from 1s to 5m, not “soon”'],
    ['--timeout 999ms', 'a duration from 1s to 5m'],
    ['--timeout 5m1s', 'a duration from 1s to 5m'],
    ['--timeout=-5s', 'a duration from 1s to 5m'],
    ['--timeout 60', 'a duration from 1s to 5m'],
  ])('%s stops the command', (flag, text) => {
    const problem = problemOf(`token revoke ${A} ${flag}`);

    expect(problem.text).toContain(text);
    expect(problem.text).toContain('Nothing was done.');
    expect(problem.usage).toEqual({ about: 'command', spec: revoke });
  });

  test('of another command is told from an unknown one', () => {
    expect(problemOf('whoami --force').text).toContain('/influx whoami does not take --force.');
  });

  test.each(['1s', '5m', '1m0s', '0.5m', '1000ms'])('--timeout takes %s', (value) => {
    expect(runOf(`whoami --timeout ${value}`).spec).toBe(whoami);
  });

  test('--reason takes 500 characters, not counting the space around them', () => {
    expect(runOf(`token revoke ${A} --reason " ${'🔥'.repeat(500)} "`).values.get('reason')).toHaveLength(1_000);
  });
});

describe('a word that is no token ID', () => {
  test('stops the command, and every one is named', () => {
    const problem = problemOf(`token revoke ${A} a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1 ../databases/prod ${C} %2e`);

    expect(problem.text).toContain(
      'These 3 words are not token IDs: “a0eebc99-9c0b-4e…” (35 characters), “../databases/pro…” (17 characters), “%2e”.',
    );
  });

  test('is counted where there are more than ten', () => {
    const words = Array.from({ length: 25 }, (_, index) => `id${index}`).join(' ');

    expect(problemOf(`token revoke ${words}`).text).toMatch(/^These 25 words .*“id9” and 15 more\. Nothing was done\./);
  });

  test('with a letter that only looks Latin names the letter and its place', () => {
    const text = problemOf(`token revoke ${A.replace('e', 'е')}`).text;

    expect(text).toContain('36 characters, character 3 is U+0435, not a plain letter');
  });

  test('but the eight digits that stand everywhere is told how to find it', () => {
    expect(problemOf('token revoke BB9BEA7B').text).toContain(
      'To find the one that begins with bb9bea7b: /influx token list bb9bea7b',
    );
  });

  test('after --reason without quotation marks brings the hint to quote it', () => {
    expect(problemOf(`token revoke ${A} --reason leaked in CI run 7`).text).toContain('--reason "leaked in a log"');
    expect(problemOf(`token revoke ${A} because it leaked`).text).toContain('--reason "leaked in a log"');
    expect(problemOf(`token revoke ${A} 1234`).text).not.toContain('--reason');
  });

  test.each(['12345678', A.replaceAll('-', ''), `${A}\u0000x`, `${A}.`, `{${A}}`, '__proto__'])('%j is one', (word) => {
    expect(problemOf(`token revoke ${word}`).text).toMatch(/^This is not a token ID: /);
  });
});

describe('a text that cannot be read', () => {
  test('with a control that reorders text is refused with its place', () => {
    expect(problemOf(`token revoke 🔥 ${A}\u202e`).text).toContain('Character 52 of the command is U+202E');
  });

  test('with an unclosed quotation mark is refused', () => {
    expect(problemOf(`token revoke ${A} --reason “leaked`).text).toContain('before “leaked” is never closed');
    expect(problemOf('token list "', [list]).text).toContain('The quotation mark at the end is never closed.');
  });

  test('of more than 100,000 characters is refused', () => {
    expect(problemOf('x'.repeat(100_001)).text).toContain('100001 characters; at most 100000');
    expect(problemOf('x'.repeat(100_000)).text).toContain('no command');
  });
});

describe('a secret', () => {
  const secret = 'apiv1_c2VjcmV0c2VjcmV0c2VjcmV0';

  test.each([
    ['alone', secret],
    ['for an ID', `token revoke ${secret}`],
    ['in a flag', `token revoke ${A} --reason "leaked ${secret}"`],
    ['as a flag', `token revoke --${secret} ${A}`],
    ['as a profile', `whoami --profile=${secret}`],
    ['beside help', `help ${secret}`],
    ['after a reordering control', `token revoke \u202e${secret}`],
    ['in an unclosed quotation mark', `token revoke "${secret}`],
    ['cut by zero-width characters', `token revoke ap\u200biv1\u200b_${secret.slice(6)}`],
    ['cut by quotation marks', `token revoke apiv1_"${secret.slice(6)}"`],
    ['in full-width letters', `token revoke ａｐｉｖ１＿${secret.slice(6)}`],
    ['in the address of a link', `token revoke <https://example.com/?token=${secret}|here>`],
    ['in code marks', `token revoke \`${secret}\``],
  ])('%s is never repeated', (_, text) => {
    const problem = problemOf(text);

    expect(problem.text).toMatch(/looks like a secret.*not its ID.*Slack history.*influxctl token list/);
    expect(problem.text).not.toContain('c2Vj');
    expect(problem.usage).toBeUndefined();
  });

  test('answer names the bot’s own search once there is one', () => {
    expect(problemOf(secret, [list]).text).toContain('/influx token list SEARCH');
  });
});
