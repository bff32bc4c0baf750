import { type CommandSpec, DEBUG_FLAG, PROFILE_FLAG, TIMEOUT_FLAG } from '../../src/command-line/spec.ts';

/** Two UUIDs and one that differs from the first in its last digit. */
export const A = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';
export const B = 'b1ffcd00-0d1c-4f09-8c7e-7cc0ce491b22';
export const C = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12';

export const revoke: CommandSpec = {
  words: ['token', 'revoke'],
  aliases: [['token', 'delete']],
  summary: 'Revokes tokens.',
  takes: { kind: 'token IDs', placeholder: '<TOKEN_ID> [<TOKEN_ID_N>...]', maximum: 100 },
  flags: [
    PROFILE_FLAG,
    { name: 'reason', description: 'why', value: { placeholder: 'TEXT', maximumLength: 500 } },
    TIMEOUT_FLAG,
    { name: 'force', description: 'no confirmation' },
    DEBUG_FLAG,
  ],
};

export const whoami: CommandSpec = { words: ['whoami'], summary: 'Says who you are.', flags: [] };

export const version: CommandSpec = { words: ['version'], summary: 'Says which version this is.', flags: [] };

/** The commands of the first release. */
export const specs: readonly CommandSpec[] = [revoke, whoami, version];

/** A command with ordinary words and a flag of its own, as later ones have. */
export const list: CommandSpec = {
  words: ['token', 'list'],
  summary: 'Lists tokens.',
  takes: { kind: 'words', placeholder: '[SEARCH]', maximum: 1 },
  flags: [{ name: 'include-revoked', description: 'revoked ones too' }],
};
