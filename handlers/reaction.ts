import type { Message } from './messages/parts.ts';

/** What a handler does about something that happened in Slack. Whatever had to be durable is, when it returns this. */
export interface Reaction {
  /** Said to the person at once. */
  readonly answer?: Message;
  /** Whether the answer takes the place of the message that was clicked, instead of standing beside it. */
  readonly replaces?: boolean;
  /** Done after Slack has heard; may take its time. */
  readonly after?: () => Promise<void>;
}
