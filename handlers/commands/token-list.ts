import { type CommandSpec, PROFILE_FLAG, type Run } from '../../src/command-line/spec.ts';
import { UserError } from '../../src/errors.ts';
import { type ListQuery, LONGEST_DATABASE, LONGEST_SEARCH } from '../list-query.ts';
import { profileNamed } from '../profiles.ts';
import { somewhere } from '../rights.ts';
import { showTokens, type TokenListDependencies } from '../token-lists.ts';
import type { Command } from './command.ts';
import { FORMAT_FLAG, READ_TIMEOUT_FLAG } from './read-flags.ts';

const SPEC: CommandSpec = {
  words: ['token', 'list'],
  summary:
    'List database tokens, or find some: SEARCH looks into descriptions, database names and the beginnings of IDs.',
  takes: { kind: 'words', placeholder: '[SEARCH]', maximum: 10 },
  flags: [
    PROFILE_FLAG,
    {
      name: 'sort',
      description: 'id or description (default description)',
      value: { placeholder: 'id|description', maximumLength: 20, choices: ['id', 'description'] },
    },
    { name: 'include-revoked', description: 'also those that are revoked' },
    {
      name: 'database',
      description: 'only those for this database, or for all of them',
      value: { placeholder: 'NAME', maximumLength: LONGEST_DATABASE },
    },
    FORMAT_FLAG,
    READ_TIMEOUT_FLAG,
  ],
};

/** `/influx token list`: reads the tokens after Slack has heard, and shows the first page. */
export function tokenList(dependencies: TokenListDependencies): Command {
  const show = showTokens(dependencies);
  return {
    spec: SPEC,
    isFor: somewhere(dependencies, 'mayRead'),
    async run({ run, who, delivery }) {
      const query = queryOf(run, profileNamed(dependencies.profiles, run.profile).name);
      return { after: () => show(query, who, delivery.replyUrl, 'beside') };
    },
  };
}

function queryOf({ words, values, switches, timeoutMs }: Run, profile: string): ListQuery {
  const search = words.join(' ').trim().replace(/\s+/g, ' ');
  if (search.length > LONGEST_SEARCH) {
    throw new UserError(
      `The search has ${search.length} characters; at most ${LONGEST_SEARCH} are read. Nothing was listed. Say less.`,
    );
  }
  return {
    ...{ profile, search, timeoutMs, page: 0 },
    database: values.get('database') ?? '',
    includeRevoked: switches.has('include-revoked'),
    order: values.get('sort') === 'id' ? 'id' : 'description',
    format: values.get('format') === 'json' ? 'json' : 'table',
  };
}
