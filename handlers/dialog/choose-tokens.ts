import type { Option } from '@slack/types';
import type { Clock } from '../../src/revocation/clock.ts';
import { inTime } from '../../src/revocation/in-time.ts';
import type { IndexAnswer, TokenIndex } from '../../src/revocation/looking/token-index.ts';
import { FRESH_MS } from '../../src/revocation/planning/plans.ts';
import type { Selections } from '../../src/revocation/planning/selections.ts';
import type { Authorizer } from '../../src/revocation/rights/authorization.ts';
import type { TokenServiceErrorKind } from '../../src/revocation/token-service.ts';
import { looksSecret } from '../../src/secrets.ts';
import { tokenOption } from '../messages/token-options.ts';
import { count } from '../messages/words.ts';
import type { Profiles } from '../profiles.ts';
import type { Suggestions } from '../wire/reaction.ts';
import type { IncomingSuggestion } from '../wire/surface-payloads.ts';
import { placeFor } from './dialog-entry.ts';
import { metadataIn } from './dialog-metadata.ts';

/** Slack takes no more. */
const MOST_OFFERED = 100;
/** Slack waits three seconds in all; the store and who may are asked before. */
const WITHIN_MS = 1_200;

export interface ChooseTokensDependencies {
  readonly tokenIndex: TokenIndex;
  readonly selections: Selections;
  readonly authorizer: Authorizer;
  readonly profiles: Profiles;
  readonly clock: Clock;
}

/** The tokens to choose from in the dialog, for those who may revoke them at this moment. Never repeats what was typed. */
export function chooseTokens(dependencies: ChooseTokensDependencies) {
  const { tokenIndex, selections, authorizer, profiles, clock } = dependencies;
  return async ({ who, text, view }: IncomingSuggestion): Promise<Suggestions> => {
    const metadata = metadataIn(view);
    const profile = profiles.get(metadata?.profile ?? '');
    const selection = metadata && (await selections.find(metadata.selection, who));
    if (!profile || !metadata || !selection) return nothing('This dialog is too old. Open it again.');
    if (looksSecret(text)) return nothing('That looks like a secret. Search by description or ID.');
    const there = { ...who, channel: placeFor(selection, metadata)?.channel ?? '' };
    const verdict = await inTime(clock, authorizer.verdict(profile, there, FRESH_MS));
    if (verdict === 'not in time') return nothing('Slack does not say yet who you are. Type again in a moment.');
    if (!verdict.allowed) return nothing('You may not revoke tokens of this profile here.');
    const query = { words: text, limit: MOST_OFFERED, withinMs: WITHIN_MS };
    return suggestionsFor(await tokenIndex.search(profile.name, query));
  };
}

function suggestionsFor(answer: IndexAnswer): Suggestions {
  if (answer.kind === 'loading') return nothing('The list is still being read. Type again in a moment.');
  if (answer.kind === 'failed') return nothing(WHY_NOT[answer.reason] ?? NO_ANSWER);
  const { tokens, more, partial } = answer;
  if (tokens.length === 0)
    return nothing(partial ? 'Nothing found so far: not all tokens were read.' : 'No token fits this.');
  const said = more
    ? `The first ${count(tokens.length, 'token')}. Type more to find others.`
    : count(tokens.length, 'token');
  return group(partial ? `${said} Not all were read yet.` : said, tokens.map(tokenOption));
}

const NO_ANSWER = 'The cluster cannot be asked now. Paste token IDs instead.';
/** Slack takes 75 characters. */
const WHY_NOT: Partial<Record<TokenServiceErrorKind, string>> = {
  unauthenticated: 'The management token is refused: whoever runs the bot must renew it.',
  denied: 'The cluster forbids listing its tokens. Paste token IDs instead.',
};

function group(label: string, options: Option[]): Suggestions {
  return { option_groups: [{ label: { type: 'plain_text', text: label }, options }] };
}

/** Something that can be read, and chosen in vain: Slack offers nothing else to say it with. */
function nothing(words: string): Suggestions {
  return group(words, [{ text: { type: 'plain_text', text: '(nothing to choose)' }, value: 'nothing' }]);
}
