import { reference } from '../../src/revocation/ids.ts';
import type { Status } from '../../src/revocation/looking/status.ts';
import { liveTokens, type Plan } from '../../src/revocation/plan.ts';
import type { BrokenChain } from '../../src/revocation/telling/notice.ts';
import { shortId } from '../../src/revocation/token.ts';
import { freezeState } from './freeze.ts';
import { compose, list, type Message, type Part, paragraph, type Span } from './parts.ts';
import { clean } from './untrusted.ts';
import { count } from './words.ts';

const ROWS_SHOWN = 10;

/** How things stand: whether the audit log holds, frozen or not, what runs, what waits, and what somebody has to look at. */
export function statusMessage({
  brokenChain,
  freeze,
  running,
  waiting,
  attention,
  rotations,
  untold,
  paused,
}: Status): Message {
  return compose(
    brokenChain && broken(brokenChain),
    freezeState(freeze),
    ...section(
      running,
      (number) => `${count(number, 'revocation')} running`,
      ({ plan, items }) => [
        ...about(plan),
        `: ${items.filter(({ state }) => state === 'done').length} of ${count(items.length, 'token')} done`,
      ],
    ),
    ...section(
      waiting,
      (number) => `${count(number, 'plan')} waiting for a click`,
      (plan) => [
        ...about(plan),
        `: ${count(liveTokens(plan).length, 'token')}, until `,
        { time: plan.expiresAt, format: '{time}' },
      ],
    ),
    ...section(
      attention,
      (number) => `${count(number, 'token')} with an unknown outcome in the last 7 days`,
      ({ tokenId, profile, revocationId, note }) => [
        { code: shortId(tokenId) },
        ` on ${profile}, of `,
        { code: reference(revocationId) },
        note ? `: ${clean(note, 150)}` : '',
      ],
    ),
    attention.length > 0 ? paragraph('Look these up before you rely on them: influxctl token get.') : undefined,
    toRotate(rotations),
    ...untoldParts(untold),
    ...section(
      [...paused],
      (number) => `${count(number, 'profile')} paused`,
      ([profile, reason]) => [{ bold: profile }, `: ${reason}`],
    ),
  );
}

function broken({ seq, problem }: BrokenChain): Part {
  return paragraph(
    { bold: 'The audit log is not what was written: ' },
    `entry ${seq} ${problem}. Whoever runs the bot should find out who can change its store, and run `,
    { code: 'npm run audit -- verify' },
    '.',
  );
}

function toRotate({ open, oldest, givenUp }: Status['rotations']): Part {
  const since: Span[] = oldest ? [', the oldest since ', { time: oldest, format: '{date_short_pretty} {time}' }] : [];
  const left = givenUp > 0 ? ` ${count(givenUp, 'token')} given up in the last 30 days.` : '';
  return paragraph({ bold: `${count(open, 'token')} still to rotate` }, ...since, '.', left);
}

function untoldParts(untold: Status['untold']): Part[] {
  if (untold.length === 0) return [];
  return [
    ...section(
      untold,
      (number) => `${count(number, 'revocation')} whose rotations nobody can be told of`,
      ({ id, profile, operator }) => [{ code: reference(id) }, ` on ${profile}, asked by `, { person: operator }],
    ),
    paragraph('Slack takes no message about these. See to it that the clients of these tokens get new ones.'),
  ];
}

function about(plan: Plan): Span[] {
  return [{ code: reference(plan.id) }, ` on ${plan.profile}, asked by `, { person: plan.requester.user }];
}

/** A title and its rows, the first few of them; where there is nothing, the title alone says so. */
function section<T>(all: readonly T[], title: (number: number) => string, row: (one: T) => Span[]): Part[] {
  const rows = all.slice(0, ROWS_SHOWN).map(row);
  if (all.length > ROWS_SHOWN) rows.push([`and ${all.length - ROWS_SHOWN} more`]);
  return [paragraph({ bold: `${title(all.length)}.` }), list(rows)];
}
