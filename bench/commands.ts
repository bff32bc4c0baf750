import { formOf } from '../sandbox/slack/delivery.ts';
import { commandFields, newTriggerId } from '../sandbox/slack/payloads.ts';
import type { Slack } from '../sandbox/slack/slack.ts';
import { tokenId } from './bench-tokens.ts';
import type { Inbox } from './inbox.ts';
import type { Order } from './load.ts';

/** So many tokens the cluster has to have: enough pairs that nobody asks for the same one twice. */
export const TOKENS_ASKED_FOR = 400;

/** Adds so many people on call to the workspace: each may have ten commands under way. */
export function addPeople(slack: Slack, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `bench${index}`;
    const id = `U0BENCH${String(index).padStart(3, '0')}`;
    slack.workspace.addPerson({ ...slack.workspace.person('alice'), id, name, realName: `Bench ${index}` });
    slack.workspace.addToGroup(name, 'oncall');
    return name;
  });
}

/** `/influx version`: answered with the acknowledgement. */
export function versionCommand(slack: Slack, user: string): Order {
  return {
    body: commandForm(slack, user, 'version', 'https://hooks.slack.com/commands/none'),
    check({ status, body }) {
      const answer: unknown = JSON.parse(body);
      const right = typeof answer === 'object' && answer !== null && 'text' in answer;
      if (status === 200 && right && /^influx-chatops \d/.test(String(answer.text))) return;
      throw new Error(`the wrong answer to version: ${status} ${body}`);
    },
  };
}

/** The same, of an app that acknowledges with nothing. */
export function bareCommand(slack: Slack, user: string): Order {
  return {
    body: commandForm(slack, user, 'version', 'https://hooks.slack.com/commands/none'),
    check: assertEmpty,
  };
}

/** `/influx token revoke` of two tokens: acknowledged once it is durable, and then answered with a plan. */
export function revokeCommand(slack: Slack, user: string, inbox: Inbox, n: number): Order {
  const first = n % TOKENS_ASKED_FOR;
  const second = (first + 1 + (Math.floor(n / TOKENS_ASKED_FOR) % (TOKENS_ASKED_FOR / 2 - 1))) % TOKENS_ASKED_FOR;
  const ids = [tokenId(first), tokenId(second)];
  const { url, message } = inbox.open();
  return {
    body: commandForm(slack, user, `token revoke ${ids.join(' ')}`, url),
    async check(reply) {
      assertEmpty(reply);
      const plan = await message;
      const complete = ids.every((id) => plan.includes(id.slice(0, 8))) && plan.includes('"revoke_plan"');
      if (!complete) throw new Error(`the wrong plan for ${ids.join(' and ')}: ${plan}`);
    },
  };
}

/** A command that somebody sends who does not know the signing secret: turned away by either. */
export function forgedCommand(slack: Slack, user: string): Order {
  const text = `token revoke ${Array.from({ length: 100 }, (_, n) => tokenId(n)).join(' ')}`;
  return {
    body: commandForm(slack, user, text, 'https://hooks.slack.com/commands/none'),
    check({ status }) {
      if (status !== 401) throw new Error(`a forged command was answered with ${status}`);
    },
  };
}

function assertEmpty({ status, body }: { readonly status: number; readonly body: string }): void {
  if (status !== 200 || body !== '') throw new Error(`the wrong acknowledgement: ${status} ${body}`);
}

function commandForm({ workspace }: Slack, user: string, text: string, responseUrl: string): string {
  const interaction = {
    directory: workspace,
    person: workspace.person(user),
    channel: workspace.channel('incident-4711'),
    triggerId: newTriggerId(new Date()),
    responseUrl,
  };
  return formOf({
    type: 'slash_commands',
    method: '/influx',
    payload: commandFields(interaction, '/influx', text),
  });
}
