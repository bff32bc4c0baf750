import { z } from 'zod';
import { isTokenId } from '../src/command-line/token-ids.ts';
import { UserError } from '../src/errors.ts';
import { SINCE_FORMS, sinceOf } from '../src/ops/since.ts';
import type { Turn } from '../src/revocation/auditing/audit-pages.ts';
import type { AuditQuery } from '../src/revocation/auditing/audit-trail.ts';
import { slackId } from './wire/sender.ts';

/** What somebody asks of the audit log, and which page of the answer. */
export interface AuditQuestion {
  readonly query: AuditQuery;
  readonly turn: Turn;
}

const SINCE = '7d';

/** What the words of the command ask, from this person at this time. Throws a `UserError` that says what to write instead. */
export function questionOf(
  words: {
    readonly token?: string | undefined;
    readonly user?: string | undefined;
    readonly since?: string | undefined;
  },
  { user, now }: { readonly user: string; readonly now: Date },
): AuditQuery {
  return { token: tokenOf(words.token), user: userOf(words.user, user), since: timeOf(words.since ?? SINCE, now) };
}

function tokenOf(word: string | undefined): string | undefined {
  const token = word?.replaceAll('`', '').trim().toLowerCase();
  if (token === undefined || isAboutToken(token)) return token;
  throw new UserError('--token takes a token ID, or the first eight digits of one. Nothing was read.');
}

const isAboutToken = (text: string) => isTokenId(text) || /^[0-9a-f]{8}$/.test(text);

function userOf(word: string | undefined, asking: string): string | undefined {
  if (word === undefined) return undefined;
  if (word.toLowerCase() === 'me') return asking;
  // A mention arrives as `@U…`, and so does a name that somebody typed: as `@name`.
  const [, id] = /^@?([UW](?=.*\d)[A-Z0-9]{8,30})$/.exec(word.startsWith('@') ? word : word.toUpperCase()) ?? [];
  if (id !== undefined) return id;
  throw new UserError(
    '--user takes me, or a member ID such as U0123ABCD: in Slack, open the person’s profile, ⋮, “Copy member ID”. Slack does not tell the bot whom a typed name means. Nothing was read.',
  );
}

function timeOf(word: string, now: Date): Date {
  const since = sinceOf(word, now);
  if (since) return since;
  throw new UserError(`--since takes ${SINCE_FORMS}. Nothing was read.`);
}

const number = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** What a button carries. It came back from a client, so it may be anything. */
const carried = z.strictObject({
  since: z.coerce.number().int().min(-8.64e15).max(8.64e15),
  token: z.string().refine(isAboutToken).optional(),
  user: slackId.user.optional(),
  profile: z.string().min(1).max(100).optional(),
  earlier: number.optional(),
  later: number.optional(),
});

/** What a button asks; undefined when it is not one of ours. */
export function questionIn(value: string): AuditQuestion | undefined {
  const { data } = carried.safeParse(Object.fromEntries(new URLSearchParams(value)));
  if (!data) return undefined;
  const { since, earlier, later, ...rest } = data;
  return { query: { ...rest, since: new Date(since) }, turn: turnOf(earlier, later) };
}

function turnOf(earlier: number | undefined, later: number | undefined): Turn {
  if (earlier !== undefined) return { to: 'earlier', than: earlier };
  return later === undefined ? { to: 'latest' } : { to: 'later', than: later };
}

/** The question as a button carries it: below Slack's 2,000 characters. */
export function buttonValue({ query: { since, token, user, profile }, turn }: AuditQuestion): string {
  const value = new URLSearchParams({ since: String(since.getTime()) });
  for (const [name, text] of Object.entries({ token, user, profile })) if (text !== undefined) value.set(name, text);
  if (turn.to !== 'latest') value.set(turn.to, String(turn.than));
  return value.toString();
}
