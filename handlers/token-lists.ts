import { DEFAULT_TIMEOUT_MS } from '../src/command-line/spec.ts';
import { UserError } from '../src/errors.ts';
import type { Clock } from '../src/revocation/clock.ts';
import type { TokenReader } from '../src/revocation/looking/token-reader.ts';
import type { Requester } from '../src/revocation/people.ts';
import type { Plans } from '../src/revocation/planning/plans.ts';
import type { Authorizer } from '../src/revocation/rights/authorization.ts';
import { askForPlan } from './ask-for-plan.ts';
import { type ListQuery, readListValue, readPlanValue } from './list-query.ts';
import { readFailure, slowListing, tokenListMessage } from './messages/token-list.ts';
import { type Profiles, profileNamed } from './profiles.ts';
import type { IncomingClick } from './wire/payloads.ts';
import type { Reaction } from './wire/reaction.ts';
import type { Placement, Responder } from './wire/response-url.ts';

export interface TokenListDependencies {
  readonly authorizer: Authorizer;
  readonly tokenReader: TokenReader;
  readonly plans: Plans;
  readonly profiles: Profiles;
  readonly responder: Responder;
  readonly clock: Clock;
}

type Handler = (click: IncomingClick) => Promise<Reaction>;

/** Reads a page of a list for somebody, and shows it where they asked; the news that it takes a while stands beside it. */
export function showTokens({ tokenReader, profiles, responder, clock }: TokenListDependencies) {
  return async (query: ListQuery, who: Requester, replyUrl: string, placement: Placement): Promise<void> => {
    const profile = profileNamed(profiles, query.profile);
    const onSlow = (readSoFar: number) => responder.respond(replyUrl, slowListing(profile, readSoFar), 'beside');
    const read = await tokenReader.page(profile, who, query, onSlow);
    if (read.kind !== 'page') return responder.respond(replyUrl, readFailure(read, profile.name), 'beside');
    await responder.respond(replyUrl, tokenListMessage(read, query, profile, clock.now()), placement);
  };
}

/** Earlier and Later, under a list: the same list, read anew, in place of the page that was clicked. */
export function listPage(dependencies: TokenListDependencies): Handler {
  const show = showTokens(dependencies);
  return async ({ who, replyUrl, value }) => {
    const query = readListValue(value);
    if (!query || replyUrl === undefined)
      throw new UserError('The bot does not know this list. Type the command again.');
    return { after: () => show(query, who, replyUrl, 'replace') };
  };
}

/** Revoke…, beside a token of a list: a plan for it, as the command would have made it. */
export function planToken({ plans, profiles }: TokenListDependencies): Handler {
  return async ({ who, key, replyUrl, value }) => {
    const asked = readPlanValue(value);
    if (!asked) throw new UserError('The bot does not know this token. Nothing was revoked. Type the command again.');
    const profile = profileNamed(profiles, asked.profile);
    const request = {
      ...{ requester: who, profile: profile.name, tokenIds: [asked.id], reason: '', notes: [] },
      ...{ force: false, debug: false, timeoutMs: DEFAULT_TIMEOUT_MS },
    };
    return askForPlan(plans, request, { key, replyUrl });
  };
}
