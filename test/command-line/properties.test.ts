import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold } from '../../src/command-line/fold.ts';
import { parse } from '../../src/command-line.ts';
import { A, list, revoke, specs, whoami } from './specs.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SPACES = [
  ...' \t\n\r\v\f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\u2800\u3164',
];
const DASHES = [...'-‐‑‒–—―−⁃﹘﹣－⸺⸻֊᐀᠆‾'].filter((dash) => dash !== '‾');
const INVISIBLE = ['\u200b', '\u200c', '\u200d', '\u200e', '\u200f', '\u2060', '\ufeff', '\u00ad', '\u034f', '\u180e'];
const QUOTES = ['""', "''", '“”', '„“', '«»', '‘’', '‚‘', '‹›', '＂＂', '〝〞', '「」', '``'];

const id = fc.uuid();
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 100 });
const separator = fc.string({ unit: fc.constantFrom(...SPACES, ',', ';', '，', '、'), minLength: 1, maxLength: 4 });
const piece = fc.oneof(
  id,
  fc.constantFrom(
    'token',
    'revoke',
    'help',
    'whoami',
    '-h',
    '--force',
    '--reason',
    '--reason="',
    '--timeout=1s',
    '--share',
  ),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '--__proto__=1',
    '../',
    '%2e',
    '\u0000',
    '<!channel>',
    '&lt;',
    '\u202e',
    '—',
    '=',
  ),
  fc.constantFrom(...QUOTES.flatMap((pair) => [...pair])),
  fc.string({ unit: 'binary' }),
);
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.tuple(piece, separator)).map((pairs) => pairs.flat().join('')),
  fc.array(piece).map((pieces) => `token revoke ${pieces.join(' ')}`),
);

/** The same word as a phone, an editor or a person in a hurry would send it. */
const decorated = (word: string) =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.boolean(), fc.constantFrom(...DASHES), fc.constantFrom('', '', '', ...INVISIBLE)), {
        minLength: word.length,
        maxLength: word.length,
      }),
      fc.constantFrom('', ...QUOTES),
    )
    .map(([marks, quotes]) => {
      const letters = [...word].map((letter, index) => {
        const [upper, dash, invisible] = marks[index] ?? [false, '-', ''];
        return (letter === '-' ? dash : upper ? letter.toUpperCase() : letter) + invisible;
      });
      return (quotes[0] ?? '') + letters.join('') + (quotes[1] ?? '');
    });

test('parsing never throws, and what it gives is always one of its three kinds', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { kind } = parse(text, [revoke, list, whoami]);

      expect(['run', 'help', 'problem']).toContain(kind);
    }),
    { numRuns: 2_000 },
  );
});

test('token IDs are canonical UUIDs, each once, that stand in the folded text and in no flag', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const result = parse(text, specs);
      if (result.kind !== 'run') return;
      const words = fold(text)
        .text.toLowerCase()
        .split(/[^0-9a-z-]+/);

      expect(new Set(result.tokenIds).size).toBe(result.tokenIds.length);
      for (const tokenId of result.tokenIds) {
        expect(tokenId).toMatch(UUID);
        expect(words).toContain(tokenId);
      }
      expect(result.tokenIds).toEqual(expect.arrayContaining([...result.merged]));
    }),
    { numRuns: 2_000 },
  );
});

test('flags and their values never become token IDs', () => {
  const flag = fc
    .tuple(fc.constantFrom('-', '--', '—', '–'), id, fc.constantFrom('', '=', `=${A}`))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(ids, flag, (known, unknown) => {
      expect(parse(`token revoke ${known.join(' ')} ${unknown}`, specs).kind).toBe('problem');
      expect(parse(`token revoke --reason ${A} ${known.join(' ')}`, specs)).toMatchObject({ tokenIds: known });
      expect(parse(`token revoke --profile=${A} ${known.join(' ')}`, specs)).toMatchObject({ tokenIds: known });
    }),
  );
});

test('decoration changes nothing: case, dashes, quotation and code marks, invisible characters, separators', () => {
  const command = ids.chain((plain) =>
    fc.tuple(
      fc.constant(plain),
      fc.tuple(...['token', 'revoke', ...plain, '--force'].map(decorated)),
      fc.array(separator, { minLength: plain.length + 3, maxLength: plain.length + 3 }),
    ),
  );
  fc.assert(
    fc.property(command, ([plain, words, separators]) => {
      const text = words.map((word, index) => word + (separators[index] ?? ' ')).join('');

      expect(parse(text, specs)).toEqual(parse(`token revoke ${plain.join(' ')} --force`, specs));
    }),
  );
});

test('folding twice is folding once, but for entities that are themselves written in entities', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { text: folded } = fold(text.replaceAll(/[&<]/g, ''));

      expect(fold(folded).text).toBe(folded);
    }),
  );
});

test('a secret of the input is in no result', () => {
  const body = fc.string({ unit: fc.constantFrom(...'abcdefABCDEF0123456789'), minLength: 24, maxLength: 88 });
  const secret = fc.tuple(
    fc.constantFrom('apiv1_', 'apiv3_', 'apiv99_', 'APIV1_', 'xoxb-1-', 'xoxp-', 'xapp-1-', 'Bearer ', 'bearer\u00a0'),
    body,
    fc.constantFrom('', '=='),
  );
  fc.assert(
    fc.property(piece, piece, secret, piece, (one, two, [prefix, value, end], three) => {
      const quoted = parse(`token revoke ${one} ${two} ${prefix}${value}${end} ${three}`, specs);
      const glued = parse(`token revoke ${one}=${prefix}${value}${end},${three}`, specs);

      expect(quoted.kind).toBe('problem');
      expect(JSON.stringify([quoted, glued])).not.toContain(value.slice(0, 8));
    }),
    { numRuns: 1_000 },
  );
});

const NASTY = [
  ' ',
  '"',
  "'",
  ' "',
  ' "a',
  ' --reason="',
  "='",
  '-',
  '— ',
  '--force ',
  '--x=',
  '`',
  ',;',
  '<',
  '<@',
  '<http:',
  '<https://a|',
  '&amp;',
  '&',
  '\u200b',
  '\u202e',
  'apiv1',
  'apiv1_ ',
  'xox',
  'Bearer ',
  'eyJ.',
  'a0eebc99-',
  `${A} `,
  'help ',
  'token ',
  '🔥',
  '\ud800',
  'е',
];

test.each(NASTY)('100 kB of %j are parsed within the time of a test, into an answer of a few lines', (shape) => {
  const flood = shape.repeat(100_000 / shape.length).slice(0, 99_980);

  for (const text of [flood, `token revoke ${flood}`, `token revoke ${A} "${flood}`, `help ${flood}`]) {
    const result = parse(text, specs);

    if (result.kind === 'problem') expect(result.text.length).toBeLessThan(1_500);
    if (result.kind === 'run') expect(result.tokenIds).toEqual([A]);
  }
});
