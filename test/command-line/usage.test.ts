import { expect, test } from 'vitest';
import { helpLines, overview, usageOf } from '../../src/command-line/usage.ts';
import { revoke, specs, whoami } from './specs.ts';

test('a command is explained by its form, its summary, its aliases and its flags', () => {
  expect(usageOf(revoke)).toEqual([
    '/influx token revoke [--profile NAME] [--reason TEXT] [--timeout DURATION] [--force] [--debug] <TOKEN_ID> [<TOKEN_ID_N>...]',
    '',
    'Revokes tokens.',
    'The same: /influx token delete',
    '',
    '  --profile NAME      the cluster, by the name of its profile',
    '  --reason TEXT       why',
    '  --timeout DURATION  how long one token may take, 1s to 5m (default 1m0s)',
    '  --force             no confirmation',
    '  --debug             add status, attempts, milliseconds and reference to each line of the result',
  ]);
});

test('a command without flags is explained in three lines', () => {
  expect(usageOf(whoami)).toEqual(['/influx whoami', '', 'Says who you are.']);
});

test('commands are listed with what each does', () => {
  expect(overview(specs)).toEqual([
    '  /influx token revoke  Revokes tokens.',
    '  /influx whoami        Says who you are.',
    '  /influx version       Says which version this is.',
    '',
    '/influx help COMMAND, or -h after any command, tells more.',
  ]);
});

test('a topic is explained by what it is about', () => {
  expect(helpLines({ about: 'command', spec: whoami })).toEqual(usageOf(whoami));
  expect(helpLines({ about: 'commands', group: 'token', specs: [revoke] })).toEqual(overview([revoke]));
  expect(overview([])).toHaveLength(2);
});
