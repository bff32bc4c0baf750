import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { CommandState, ShortcutState } from '../page/state.ts';

const manifest = z.object({
  features: z.object({
    bot_user: z.object({ display_name: z.string() }).optional(),
    app_home: z.object({ home_tab_enabled: z.boolean().optional() }).optional(),
    slash_commands: z
      .array(z.object({ command: z.string(), description: z.string(), usage_hint: z.string().optional() }))
      .optional(),
    shortcuts: z
      .array(z.object({ name: z.string(), type: z.enum(['message', 'global']), callback_id: z.string() }))
      .optional(),
  }),
  settings: z
    .object({ event_subscriptions: z.object({ bot_events: z.array(z.string()).optional() }).optional() })
    .optional(),
});

/** What Slack was told about the app, as far as people see it. */
export interface Manifest {
  readonly appName: string;
  readonly commands: readonly CommandState[];
  readonly shortcuts: readonly ShortcutState[];
  readonly hasHome: boolean;
  /** The events Slack sends to the app. */
  readonly events: readonly string[];
}

/** Reads an app's manifest. Throws where it is not one. */
export function readManifest(file: string): Manifest {
  const { features, settings } = manifest.parse(parse(readFileSync(file, 'utf8')));
  return {
    appName: features.bot_user?.display_name ?? 'app',
    commands: (features.slash_commands ?? []).map(({ command, description, usage_hint: usageHint = '' }) => ({
      ...{ command, description, usageHint },
    })),
    shortcuts: (features.shortcuts ?? []).map(({ name, type, callback_id: callbackId }) => ({
      name,
      type,
      callbackId,
    })),
    hasHome: features.app_home?.home_tab_enabled ?? false,
    events: settings?.event_subscriptions?.bot_events ?? [],
  };
}
