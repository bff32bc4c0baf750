import type { Freeze } from '../../src/revocation/freeze.ts';
import { type PlanId, reference } from '../../src/revocation/ids.ts';
import type { Desk, RunningRevocation } from '../../src/revocation/looking/desk.ts';
import type { PlanHead } from '../../src/revocation/looking/desk-steps.ts';
import type { Plan } from '../../src/revocation/plan.ts';
import { freezeState } from './freeze.ts';
import { compose, list, type Message, type Part, paragraph, type Span } from './parts.ts';
import { planMessage } from './plan.ts';
import { progressMessage } from './progress.ts';
import { count, duration, type ShownProfile } from './words.ts';

const ROWS_SHOWN = 20;

/** A plan that still waits, as it was shown, with the time that is left. */
export function waitingMessage(plan: Plan, profile: ShownProfile, now: Date, freeze: Freeze | undefined): Message {
  const left = duration(Math.max(plan.expiresAt.getTime() - now.getTime(), 0));
  return planMessage(plan, profile, now, { again: `This plan still waits for your click: ${left} left.`, freeze });
}

/** A revocation that runs, with **Stop the rest**. */
export function runningMessage(running: RunningRevocation, profile: ShownProfile): Message {
  return progressMessage({ about: 'progress', ...running }, profile);
}

/** Whether anything at all of this person is open. */
export function isEmpty({ waiting, underWay, running }: Desk): boolean {
  return [waiting.whole, waiting.others, underWay, running.whole, running.others].every(({ length }) => length === 0);
}

/** Nothing waits, which is said: with the references asked for, nothing of these does. */
export function nothingPendingMessage({ freeze }: Desk, references: readonly string[] | undefined): Message {
  const what = references
    ? `Nothing of yours with the reference ${references.join(', ')} waits or runs. /influx pending shows what does.`
    : 'Nothing waits for your click, and no revocation of yours is running.';
  return compose(paragraph(what), freeze && freezeState(freeze));
}

/** What is not shown whole, by reference, and how to get at it; undefined where everything is. */
export function alsoPendingMessage({ waiting, underWay, running }: Desk): Message | undefined {
  if (waiting.others.length + underWay.length + running.others.length === 0) return undefined;
  return compose(
    ...rows('No click needed yet', underWay, ({ id, profile, state }) => [
      { code: reference(id) },
      ` on ${profile}: ${state === 'draft' ? 'its tokens are being read' : 'your click is being checked'}`,
    ]),
    ...rows(`Also waiting for your click: ${count(waiting.others.length, 'plan')}`, waiting.others, otherRow),
    ...rows(`Also running: ${count(running.others.length, 'revocation')}`, running.others, runningRow),
    waiting.others.length + running.others.length > 0
      ? paragraph('To see one of these whole, with its buttons, type for example ', {
          code: `/influx pending ${reference(waiting.others[0]?.id ?? running.others[0] ?? '')}`,
        })
      : undefined,
  );
}

function otherRow({ id, profile, expiresAt }: PlanHead): Span[] {
  return [{ code: reference(id) }, ` on ${profile}, until `, { time: expiresAt, format: '{time}' }];
}

function runningRow(id: PlanId): Span[] {
  return [{ code: reference(id) }];
}

/** A title and the first of its rows; nothing where there are none. */
function rows<T>(title: string, all: readonly T[], row: (one: T) => Span[]): Part[] {
  if (all.length === 0) return [];
  const shown = all.slice(0, ROWS_SHOWN).map(row);
  if (all.length > ROWS_SHOWN) shown.push([`and ${all.length - ROWS_SHOWN} more`]);
  return [paragraph({ bold: `${title}.` }), list(shown)];
}
