import { type ListedToken, MOST_PAGES, PAGE_TOKENS, type TokenPage } from '../../src/revocation/looking/token-page.ts';
import type { NotRead, ReadPage } from '../../src/revocation/looking/token-reader.ts';
import { shortId, type Token } from '../../src/revocation/token.ts';
import { type ListQuery, listValue, planValueOf } from '../list-query.ts';
import { plain } from './answers.ts';
import { type ButtonSpec, buttons, compose, type Message, type Part, paragraph, type Span } from './parts.ts';
import { jsonArray } from './token-json.ts';
import { descriptionOf, type ShownToken, tokenRow } from './token-rows.ts';
import { clean } from './untrusted.ts';
import { count, duration, profileHeading, type ShownProfile } from './words.ts';

const LABEL = 75;
const REACHABLE = MOST_PAGES * PAGE_TOKENS;

/** One page of a list. Whoever may revoke has a button beside every token that is not revoked. */
export function tokenListMessage(
  { page, mayRevoke }: Extract<ReadPage, { kind: 'page' }>,
  query: ListQuery,
  profile: ShownProfile,
  now: Date,
): Message {
  if (page.total === 0) return compose(profileHeading(profile), ...nothing(query));
  return compose(
    profileHeading(profile),
    paragraph({ bold: `${rangeOf(page)} of ${count(page.total, 'token')}` }, ...narrowing(query)),
    ...(query.format === 'json' ? jsonParts(page.tokens) : page.tokens.flatMap((token) => row(token, now))),
    page.total > REACHABLE ? tooMany() : undefined,
    ...turning(page, query),
  );

  function row(token: ListedToken, at: Date): Part[] {
    const button = mayRevoke && !token.revokedAt ? [buttons(planButton(profile, token))] : [];
    return [paragraph(...listedRow(token, at)), ...button];
  }
}

/** One token with its whole ID, to be copied. */
export function listedRow(token: ShownToken, now: Date): Span[] {
  const { revokedAt } = token;
  return [
    ...tokenRow(token, now),
    ...(revokedAt ? [' · ', { bold: `revoked ${revokedAt.toISOString().slice(0, 10)}` }] : []),
    '\n',
    { code: token.id },
  ];
}

/** Starts a plan for this token. */
export function planButton({ name }: ShownProfile, token: Token): ButtonSpec {
  const label = `Revoke ${shortId(token.id)}, ${descriptionOf(token, 40)}: shows the plan first`;
  const value = planValueOf(name, token.id);
  return { action: 'plan_token', text: 'Revoke…', value, label: clean(label, LABEL).slice(0, LABEL).toWellFormed() };
}

/** Said while a cluster takes its time. */
export function slowListing({ name }: ShownProfile, readSoFar: number): Message {
  return plain(
    `Listing the tokens of ${name} takes a while: ${count(readSoFar, 'matching token')} so far. The list follows here when the cluster has told all of them.`,
  );
}

/** Why somebody does not see the tokens they asked for, and what to do. */
export function readFailure(failure: NotRead, profile: string): Message {
  if (failure.kind === 'refused') return plain(failure.message);
  const { reason, retryAfterMs } = failure;
  const again = retryAfterMs === undefined ? 'in a moment' : `in ${duration(retryAfterMs)}`;
  return plain(FAILURES[reason](profile, again));
}

const FAILURES = {
  unauthenticated: (profile) =>
    `The cluster rejected the bot's own management token for ${profile}: it is expired or wrong. Nothing was read. Whoever runs the bot has to renew it.`,
  denied: (profile) =>
    `The cluster of ${profile} does not let the bot read its tokens. Nothing was read. Whoever runs the bot has to give its management token the right to.`,
  invalid: (profile) =>
    `The cluster of ${profile} called the request invalid. Nothing was read. Whoever runs the bot has to look at its log.`,
  throttled: (profile, again) => `The cluster of ${profile} asked to slow down. Nothing was read. Try again ${again}.`,
  limited: (profile, again) =>
    `Too many calls to the cluster of ${profile} are waiting already. Nothing was read. Try again ${again}.`,
  busy: (profile, again) => `The cluster of ${profile} could not answer. Nothing was read. Try again ${again}.`,
  lost: (profile) =>
    `The cluster of ${profile} did not answer in time, or not to the end. Nothing is shown, since some could be missing. Try again, with --timeout 5m where it has many tokens.`,
  protocol: (profile) =>
    `The cluster of ${profile} answered something that is not its API. Nothing was read. Whoever runs the bot has to look at its log.`,
} satisfies Record<Extract<NotRead, { kind: 'failed' }>['reason'], (profile: string, again: string) => string>;

function rangeOf({ page, tokens }: TokenPage): string {
  const first = page * PAGE_TOKENS + 1;
  return tokens.length === 1 ? `${first}` : `${first}–${first + tokens.length - 1}`;
}

/** How a list was narrowed, as typed. */
function narrowing({ search, database, includeRevoked, order }: ListQuery): Span[] {
  return [
    search ? ` · search “${clean(search, 200)}”` : '',
    database ? ` · for ${clean(database, 64)}, or for all databases` : '',
    includeRevoked ? ' · revoked ones too' : '',
    ` · by ${order}`,
  ];
}

function nothing(query: ListQuery): Part[] {
  const { search, database, includeRevoked } = query;
  const wider = [
    ...(search ? ['search for less'] : []),
    ...(database ? ['leave out --database'] : []),
    ...(includeRevoked ? [] : ['add --include-revoked']),
    'choose another --profile',
  ];
  return [
    paragraph({ bold: 'No token was found.' }, ...narrowing(query)),
    paragraph(`To find more: ${wider.join(', or ')}.`),
  ];
}

function jsonParts(tokens: readonly ListedToken[]): Part[] {
  const { part, left } = jsonArray(tokens);
  const abridged = tokens.some(({ description, permissionsLeft }) => permissionsLeft > 0 || description.length >= 300);
  return [
    part,
    ...(left > 0
      ? [paragraph(`${count(left, 'token')} of this page did not fit. Without --format json all of them are shown.`)]
      : []),
    ...(abridged
      ? [paragraph('Of each token 300 characters and 30 permissions are shown; /influx token get shows all of one.')]
      : []),
  ];
}

function tooMany(): Part {
  return paragraph(`Only the first ${REACHABLE} can be paged through. Narrow the search to see others.`);
}

function turning({ page, pages }: TokenPage, query: ListQuery): Part[] {
  const turn = (action: string, text: string, to: number): ButtonSpec => ({
    ...{ action, text, value: listValue(query, to) },
    label: `${text}: page ${to + 1} of ${pages}`,
  });
  const specs = [
    ...(page > 0 ? [turn('list_page', 'Earlier', page - 1)] : []),
    ...(page < pages - 1 ? [turn('list_page_later', 'Later', page + 1)] : []),
  ];
  return specs.length > 0 ? [buttons(...specs)] : [];
}
