import type { Exchange } from '../../sandbox/slack/exchange.ts';
import type { Message } from '../../sandbox/slack/message.ts';
import type { Slack } from '../../sandbox/slack/slack.ts';
import type { FakeClock } from './fake-clock.ts';

/** Types `token revoke` and returns the plan that appears. */
export async function planFor(slack: Slack, tokens: readonly { readonly id: string }[], flags = ''): Promise<Message> {
  const exchange = await slack.command('/influx', `token revoke ${flags} ${tokens.map(({ id }) => id).join(' ')}`);
  return exchange.answer((message) => !isAboutRotation(message));
}

/** Clicks the red button and returns the message with the result, whatever it says. */
export async function confirm(slack: Slack, plan: Message): Promise<Message> {
  return resultOf(await slack.click(plan, 'Revoke'));
}

/** The first answer that is not about work still going on. */
export function resultOf(exchange: Exchange): Promise<Message> {
  return exchange.answer((message) => !/Checking \d|Running: /.test(message.plainText()) && !isAboutRotation(message));
}

/** Lets the fake clock run, a twentieth of a second of real time for each second of it, until this is there. */
export async function passing<T>(clock: FakeClock, awaited: Promise<T>): Promise<T> {
  const timer = setInterval(() => clock.advance(40), 2);
  try {
    return await awaited;
  } finally {
    clearInterval(timer);
  }
}

/** Whether it is about what an earlier revocation left to rotate: such messages come when they like. */
export function isAboutRotation(message: Message): boolean {
  return /^(?:Sent again: .+\s+)?(?:To rotate|Still to rotate|Nothing left to rotate|Given up): /.test(
    message.plainText(),
  );
}
