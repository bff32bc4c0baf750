import { expect, test } from 'vitest';
import type { CommandSpec } from '../../src/command-line/spec.ts';
import { parse } from '../../src/command-line.ts';

const list: CommandSpec = {
  words: ['token', 'list'],
  summary: 'Lists tokens.',
  takes: { kind: 'words', placeholder: '[SEARCH]', maximum: 10 },
  flags: [
    {
      name: 'sort',
      description: 'how',
      value: { placeholder: 'id|description', maximumLength: 20, choices: ['id', 'description'] },
    },
  ],
};

const sortIn = (text: string) => {
  const parsed = parse(text, [list]);
  return parsed.kind === 'run' ? parsed.values.get('sort') : parsed;
};

test.each([
  ['token list --sort id', 'id'],
  ['token list —sort=DESCRIPTION plant 1', 'description'],
  ['token list plant --sort “Id”', 'id'],
])('%s is one of the values there are, in whatever case', (text, value) => {
  expect(sortIn(text)).toBe(value);
});

test.each([
  [
    'token list --sort descripton',
    '--sort takes id or description, not “descripton”. Nothing was done. Write --sort description',
  ],
  ['token list --sort size', '--sort takes id or description, not “size”. Nothing was done. Write --sort id'],
  ['token list --sort', '--sort has no value.'],
  ['token list --sort constructor', '--sort takes id or description, not “constructor”.'],
  ['token list --sort id --sort id', '--sort was given 2 times.'],
])('%s is none of them, and the nearest is named', (text, words) => {
  expect(sortIn(text)).toMatchObject({ kind: 'problem', text: expect.stringContaining(words) });
});

test('a search keeps its words as they are, and what belongs together', () => {
  expect(parse('token list Edge “plant 1” a0ee', [list])).toMatchObject({ words: ['Edge', 'plant 1', 'a0ee'] });
});
