import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readClick, readCommand } from '../../../handlers/wire/payloads.ts';
import { readSender } from '../../../handlers/wire/sender.ts';

/** As Slack posts them, with fields nobody here reads. */
const COMMAND = {
  token: 'gone',
  team_id: 'T0001',
  team_domain: 'example',
  channel_id: 'C0001',
  channel_name: 'incidents',
  user_id: 'U0ALICE',
  user_name: 'alice',
  command: '/influx',
  text: 'token revoke',
  api_app_id: 'A0001',
  is_enterprise_install: 'false',
  response_url: 'https://hooks.slack.com/commands/T0001/1/abc',
  trigger_id: '1.2.abc',
};

const CLICK = {
  type: 'block_actions',
  user: { id: 'U0ALICE', username: 'alice', name: 'alice', team_id: 'T0001' },
  api_app_id: 'A0001',
  container: { type: 'message', message_ts: '1.2', channel_id: 'C0001', is_ephemeral: true },
  trigger_id: '1.2.abc',
  team: { id: 'T0001', domain: 'example' },
  channel: { id: 'C0001', name: 'incidents' },
  state: { values: {} },
  response_url: 'https://hooks.slack.com/actions/T0001/1/abc',
  actions: [{ type: 'button', action_id: 'revoke_plan', block_id: 'b', value: 'f'.repeat(32), action_ts: '1.2' }],
};

const VIEW = {
  id: 'V1',
  type: 'modal',
  hash: 'h1',
  callback_id: 'a_dialog',
  private_metadata: 'm',
  state: {
    values: {
      reason: { why: { type: 'plain_text_input', value: 'leaked' } },
      nothing: { pasted: { type: 'plain_text_input', value: null } },
      choice: { profile: { type: 'static_select', selected_option: { value: 'prod', text: {} } } },
      tokens: { choose: { type: 'multi_external_select', selected_options: [{ value: 'a' }, { value: 'b' }] } },
      where: { share: { type: 'conversations_select', selected_conversation: 'C0001' } },
    },
  },
};

function without(body: Readonly<Record<string, unknown>>, ...keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !keys.includes(key)));
}

describe('a slash command', () => {
  test('is who, where, what, and Slack’s own name for it', () => {
    expect(readCommand(COMMAND)).toEqual({
      who: { user: 'U0ALICE', team: 'T0001', channel: 'C0001' },
      key: '1.2.abc',
      triggerId: '1.2.abc',
      replyUrl: COMMAND.response_url,
      text: 'token revoke',
    });
  });

  test('may come without words, from a direct message and from a person of a grid', () => {
    expect(readCommand(without(COMMAND, 'text'))?.text).toBe('');
    expect(readCommand({ ...COMMAND, channel_id: 'D0001', user_id: 'W0ALICE', team_id: 'E0001' })?.who).toEqual({
      user: 'W0ALICE',
      team: 'E0001',
      channel: 'D0001',
    });
  });

  test.each(['user_id', 'team_id', 'channel_id', 'trigger_id', 'response_url'])('is none without %s', (field) => {
    expect(readCommand(without(COMMAND, field))).toBeUndefined();
    expect(readCommand({ ...COMMAND, [field]: '' })).toBeUndefined();
  });

  test.each(['user_id', 'team_id', 'channel_id', 'text', 'trigger_id', 'response_url'] as const)(
    'is none when %s was sent twice and arrives as a list',
    (field) => {
      expect(readCommand({ ...COMMAND, [field]: [COMMAND[field], COMMAND[field]] })).toBeUndefined();
    },
  );

  test.each(['alice', 'u0alice', '<@U0ALICE>', 'U0ALICE\n', 'U', '__proto__'])('is none from the user %j', (user) => {
    expect(readCommand({ ...COMMAND, user_id: user })).toBeUndefined();
  });
});

describe('a click', () => {
  test('is who, where, on which plan, and Slack’s own name for it', () => {
    expect(readClick(CLICK)).toEqual({
      who: { user: 'U0ALICE', team: 'T0001', channel: 'C0001' },
      key: '1.2.abc',
      triggerId: '1.2.abc',
      replyUrl: CLICK.response_url,
      value: 'f'.repeat(32),
    });
  });

  test('names its place in the container where there is no channel, and its team in the user where there is none', () => {
    expect(readClick(without(CLICK, 'channel'))?.who.channel).toBe('C0001');
    expect(readClick({ ...CLICK, team: null })?.who.team).toBe('T0001');
    expect(readClick(without(CLICK, 'team'))?.who.team).toBe('T0001');
  });

  test('believes the workspace it came from before that of the user', () => {
    expect(readClick({ ...CLICK, team: { id: 'T0HERE' }, user: { id: 'U0ALICE', team_id: 'T0THERE' } })?.who.team).toBe(
      'T0HERE',
    );
  });

  test('is none without a place, a workspace or a person', () => {
    expect(readClick(without(CLICK, 'channel', 'container'))).toBeUndefined();
    expect(readClick({ ...without(CLICK, 'team'), user: { id: 'U0ALICE' } })).toBeUndefined();
    expect(readClick(without(CLICK, 'user'))).toBeUndefined();
  });

  test('is none on no button, on two, and on something that is no button', () => {
    const [button] = CLICK.actions;

    for (const actions of [
      [],
      [button, button],
      [{ ...button, type: 'overflow' }],
      button,
      [without({ ...button }, 'value')],
    ]) {
      expect(readClick({ ...CLICK, actions })).toBeUndefined();
    }
  });

  test('may be a choice in a menu', () => {
    const [button] = CLICK.actions;
    const menu = { ...without(button ?? {}, 'value'), selected_option: { value: 'prod', text: {} } };

    expect(readClick({ ...CLICK, actions: [{ ...menu, type: 'overflow' }] })?.value).toBe('prod');
    expect(readClick({ ...CLICK, actions: [{ ...menu, type: 'static_select' }] })?.value).toBe('prod');
    expect(readClick({ ...CLICK, actions: [{ ...menu, type: 'users_select' }] })).toBeUndefined();
  });

  test('in a view has no channel and no response URL, and brings what was entered there', () => {
    const elsewhere = without(CLICK, 'channel', 'container', 'response_url');

    const click = readClick({ ...elsewhere, container: { type: 'view', view_id: 'V1' }, view: VIEW });

    expect(click).toMatchObject({ who: { channel: '' }, view: { id: 'V1', callbackId: 'a_dialog', metadata: 'm' } });
    expect(click?.replyUrl).toBeUndefined();
    expect(click?.view?.entered('why')).toEqual({ text: 'leaked', chosen: [] });
    expect(readClick({ ...CLICK, view: VIEW })).toBeUndefined();
    expect(readClick(without(CLICK, 'response_url'))).toBeUndefined();
  });

  test('is none with a value that is a list, or longer than Slack’s own limit', () => {
    const [button] = CLICK.actions;

    for (const value of [['f'], 'f'.repeat(2_001), 7, null]) {
      expect(readClick({ ...CLICK, actions: [{ ...button, value }] })).toBeUndefined();
    }
  });

  test('is none when it is something else that Slack sends', () => {
    expect(readClick({ ...CLICK, type: 'view_submission' })).toBeUndefined();
    expect(readClick(COMMAND)).toBeUndefined();
  });
});

describe('who sent something that cannot be read', () => {
  test('is made out as far as it can be, to be answered', () => {
    expect(readSender(COMMAND)).toEqual({ user: 'U0ALICE', replyUrl: COMMAND.response_url });
    expect(readSender(CLICK)).toEqual({ user: 'U0ALICE', replyUrl: CLICK.response_url });
    expect(readSender({ response_url: CLICK.response_url })).toEqual({ user: undefined, replyUrl: CLICK.response_url });
  });

  test('is nobody when nothing fits', () => {
    expect(readSender({ user_id: ['U0ALICE'], response_url: 'no address' })).toEqual({
      user: undefined,
      replyUrl: undefined,
    });
    expect(readSender(undefined)).toEqual({ user: undefined, replyUrl: undefined });
  });
});

test('whatever arrives is read or not, and nothing is thrown', () => {
  const body = fc.oneof(
    fc.anything(),
    fc.record({ ...Object.fromEntries(Object.keys(COMMAND).map((key) => [key, fc.anything()])) }),
    fc.record({ ...Object.fromEntries(Object.keys(CLICK).map((key) => [key, fc.anything()])) }),
  );
  fc.assert(
    fc.property(body, (body) => {
      expect(() => [readCommand(body), readClick(body), readSender(body)]).not.toThrow();
    }),
  );
});
