import type { Message } from '../../sandbox/slack/message.ts';
import { isResult } from './oracle.ts';
import type { Workspace } from './workspace.ts';

/** When to type or click again, as people do when nothing happens. */
const AGAIN_AFTER_MS = 300;
const TRIES = 400;

export interface Told {
  /** The last plan that was confirmed. */
  readonly plan: Message;
  /** The result, or that there was nothing to revoke any more. */
  readonly result: Message;
}

export interface PersistentOptions {
  /** Somebody who does nothing else meanwhile. */
  readonly user?: string;
  /** Called when a plan is on the screen. */
  readonly onPlan?: (plan: Message) => void;
}

/** Somebody who wants all of these tokens revoked, and types and clicks again whenever it did not work. */
export async function revokePersistently(
  workspace: Workspace,
  tokenIds: readonly string[],
  { user = 'alice', onPlan }: PersistentOptions = {},
): Promise<Told> {
  const { slack } = workspace;
  const screen = screenOf(workspace, user);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { ack } = await slack.command('/influx', `token revoke ${tokenIds.join(' ')}`, { user });
    const shown =
      ack.error === undefined ? await screen.next((message) => isPlan(message) || isEnding(message)) : undefined;
    if (!shown || !isPlan(shown)) {
      if (shown && isNothing(shown)) return { plan: shown, result: shown };
      await pause();
      continue;
    }
    onPlan?.(shown);
    const result = await confirmPersistently(workspace, screen, shown, user);
    const isAll = !shown.plainText().includes('could not be read');
    if (isAll && (!isEnding(result) || isNothing(result))) return { plan: shown, result };
  }
  throw new Error(`${user} gave up`);
}

/** Clicks until it is acknowledged, and returns what came of it. */
async function confirmPersistently(
  { slack }: Workspace,
  screen: Screen,
  plan: Message,
  user: string,
): Promise<Message> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { ack } = await slack.click(plan, 'revoke_plan', { user, stale: true });
    if (ack.error === undefined) break;
    await pause();
  }
  const reference = referenceOf(plan);
  return screen.next((message) => isResult(message.plainText(), reference) || isEnding(message));
}

interface Screen {
  /** The next message this person got that is accepted. */
  next(accept: (message: Message) => boolean): Promise<Message>;
}

function screenOf(workspace: Workspace, user: string): Screen {
  const { id } = workspace.slack.workspace.person(user);
  const direct = workspace.slack.workspace.directMessages(user).id;
  const isMine = ({ ephemeralFor, channel }: Message) => ephemeralFor === id || channel === direct;
  let place = workspace.now;
  return {
    async next(accept) {
      const { message, at } = await workspace.message((one) => isMine(one) && accept(one), place);
      place = at + 1;
      return message;
    },
  };
}

function isPlan(message: Message): boolean {
  return message.buttons.some(({ actionId }) => actionId === 'revoke_plan');
}

/** What people read when nothing came of what they did. */
function isEnding(message: Message): boolean {
  return /Nothing was (revoked|accepted)|accepted nothing|nothing to revoke|give this reference/.test(
    message.plainText(),
  );
}

function isNothing(message: Message): boolean {
  const text = message.plainText();
  return text.includes('nothing to revoke') && !text.includes('could not be read');
}

/** `R-` and the eight digits under which people find it in the audit log. */
function referenceOf(message: Message): string {
  return /R-[0-9a-f]{8}/.exec(message.plainText())?.[0] ?? '';
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
}
