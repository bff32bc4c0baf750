import type { Chat } from './chat.ts';
import { compose, Refusal } from './compose.ts';
import type { Ack, Delivery } from './delivery.ts';
import { objectFromJson } from './json.ts';
import type { ResponseUrl } from './response-urls.ts';

export interface Acknowledged {
  readonly chat: Chat;
  readonly url: ResponseUrl;
  readonly delivery: Delivery;
  readonly ack: Ack;
}

/**
 * Shows what an acknowledgement brings on the screen: Slack's own error when it was late or none, the message in the
 * body for a command. The body that acknowledges a click is ignored, as Slack does.
 */
export function showAcknowledgement(acknowledged: Acknowledged): void {
  const { delivery, ack } = acknowledged;
  if (ack.error) showError(acknowledged, ack.error);
  else if (delivery.type === 'slash_commands') showReply(acknowledged);
}

function showReply(acknowledged: Acknowledged): void {
  const { chat, url, ack } = acknowledged;
  if (ack.body.trim() === '') return;
  const reply = replyIn(ack);
  if (!reply) {
    showError(acknowledged, 'invalid_command_response');
    return;
  }
  const isVisible = reply.response_type === 'in_channel';
  if (isVisible) showCommand(acknowledged);
  if (reply.text === undefined && reply.blocks === undefined) return;
  try {
    chat.post({
      ...compose(reply),
      channel: url.channel,
      ephemeralFor: isVisible ? undefined : url.person.id,
      cause: url.id,
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    showError(acknowledged, error.error);
  }
}

/** Slackbot's words under a command. For a click the real one is a badge beside the button. */
function showError({ chat, url, delivery }: Acknowledged, error: string): void {
  const text = `${delivery.method} failed with the error "${error}"`;
  chat.post({ channel: url.channel, text, blocks: [], ephemeralFor: url.person.id, author: 'slack', cause: url.id });
}

function showCommand({ chat, url, delivery }: Acknowledged): void {
  const text = `${delivery.payload.command} ${delivery.payload.text}`;
  chat.post({ channel: url.channel, text, blocks: [], author: url.person.id, cause: url.id });
}

function replyIn({ contentType, body }: Ack): Readonly<Record<string, unknown>> | undefined {
  return contentType.startsWith('application/json') ? objectFromJson(body) : { text: body };
}
