import type { Sandbox } from './sandbox.ts';
import type { Screen } from './screen.ts';
import type { Exchange } from './slack/exchange.ts';
import type { Message } from './slack/message.ts';

const CHANNEL = '#incident-4711';
const PAST_EVERY_PLAN_MS = 16 * 60_000;

/** How a play ends: with the red button, or otherwise. */
export type Ending = 'revoke' | 'deny' | 'cancel' | 'expire';

/** Plays one command as an operator lives it, to its end: the plan, the click, the result. `deny` has somebody type it who may not. */
export async function play(sandbox: Sandbox, screen: Screen, text: string, ending: Ending = 'revoke'): Promise<void> {
  const { slack } = sandbox;
  const user = ending === 'deny' ? 'mallory' : 'alice';
  screen.typed(user, CHANNEL, `/influx ${text}`);
  const answer = await (await slack.command('/influx', text, { user, channel: CHANNEL })).answer();
  screen.shown(answer);
  const wanted = answer.buttons.find(
    ({ actionId }) => actionId === (ending === 'cancel' ? 'cancel_plan' : 'revoke_plan'),
  );
  if (!wanted) return;
  if (ending === 'expire') {
    await sandbox.pass(PAST_EVERY_PLAN_MS);
    screen.note('\n(16 minutes pass)');
  }
  screen.clicked(user, wanted.text);
  await showUntilOver(await slack.click(answer, wanted.text, { user }), screen);
}

/** Shows what a click leads to, up to the message that is its end. */
async function showUntilOver(exchange: Exchange, screen: Screen): Promise<void> {
  for (;;) {
    const message = await exchange.answer();
    screen.shown(message);
    if (isOver(message)) return;
  }
}

function isOver(message: Message): boolean {
  return !/^(Checking \d|Running: )/m.test(message.plainText());
}
