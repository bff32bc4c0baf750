import { reference } from '../../src/revocation/ids.ts';
import type { Past } from '../../src/revocation/looking/desk.ts';
import type { EndedRevocation, Person, Undelivered } from '../../src/revocation/looking/desk-steps.ts';
import type { Item } from '../../src/revocation/revocation.ts';
import type { LeftRotations } from '../../src/revocation/rotating/rotation-steps.ts';
import { shortId } from '../../src/revocation/token.ts';
import { heading, list, type Part, paragraph, type Span } from './parts.ts';
import { type ProfileRights, reasonForNothing, rightsRow } from './rights.ts';
import { clean } from './untrusted.ts';
import { count } from './words.ts';

const ROWS_SHOWN = 10;
const PROFILES_NAMED = 20;
/** Rows of one block together stay below this, under Slack's 3,000 for a text. */
const LIST_SIZE = 2_900;
const LISTS = 10;

type Row = readonly Span[];

/** What this person has to look at. */
export interface Attention {
  readonly person: Person;
  readonly past: Past;
  readonly rotations: readonly LeftRotations[];
}

/** What this person has to look at, each with what to do about it; nothing where all is well. */
export function attentionParts({ person, past, rotations }: Attention): Part[] {
  const { troubles, undelivered } = past;
  const parts = [
    ...titled(
      `${count(troubles.length, 'token')} with an unknown or failed outcome in the last 7 days.`,
      troubles.map(troubleRow),
      [
        'Unknown: a request was sent, and the cluster never said what became of it. Look it up before you rely on it: ',
        { code: '/influx token get TOKEN_ID' },
      ],
    ),
    ...titled(
      `${count(undelivered.length, 'message')} that Slack has not taken so far.`,
      undelivered.map(undeliveredRow),
      ['They are sent again by themselves. What became of these revocations is below.'],
    ),
    ...titled(
      `${count(rotations.length, 'revocation')} whose clients may still need new tokens.`,
      rotations.map((one) => rotationRow(one, person)),
      ['Press Rotated or Not needed under the message about each: in the thread of its result, or in direct messages.'],
    ),
  ];
  return parts.length > 0 ? [heading('Needs attention'), ...parts] : [];
}

/** A title, the first of its rows, and what to do about them; nothing where there are none. */
function titled(title: string, rows: readonly Row[], cure: Row): Part[] {
  if (rows.length === 0) return [];
  const left = rows.length - ROWS_SHOWN;
  const shown = [...rows.slice(0, ROWS_SHOWN), ...(left > 0 ? [[`and ${left} more`]] : [])];
  return [paragraph({ bold: title }), list(shown), paragraph(...cure)];
}

/** The latest revocations, each with how its tokens ended. */
export function recentParts({ ended }: Past): Part[] {
  return [
    heading('Recent revocations'),
    ended.length > 0 ? list(ended.slice(0, ROWS_SHOWN).map(endedRow)) : paragraph('None of yours so far.'),
  ];
}

/** Who this person is to the bot, and what they may do on each profile, by which rule; where they may nothing, why. */
export function rightsParts({ user, team }: Person, rights: readonly ProfileRights[]): Part[] {
  const nothing = new Map<string, string[]>();
  const something: Row[] = [];
  for (const one of rights) {
    const reason = reasonForNothing(one);
    if (reason === undefined) something.push(rightsRow(one));
    else nothing.set(reason, [...(nothing.get(reason) ?? []), one.profile]);
  }
  const refused = [...nothing].map(([reason, profiles]): Row => [{ bold: named(profiles) }, `: nothing. ${reason}`]);
  return [
    heading('What you may do'),
    paragraph('You are ', { person: user }, ' (', { code: user }, '), in workspace ', { code: team }, '.'),
    ...lists([...something, ...refused]),
  ];
}

function troubleRow({ tokenId, profile, revocationId, outcome, note }: Item): Row {
  return [
    { code: shortId(tokenId) },
    ` on ${profile}, of `,
    { code: reference(revocationId) },
    ': ',
    { bold: outcome ?? 'unknown' },
    note ? ` (${clean(note, 150)})` : '',
  ];
}

function undeliveredRow({ planId, about, attempt }: Undelivered): Row {
  const what = about === 'result' ? 'its result' : 'news of it';
  return [{ code: reference(planId) }, `: ${what}, tried ${count(attempt, 'time')}`];
}

function rotationRow(left: LeftRotations, { user }: Person): Row {
  const { revocationId, profile, operator, openedAt, open, givenUp } = left;
  const words = [open > 0 ? `${open} open` : '', givenUp > 0 ? `${givenUp} given up` : ''].filter(Boolean).join(', ');
  return [
    { code: reference(revocationId) },
    ` on ${profile}, `,
    { time: openedAt, format: '{date_short_pretty} {time}' },
    ': ',
    { bold: words },
    ...(operator === user ? [] : [' · revoked by ', { person: operator }]),
  ];
}

function endedRow({ profile, revocation, totals }: EndedRevocation): Row {
  const outcomes = [...totals].map(([outcome, number]) => `${number} ${outcome}`).join(', ');
  const { id, createdAt, stoppedBy } = revocation;
  return [
    { code: reference(id) },
    ` on ${profile}, `,
    { time: createdAt, format: '{date_short_pretty} {time}' },
    ': ',
    { bold: outcomes },
    ...(stoppedBy === undefined ? [] : [' · stopped by ', { person: stoppedBy }]),
  ];
}

function named(profiles: readonly string[]): string {
  const left = profiles.length - PROFILES_NAMED;
  return `${profiles.slice(0, PROFILES_NAMED).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

/** The rows in as many blocks as they need; those that do not fit into ten are counted. */
function lists(rows: readonly Row[]): Part[] {
  const chunks: Row[][] = [];
  let room = 0;
  for (const [index, row] of rows.entries()) {
    const size = JSON.stringify(row).length;
    if (size > room) {
      if (chunks.length === LISTS)
        return [...chunks.map(list), paragraph(`and ${count(rows.length - index, 'profile')} more: /influx whoami`)];
      chunks.push([]);
      room = LIST_SIZE;
    }
    chunks.at(-1)?.push(row);
    room -= size;
  }
  return chunks.map(list);
}
