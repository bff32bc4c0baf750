import type { Option, PlainTextElement, View } from '@slack/types';
import type { Message } from '../messages/parts.ts';

/** What a handler does about something that happened in Slack. Whatever had to be durable is, when it returns this. */
export interface Reaction {
  /** Said to the person at once; by direct message where there is no other way. */
  readonly answer?: Message;
  /** Whether the answer takes the place of the message that was clicked, instead of standing beside it. */
  readonly replaces?: boolean;
  /** Done after Slack has heard; may take its time. */
  readonly after?: () => Promise<void>;
}

/** What becomes of a dialog that was submitted. Errors stand under input blocks, by block ID. */
export type ViewResponse =
  | { readonly response_action: 'errors'; readonly errors: Record<string, string> }
  | { readonly response_action: 'update' | 'push'; readonly view: View }
  | { readonly response_action: 'clear' };

/** What a handler does about a submitted dialog. Without a response the dialog closes. */
export interface SubmissionReaction {
  readonly response?: ViewResponse;
  /** Done after Slack has heard; may take its time. */
  readonly after?: () => Promise<void>;
}

/** What a select offers: at most 100. */
export type Suggestions =
  | { readonly options: Option[] }
  /** Under words that say what they are. */
  | { readonly option_groups: { readonly label: PlainTextElement; readonly options: Option[] }[] };
