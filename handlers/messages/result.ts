import type { News } from '../../src/revocation/announcer.ts';
import { reference } from '../../src/revocation/ids.ts';
import { isSharedAtOnce, type Plan, tokensOf } from '../../src/revocation/plan.ts';
import { type Item, leftOver } from '../../src/revocation/revocation.ts';
import { shortId, shortIds, type Token, type TokenId } from '../../src/revocation/token.ts';
import { briefRows } from './brief.ts';
import { outcomesPart, ROWS_AT_MOST, reasonsPart, totalsText } from './outcomes.ts';
import {
  type ButtonSpec,
  buttons,
  code,
  compose,
  fitting,
  lines,
  list,
  type Message,
  type Part,
  paragraph,
} from './parts.ts';
import { shareSpec } from './share-button.ts';
import { createLine, revokeLines } from './shell.ts';
import { descriptionOf } from './token-rows.ts';
import { clean } from './untrusted.ts';
import { count, duration, profileHeading, type ShownProfile } from './words.ts';

const ROWS_IN_FULL = 20;
/** Half of what a message holds: the other half is for the outcomes and the rest. */
const CREATE_BLOCKS = 25;
/** Where there are many tokens, the lines to do things by hand need more of it. */
const CREATE_BLOCKS_OF_MANY = 15;
const DATABASES_NAMED = 30;
const NEW_TOKEN_PAGE = 'https://docs.influxdata.com/influxdb3/clustered/admin/tokens/database/create/';

export type Result = Extract<News, { readonly about: 'result' | 'shared result' }>;

/** What became of every token, and what is left to do. */
export function resultMessage(result: Result, profile: ShownProfile, now: Date): Message {
  const { plan, items, revocation } = result;
  const tookMs = (revocation.finishedAt ?? now).getTime() - revocation.createdAt.getTime();
  return compose(
    profileHeading(profile),
    paragraph({ bold: totalsText(items) }, ` · ${duration(tookMs)} · `, { code: reference(plan.id) }),
    ...(items.length > ROWS_AT_MOST ? [outcomesPart(items), reasonsPart(items)] : [rows(result)]),
    revocation.stoppedBy === undefined ? undefined : paragraph('Stopped by ', { person: revocation.stoppedBy }, '.'),
    attention(items),
    ...rotation(plan, items, now),
    ...byHand(plan, items),
    nextSteps(plan, items),
  );
}

function nextSteps(plan: Plan, items: readonly Item[]): Part | undefined {
  const left = leftOver(items).length;
  const text = left === 1 ? 'Retry this one' : `Retry these ${left}`;
  const retry: ButtonSpec[] =
    left === 0 ? [] : [{ action: 'retry_tokens', text, value: plan.id, label: `${text}: shows a new plan first` }];
  const share = isSharedAtOnce(plan) ? undefined : shareSpec(plan);
  const specs = [...retry, ...(share ? [share] : [])];
  return specs.length > 0 ? buttons(...specs) : undefined;
}

function rows({ plan, items }: Result): Part {
  const tokens = tokensOf(plan);
  const short = shortIds(items.map(({ tokenId }) => tokenId));
  if (items.length > ROWS_IN_FULL)
    return {
      ...lines(
        items.map(
          (item) => `${short(item.tokenId)} ${nameOf(tokens.get(item.tokenId), 36)}: ${outcomeText(item, plan)}`,
        ),
      ),
      brief: briefRows(items.map((item) => `${short(item.tokenId)}: ${outcomeText(item, plan)}`)),
    };
  return list(
    items.map((item) => [
      { bold: nameOf(tokens.get(item.tokenId)) },
      ' ',
      { code: short(item.tokenId) },
      `: ${outcomeText(item, plan)}`,
    ]),
  );
}

function outcomeText(item: Item, plan: Plan): string {
  const note = item.note ? ` (${clean(item.note, 150)})` : '';
  return `${item.outcome ?? 'running'}${note}${plan.debug ? debugText(item, plan) : ''}`;
}

function debugText({ status, attempt, startedAt, doneAt, tokenId }: Item, plan: Plan): string {
  const ms = startedAt && doneAt ? `, ${doneAt.getTime() - startedAt.getTime()} ms` : '';
  const request = attempt > 0 ? `, ${plan.id.slice(0, 8)}-${shortId(tokenId)}-${attempt}` : '';
  return ` [${status || 'no status'}, ${count(attempt, 'attempt')}${ms}${request}]`;
}

function attention(items: readonly Item[]): Part | undefined {
  const unknown = items.filter(({ outcome }) => outcome === 'unknown').length;
  if (unknown === 0) return undefined;
  return paragraph(
    { bold: `${count(unknown, 'token')} need${unknown === 1 ? 's' : ''} attention:` },
    ' a request was sent and the cluster never said what became of it. Look it up before you rely on it.',
  );
}

function rotation(plan: Plan, items: readonly Item[], now: Date): Part[] {
  const tokens = tokensOf(plan);
  const revoked = items.flatMap((item) => (item.outcome === 'revoked' ? (tokens.get(item.tokenId) ?? []) : []));
  if (revoked.length === 0) return [];
  const page = { link: 'Creating a database token', url: NEW_TOKEN_PAGE };
  return [
    paragraph(
      { bold: 'Rotate: clients that used these tokens need a new one.' },
      ` Databases concerned: ${databases(revoked)}. `,
      page,
    ),
    ...createLines(plan, revoked, now),
  ];
}

/** The line for each token, as far as there is one and it has room; the others are named. */
function createLines({ profile }: Plan, revoked: readonly Token[], now: Date): Part[] {
  const written = revoked.flatMap((token) => {
    const line = createLine(profile, token, now);
    return line === undefined ? [] : [{ id: token.id, line }];
  });
  const allLines = written.map(({ line }) => line);
  const shown = fitting(allLines, revoked.length > ROWS_AT_MOST ? CREATE_BLOCKS_OF_MANY : CREATE_BLOCKS);
  const short = shortIds(revoked.map(({ id }) => id));
  const named = (ids: readonly TokenId[]) => ids.map(short).join(', ');
  const unwritten = revoked.filter(({ id }) => written.every((one) => one.id !== id)).map(({ id }) => id);
  const withoutRoom = written.slice(shown).map(({ id }) => id);
  return [
    code(allLines.slice(0, shown)),
    ...(unwritten.length > 0
      ? [
          lines([
            `No influxctl line fits the permissions of ${named(unwritten)}. See influxctl token get --include-revoked.`,
          ]),
        ]
      : []),
    ...(withoutRoom.length > 0
      ? [
          lines([
            `There is no room here for the lines of ${named(withoutRoom)}. See influxctl token get --include-revoked.`,
          ]),
        ]
      : []),
  ];
}

function databases(tokens: readonly Token[]): string {
  const names = [...new Set(tokens.flatMap(({ permissions }) => permissions.map(({ resource }) => resource)))].sort();
  if (names.length === 0) return 'none';
  const shown = names.slice(0, DATABASES_NAMED).map((name) => (name === '*' ? 'all (*)' : clean(name, 64)));
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ');
}

function byHand(plan: Plan, items: readonly Item[]): Part[] {
  const left = leftOver(items).map(({ tokenId }) => tokenId);
  if (left.length === 0) return [];
  return [paragraph({ bold: 'To do it by hand:' }), code(revokeLines(plan.profile, left))];
}

function nameOf(token: Token | undefined, maximum?: number): string {
  return token ? descriptionOf(token, maximum) : '(unknown)';
}
