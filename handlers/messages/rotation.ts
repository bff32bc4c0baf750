import { reference } from '../../src/revocation/ids.ts';
import { tokensOf } from '../../src/revocation/plan.ts';
import type { Listed } from '../../src/revocation/rights/policy.ts';
import { isClosable, type Rotation, type RotationState } from '../../src/revocation/rotating/rotation.ts';
import type { RotationNews } from '../../src/revocation/rotating/rotation-news.ts';
import { shortIds, type Token, type TokenId } from '../../src/revocation/token.ts';
import {
  type ButtonSpec,
  buttons,
  compose,
  lines,
  list,
  type Message,
  type Part,
  paragraph,
  type Span,
} from './parts.ts';
import { descriptionOf } from './token-rows.ts';
import { clean } from './untrusted.ts';
import { count } from './words.ts';

/** As many as a phone shows without scrolling for long; the next ones move up as these are closed. */
const WITH_BUTTONS = 5;
const OTHERS_NAMED = 60;
const CLOSED_SHOWN = 5;
const DESCRIPTION = 50;
const DATABASES = 3;
const DATABASE = 32;
const OWNERS = 3;
const OWNERS_OF_OTHERS = 8;
const AT = '{date_short_pretty} {time}';

interface Shown extends RotationNews {
  readonly short: (id: TokenId) => string;
}

/** What is left to rotate after a revocation, with a way to say what became of it. In a channel it holds short IDs and no more. */
export function rotationMessage(told: RotationNews): Message {
  const news: Shown = { ...told, short: shortIds(told.rotations.map(({ tokenId }) => tokenId)) };
  const left = news.rotations.filter(isClosable);
  if (left.length === 0) return closedMessage(news);
  const tokens = tokensOf(news.plan);
  const others = left.slice(WITH_BUTTONS);
  return compose(
    title(news, left.length),
    ...left
      .slice(0, WITH_BUTTONS)
      .flatMap((rotation) => [row(rotation, tokens.get(rotation.tokenId), news), answers(rotation, news)]),
    ...othersParts(others, news),
    closedSoFar(news),
    nextTime(news),
    ...together(news, left.length),
  );
}

function title({ about, plan, rotations, openedAt, detailed }: RotationNews, left: number): Part {
  const place = detailed ? ` on ${plan.profile}` : '';
  const named: Span[] = [' · ', { code: reference(plan.id) }];
  const whose: Span[] = [' Revoked for ', { person: plan.requester.user }, ' ', { time: openedAt, format: AT }, '.'];
  const of = left < rotations.length ? `${left} of ${count(rotations.length, 'token')}` : count(left, 'token');
  switch (about) {
    case 'opened':
      return paragraph(
        { bold: `To rotate: ${of}${place}` },
        ...named,
        '. Press Rotated once the clients of a token have a new one, or Not needed.',
        ...whose,
      );
    case 'given up':
      return paragraph({ bold: `Given up: nobody said what became of ${of}${place}` }, ...named, '.', ...whose);
    default:
      return paragraph({ bold: `Still to rotate: ${of}${place}` }, ...named, '.', ...whose);
  }
}

function row({ tokenId }: Rotation, token: Token | undefined, { detailed, owners, short }: Shown): Part {
  const shown: Span[] = detailed && token ? [{ bold: descriptionOf(token, DESCRIPTION) }, ' '] : [];
  const databases = detailed && token ? ` · ${databasesOf(token)}` : '';
  return paragraph(...shown, { code: short(tokenId) }, databases, ...mentions(owners.get(tokenId) ?? [], OWNERS));
}

/** What can be said of one token. */
function answers({ id, tokenId }: Rotation, { short: shortId }: Shown): Part {
  const short = shortId(tokenId);
  return buttons(
    { action: 'token_rotated', text: 'Rotated', value: id, label: `Rotated: clients of ${short} have a new token` },
    { action: 'rotation_not_needed', text: 'Not needed', value: id, label: `Not needed: nothing used ${short}` },
  );
}

/** Those without buttons of their own, and who looks after them. */
function othersParts(others: readonly Rotation[], { owners, short }: Shown): Part[] {
  if (others.length === 0) return [];
  const named = others.slice(0, OTHERS_NAMED).map(({ tokenId }) => short(tokenId));
  const more = others.length > named.length ? ` and ${others.length - named.length} more` : '';
  const theirs = mentions(
    others.flatMap(({ tokenId }) => owners.get(tokenId) ?? []),
    OWNERS_OF_OTHERS,
  );
  const text = `${others.length} more, with buttons here as those above are closed: ${named.join(', ')}${more}`;
  return [lines([text]), ...(theirs.length > 0 ? [paragraph('These', ...theirs)] : [])];
}

function nextTime({ about, nextAt, detailed, owners }: RotationNews): Part {
  if (!nextAt) return paragraph('Nobody is reminded any more. The buttons still work.');
  const at: Span[] = [{ time: nextAt, format: AT }, '.'];
  const alone =
    detailed && owners.size > 0 ? ' Owners do not see this message: share the result, and they are told below it.' : '';
  return about === 'snoozed'
    ? paragraph({ bold: 'Snoozed.' }, ' The next reminder comes ', ...at, alone)
    : paragraph('Next reminder ', ...at, alone);
}

/** What can be said of all at once. */
function together({ plan, nextAt }: RotationNews, left: number): Part[] {
  const value = plan.id;
  const all: ButtonSpec[] = [
    { action: 'token_rotated', text: `All ${left} rotated`, value, label: `All ${left} tokens are rotated` },
    {
      action: 'rotation_not_needed',
      text: 'None needed',
      value,
      label: `None of these ${left} tokens needs a new one`,
    },
  ];
  const snooze: ButtonSpec = {
    ...{ action: 'snooze_rotation', text: 'Snooze until tomorrow', value },
    label: 'Snooze: the next reminder comes tomorrow at this time',
  };
  const shown = [...(left > 1 ? all : []), ...(nextAt ? [snooze] : [])];
  return shown.length > 0 ? [buttons(...shown)] : [];
}

function closedMessage(news: Shown): Message {
  const { plan, rotations } = news;
  return compose(
    paragraph({ bold: `Nothing left to rotate: ${totals(rotations)}.` }, ' ', { code: reference(plan.id) }),
    list(latest(rotations, news)),
  );
}

/** In a reminder only how many: whoever closed them need not be reminded. */
function closedSoFar(news: Shown): Part | undefined {
  const { about, rotations } = news;
  const closed = rotations.filter((rotation) => !isClosable(rotation));
  if (closed.length === 0) return undefined;
  const summary = paragraph(`Closed so far: ${totals(closed)}.`);
  const { blocks, text } = list(about === 'pressed' || about === 'snoozed' ? latest(closed, news) : []);
  return { blocks: [...summary.blocks, ...blocks], text: [summary.text, text].filter(Boolean).join('\n') };
}

function latest(closed: readonly Rotation[], { short }: Shown): Span[][] {
  const time = ({ closedAt }: Rotation) => closedAt?.getTime() ?? 0;
  const sorted = closed.toSorted((a, b) => time(b) - time(a));
  const rows = sorted
    .slice(0, CLOSED_SHOWN)
    .map((rotation): Span[] => [{ code: short(rotation.tokenId) }, ': ', ...closedSpans(rotation)]);
  return closed.length > CLOSED_SHOWN ? [...rows, [`and ${closed.length - CLOSED_SHOWN} more`]] : rows;
}

/** `rotated by @alice at 10:15` */
export function closedSpans({ state, closedBy, closedAt }: Rotation): Span[] {
  const by: Span[] = closedBy ? [' by ', { person: closedBy }] : [];
  return [state, ...by, ...(closedAt ? [' ', { time: closedAt, format: AT }] : [])];
}

const STATES: readonly RotationState[] = ['rotated', 'not needed', 'given up'];

function totals(rotations: readonly Rotation[]): string {
  const counts = STATES.map((state) => ({ state, number: rotations.filter((one) => one.state === state).length }));
  return counts.flatMap(({ state, number }) => (number > 0 ? [`${number} ${state}`] : [])).join(', ');
}

function databasesOf({ permissions }: Token): string {
  const names = [...new Set(permissions.map(({ resource }) => resource))].sort();
  if (names.length === 0) return 'no databases';
  const shown = names.slice(0, DATABASES).map((name) => (name === '*' ? 'all databases (*)' : clean(name, DATABASE)));
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ');
}

/** People and groups, each once. */
function mentions(owners: readonly Listed[], maximum: number): Span[] {
  const people = new Set(owners.flatMap(({ users }) => users));
  const groups = new Set(owners.flatMap(({ usergroups }) => usergroups));
  const spans: Span[] = [
    ...[...groups].map((usergroup) => ({ usergroup })),
    ...[...people].map((person) => ({ person })),
  ];
  if (spans.length === 0) return [];
  const shown = spans.slice(0, maximum).flatMap((span) => [' ', span]);
  return [' · looked after by', ...shown, spans.length > maximum ? ` and ${spans.length - maximum} more` : ''];
}
