import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { handlerIds } from '../handlers/index.ts';
import { OPTIONAL_SCOPES, REQUIRED_SCOPES } from '../handlers/wire/scopes.ts';

const manifest: unknown = parse(readFileSync('manifest.yml', 'utf8'));

const declared = z.object({
  features: z.object({
    app_home: z.object({ home_tab_enabled: z.boolean(), messages_tab_enabled: z.boolean() }),
    shortcuts: z.array(z.object({ type: z.enum(['global', 'message']), callback_id: z.string() })),
    slash_commands: z.array(
      z.object({ command: z.string(), usage_hint: z.string().min(1), should_escape: z.boolean() }),
    ),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()), bot_optional: z.array(z.string()) }) }),
  settings: z.object({
    interactivity: z.object({ is_enabled: z.boolean() }),
    event_subscriptions: z.object({ bot_events: z.array(z.string()) }),
    socket_mode_enabled: z.boolean(),
  }),
});

describe('manifest.yml', () => {
  test.each(['1.0.0', '2.0.0'])('is valid by Slack’s schema %s', (version) => {
    const schema: unknown = JSON.parse(readFileSync(`test/manifest/manifest.schema.${version}.json`, 'utf8'));
    const ajv = new Ajv({ strict: false, allErrors: true, formats: { uri: true } });

    const valid = ajv.validate(z.record(z.string(), z.unknown()).parse(schema), manifest);

    expect(ajv.errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  test('declares exactly the commands that are handled', () => {
    const { features } = declared.parse(manifest);

    expect(features.slash_commands.map(({ command }) => command)).toEqual(handlerIds.commands);
  });

  test('declares exactly the events that are handled, and the tabs they and direct messages need', () => {
    const { features, settings } = declared.parse(manifest);

    expect(settings.event_subscriptions.bot_events).toEqual(handlerIds.events);
    expect(features.app_home).toEqual({ home_tab_enabled: true, messages_tab_enabled: true });
  });

  test('declares exactly the shortcuts that are handled', () => {
    const { features } = declared.parse(manifest);
    const of = (kind: string) => features.shortcuts.filter(({ type }) => type === kind).map((one) => one.callback_id);

    expect(of('global')).toEqual(handlerIds.shortcuts);
    expect(of('message')).toEqual(handlerIds.messageShortcuts);
  });

  test('asks for the scopes that are used and for no others', () => {
    const { oauth_config } = declared.parse(manifest);

    const { bot, bot_optional: optional } = oauth_config.scopes;
    expect(bot).toEqual([...Object.keys(REQUIRED_SCOPES), ...Object.keys(OPTIONAL_SCOPES)]);
    expect(optional).toEqual(Object.keys(OPTIONAL_SCOPES));
  });

  test('lets IDs arrive as they were typed, with buttons and Socket Mode', () => {
    const { features, settings } = declared.parse(manifest);

    expect(features.slash_commands[0]?.should_escape).toBe(false);
    expect(settings.interactivity.is_enabled).toBe(true);
    expect(settings.socket_mode_enabled).toBe(true);
  });
});
