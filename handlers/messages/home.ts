import type { HomeView, KnownBlock } from '@slack/types';
import type { Desk, Past } from '../../src/revocation/looking/desk.ts';
import type { Person, PlanHead } from '../../src/revocation/looking/desk-steps.ts';
import type { LeftRotations } from '../../src/revocation/rotating/rotation-steps.ts';
import { freezeState } from './freeze.ts';
import { attentionParts, recentParts, rightsParts } from './home-parts.ts';
import { buttons, heading, type Part, paragraph } from './parts.ts';
import { alsoPendingMessage, runningMessage } from './pending.ts';
import { planMessage } from './plan.ts';
import type { ProfileRights } from './rights.ts';
import { blocksOf } from './views.ts';
import { count, type ShownProfile } from './words.ts';

/** Slack takes 100 blocks: https://docs.slack.dev/reference/views/home-tab-views */
const BLOCKS = 100;
/** And 250 KB in all, of which this leaves some. */
const BYTES = 200_000;
/** What is only named needs at most so much. */
const NAMED = { blocks: 7, bytes: 20_000 };
const RUNNING_WHOLE = 3;

/** What the App Home of one person shows. */
export interface HomeState {
  readonly person: Person;
  readonly rights: readonly ProfileRights[];
  readonly desk: Desk;
  readonly past: Past;
  /** What this person had revoked or looks after, and nobody has said to be rotated. */
  readonly rotations: readonly LeftRotations[];
  readonly profileOf: (name: string) => ShownProfile;
  readonly now: Date;
}

/** What waits for somebody, what runs, what needs attention, what was, and what they may do. Within Slack's limits at any size. */
export function homeView(state: HomeState): HomeView {
  const { desk, past, rights, person, now } = state;
  const top = blocksOf(
    heading('InfluxDB tokens'),
    desk.freeze && freezeState(desk.freeze),
    rights.some(({ start }) => start.allowed) ? beginning() : undefined,
  );
  const below = [
    ...running(state),
    ...blocksOf(
      ...attentionParts(state),
      ...recentParts(past),
      ...rightsParts(person, rights),
      paragraph('As of ', { time: now, format: '{date_short_pretty} {time_secs}' }, '. This page keeps up by itself.'),
    ),
  ];
  return { type: 'home', blocks: [...top, ...waiting(state, [...top, ...below]), ...below] };
}

/** For somebody who may nothing at all, whoever they are: why. */
export function strangersHomeView({ user }: Person, why: string): HomeView {
  return {
    type: 'home',
    blocks: blocksOf(heading('InfluxDB tokens'), paragraph('You are ', { person: user }, '. ', why)),
  };
}

function beginning(): Part {
  const label = 'Revoke tokens: choose or paste them in a dialog';
  return buttons({ action: 'open_dialog', text: 'Revoke tokens…', value: 'home', label });
}

/** The plans that wait, the newest first: whole as long as there is room for it beside the other blocks, else by reference. */
function waiting(state: HomeState, others: readonly KnownBlock[]): KnownBlock[] {
  const { desk, now, profileOf } = state;
  const { whole } = desk.waiting;
  const inAll = whole.length + desk.waiting.others.length;
  const shown = blocksOf(
    heading(inAll > 0 ? `${count(inAll, 'plan')} waiting for your click` : 'Nothing waits for your click'),
  );
  const left: PlanHead[] = [];
  for (const plan of whole) {
    const { blocks } = planMessage(plan, profileOf(plan.profile), now, { freeze: desk.freeze });
    const all = [...others, ...shown, ...blocks];
    const fits = all.length <= BLOCKS - NAMED.blocks && size(all) <= BYTES - NAMED.bytes;
    if (fits) shown.push(...blocks);
    else left.push(plan);
  }
  const named = alsoPendingMessage({
    ...desk,
    waiting: { whole: [], others: [...left, ...desk.waiting.others] },
    running: {
      whole: [],
      others: [...desk.running.whole.slice(RUNNING_WHOLE).map(({ plan }) => plan.id), ...desk.running.others],
    },
  });
  return [...shown, ...(named?.blocks ?? [])];
}

function running({ desk, profileOf }: HomeState): KnownBlock[] {
  const { whole, others } = desk.running;
  const inAll = whole.length + others.length;
  if (inAll === 0) return [];
  return [
    ...blocksOf(heading(`${count(inAll, 'revocation')} running`)),
    ...whole.slice(0, RUNNING_WHOLE).flatMap((one) => runningMessage(one, profileOf(one.plan.profile)).blocks),
  ];
}

function size(blocks: readonly KnownBlock[]): number {
  return Buffer.byteLength(JSON.stringify(blocks));
}
