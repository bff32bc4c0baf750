import { z } from 'zod';

const option = z.object({ value: z.string().max(2_000) });

/** What one element holds, of the kinds this bot's views are made of. */
const entered = z.object({
  type: z.string(),
  value: z.string().nullish(),
  selected_option: option.nullish(),
  selected_options: z.array(option).max(1_000).optional(),
  selected_conversation: z.string().nullish(),
});

/** A view as Slack shows it in what people do there. */
export const view = z.object({
  id: z.string().max(255),
  hash: z.string().max(255),
  type: z.enum(['modal', 'home']),
  callback_id: z.string().max(255).default(''),
  private_metadata: z.string().max(3_000).default(''),
  state: z.object({ values: z.record(z.string(), z.record(z.string(), entered)).default({}) }).optional(),
});

/** What somebody entered in one element. */
export interface Entered {
  /** Typed; empty where nothing was. */
  readonly text: string;
  /** The values of what was chosen. */
  readonly chosen: readonly string[];
}

/** A dialog or App Home on somebody's screen. Whatever is in it may be old, or forged by its person. */
export interface IncomingView {
  readonly id: string;
  /** Changes with every update. */
  readonly hash: string;
  readonly type: 'modal' | 'home';
  readonly callbackId: string;
  /** What the bot left in it. */
  readonly metadata: string;
  /** Whether it has an element with this action ID. */
  has(actionId: string): boolean;
  /** What its element with this action ID holds. */
  entered(actionId: string): Entered;
}

const NOTHING: Entered = { text: '', chosen: [] };

export function viewOf({ id, hash, type, callback_id, private_metadata, state }: z.output<typeof view>): IncomingView {
  const elements = Object.values(state?.values ?? {}).flatMap((block) => Object.entries(block));
  const byAction = new Map(elements.map(([actionId, element]) => [actionId, enteredIn(element)]));
  return {
    ...{ id, hash, type, callbackId: callback_id, metadata: private_metadata },
    has: (actionId) => byAction.has(actionId),
    entered: (actionId) => byAction.get(actionId) ?? NOTHING,
  };
}

function enteredIn({ value, selected_option, selected_options = [], selected_conversation }: z.output<typeof entered>) {
  const one = selected_option?.value ?? selected_conversation;
  return { text: value ?? '', chosen: [...(one ? [one] : []), ...selected_options.map((chosen) => chosen.value)] };
}
