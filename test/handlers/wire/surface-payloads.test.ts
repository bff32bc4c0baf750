import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  readClosing,
  readHomeOpened,
  readMessageShortcut,
  readShortcut,
  readSubmission,
  readSuggestion,
} from '../../../handlers/wire/surface-payloads.ts';

/** As Slack posts them, with fields nobody here reads. */
const BASE = {
  token: 'gone',
  team: { id: 'T0001', domain: 'example' },
  user: { id: 'U0ALICE', username: 'alice', team_id: 'T0001' },
  enterprise: null,
  is_enterprise_install: false,
};
const VIEW = {
  id: 'V1',
  team_id: 'T0001',
  type: 'modal',
  hash: 'h1',
  callback_id: 'a_dialog',
  private_metadata: 'm',
  blocks: [],
  state: {
    values: {
      reason: { why: { type: 'plain_text_input', value: 'leaked' } },
      empty: { pasted: { type: 'plain_text_input', value: null } },
      choice: { profile: { type: 'static_select', selected_option: { value: 'prod' } } },
      tokens: { choose: { type: 'multi_external_select', selected_options: [{ value: 'a' }, { value: 'b' }] } },
      where: { share: { type: 'conversations_select', selected_conversation: 'C0001' } },
    },
  },
};
const SHORTCUT = { ...BASE, type: 'shortcut', callback_id: 'x', trigger_id: '1.2.abc' };
const MESSAGE_SHORTCUT = {
  ...SHORTCUT,
  type: 'message_action',
  channel: { id: 'C0001', name: 'incidents' },
  message_ts: '1.2',
  response_url: 'https://hooks.slack.com/app/T0001/1/abc',
  message: { type: 'message', text: 'a leak', ts: '1.2' },
};
const SUBMISSION = { ...BASE, type: 'view_submission', trigger_id: '1.2.abc', view: VIEW, response_urls: [] };
const SUGGESTION = { ...BASE, type: 'block_suggestion', action_id: 'a', block_id: 'b', value: 'tele', view: VIEW };
const HOME = {
  team_id: 'T0001',
  type: 'event_callback',
  event: { type: 'app_home_opened', user: 'U0ALICE', channel: 'D0001', tab: 'home', event_ts: '1.2' },
  event_id: 'Ev1',
};

const alice = (channel = '') => ({ user: 'U0ALICE', team: 'T0001', channel });

describe('a shortcut', () => {
  test('is who, nowhere, with what opens a dialog', () => {
    expect(readShortcut(SHORTCUT)).toEqual({ who: alice(), key: '1.2.abc', triggerId: '1.2.abc' });
    expect(readShortcut({ ...SHORTCUT, trigger_id: ['1.2.abc'] })).toBeUndefined();
    expect(readShortcut(MESSAGE_SHORTCUT)).toBeUndefined();
  });

  test('on a message brings that message, its place, and the thread it is in or would begin', () => {
    const read = readMessageShortcut(MESSAGE_SHORTCUT);

    expect(read).toMatchObject({ who: alice('C0001'), thread: '1.2', message: { text: 'a leak' } });
    const inThread = { ...MESSAGE_SHORTCUT, message: { text: 'a leak', ts: '1.2', thread_ts: '1.1' } };
    expect(readMessageShortcut(inThread)?.thread).toBe('1.1');
    expect(readMessageShortcut({ ...MESSAGE_SHORTCUT, channel: undefined })).toBeUndefined();
    expect(readMessageShortcut({ ...MESSAGE_SHORTCUT, message: 'a leak' })).toBeUndefined();
  });
});

describe('a dialog', () => {
  test('brings what was typed and chosen, by the ID of its element', () => {
    const { view } = readSubmission(SUBMISSION) ?? {};

    expect(view).toMatchObject({ id: 'V1', hash: 'h1', callbackId: 'a_dialog', metadata: 'm' });
    expect(view?.entered('why')).toEqual({ text: 'leaked', chosen: [] });
    expect(view?.entered('pasted')).toEqual({ text: '', chosen: [] });
    expect(view?.entered('profile').chosen).toEqual(['prod']);
    expect(view?.entered('choose').chosen).toEqual(['a', 'b']);
    expect(view?.entered('share').chosen).toEqual(['C0001']);
    expect(view?.entered('__proto__')).toEqual({ text: '', chosen: [] });
  });

  test('is not read when somebody changed its shape', () => {
    for (const view of [undefined, { ...VIEW, id: ['V1'] }, { ...VIEW, private_metadata: 'm'.repeat(3_001) }]) {
      expect(readSubmission({ ...SUBMISSION, view })).toBeUndefined();
    }
    const reason = { why: { type: 'plain_text_input', value: ['leaked'] } };
    expect(readSubmission({ ...SUBMISSION, view: { ...VIEW, state: { values: { reason } } } })).toBeUndefined();
  });

  test('that is closed has no trigger', () => {
    expect(readClosing({ ...BASE, type: 'view_closed', view: VIEW, is_cleared: false })?.view.id).toBe('V1');
    expect(readClosing(SUBMISSION)).toBeUndefined();
  });
});

test('a select tells what was typed so far', () => {
  expect(readSuggestion(SUGGESTION)).toMatchObject({ who: alice(), text: 'tele', view: { metadata: 'm' } });
  expect(readSuggestion({ ...SUGGESTION, value: 7 })).toBeUndefined();
});

test('an opened tab of the app tells which', () => {
  expect(readHomeOpened(HOME)).toEqual({ who: alice(), key: 'Ev1', tab: 'home' });
  expect(readHomeOpened({ ...HOME, event: { ...HOME.event, tab: 'messages' } })?.tab).toBe('messages');
  expect(readHomeOpened({ ...HOME, event: { ...HOME.event, user: '<@U0ALICE>' } })).toBeUndefined();
});

test('whatever arrives is read or not, and nothing is thrown', () => {
  const readers = [readShortcut, readMessageShortcut, readSubmission, readClosing, readSuggestion, readHomeOpened];
  const shapes = [SHORTCUT, MESSAGE_SHORTCUT, SUBMISSION, SUGGESTION, HOME].map((shape) =>
    fc.record(
      Object.fromEntries(
        Object.entries(shape).map(([key, value]) => [key, fc.oneof(fc.anything(), fc.constant(value))]),
      ),
    ),
  );

  fc.assert(
    fc.property(fc.oneof(fc.anything(), ...shapes), (body) => {
      for (const read of readers) expect(() => read(body)).not.toThrow();
    }),
  );
});
