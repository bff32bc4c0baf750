import { z } from 'zod';
import { isPlanId } from '../../src/revocation/ids.ts';
import { FIELDS } from '../messages/dialog.ts';
import { slackId } from '../wire/sender.ts';
import type { IncomingView } from '../wire/view-state.ts';
import { fromJson } from './view-metadata.ts';

const dialogMetadata = z.object({
  selection: z.string().refine(isPlanId),
  profile: z.string().max(200).optional(),
  channel: slackId.channel.optional(),
  pasted: z.int().min(0).default(0),
  reason: z.int().min(0).default(0),
});

/** What the dialog carries from one version to the next: no token, no text, nothing that is believed. */
export interface DialogMetadata {
  /** Names what the dialog was opened with, in the store. */
  readonly selection: string;
  /** Whose tokens it offers. */
  readonly profile?: string | undefined;
  /** Chosen, where it was opened in none. */
  readonly channel?: string | undefined;
  /** How often these fields were emptied. */
  readonly pasted: number;
  readonly reason: number;
}

export function writeMetadata(metadata: DialogMetadata): string {
  return JSON.stringify(metadata);
}

/** Undefined when it is not as the bot left it. A channel that is chosen in the view counts, and so does none. */
export function metadataIn(view: IncomingView): DialogMetadata | undefined {
  const { data } = dialogMetadata.safeParse(fromJson(view.metadata));
  if (!data || !view.has(FIELDS.channel)) return data;
  return { ...data, channel: slackId.channel.safeParse(view.entered(FIELDS.channel).chosen[0]).data };
}
