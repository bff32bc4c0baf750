import type { Shot } from './shots.ts';
import type { Studio } from './studio.ts';

const MINUTES_16 = 16 * 60_000;

/** A picture of the answer to one command. */
function answer(name: string, title: string, words: string, command: string, says: string | RegExp): Shot {
  return { name, title, words, play: (studio) => studio.type(command, says) };
}

async function planned(studio: Studio): Promise<string> {
  const [id = ''] = studio.fresh(1);
  await studio.type(`token revoke ${id}`, 'Revoke 1');
  return id;
}

/** Plans that ended without a revocation, what is refused, and the small commands. */
export const refusals: readonly Shot[] = [
  {
    ...{ name: 'cancelled', title: 'Cancelled', words: 'Nothing was revoked.' },
    async play(studio) {
      await planned(studio);
      await studio.click(/^Cancel/, 'Cancelled. Nothing was revoked.');
    },
  },
  {
    ...{
      name: 'changed',
      title: 'The tokens have changed',
      words: 'Other permissions than those that were shown stop the plan.',
    },
    async play(studio) {
      const id = await planned(studio);
      const { cluster } = studio.sandbox;
      const token = cluster.tokens.find((one) => one.id === id);
      if (token) cluster.put({ ...token, permissions: [{ action: 'write', resource: '*' }] });
      await studio.click(/^Revoke/, 'New plan');
    },
  },
  {
    ...{
      name: 'no-answer',
      title: 'The check got no answer',
      words: 'Without a fresh look at the tokens nothing is sent.',
    },
    async play(studio) {
      await planned(studio);
      const fault = studio.sandbox.cluster.fault({ method: 'GET', times: 50 }, { kind: 'reset', applied: false });
      await studio.click(/^Revoke/, 'Nothing was revoked.');
      fault.remove();
    },
  },
  {
    ...{ name: 'management-token', title: 'The management token is the problem', words: 'No plan, and the reason.' },
    async play(studio) {
      const fault = studio.sandbox.cluster.fault({ times: 50 }, { kind: 'answer', status: 401 });
      await studio.type(`token revoke ${studio.fresh(1)}`, /management token/);
      fault.remove();
    },
  },
  answer(
    'secret',
    'A secret in the place of an ID',
    'It is never echoed, logged or stored.',
    'token revoke apiv1_8f3kq0Zs1m2n3b4v5c6x7z8a9s0d',
    /secret/,
  ),
  answer(
    'not-an-id',
    'Not an ID',
    'One word that is no UUID stops the whole command.',
    'token revoke edge-gateway 198b69da',
    /edge-gateway/,
  ),
  answer(
    'unknown-flag',
    'A flag that does not exist',
    'The nearest one is named, and nothing happens.',
    'token revoke --forse 198b69da-57a0-4d9d-a08a-adb5c7933b6e',
    /--force/,
  ),
  answer(
    'unknown-command',
    'A command that does not exist',
    'The nearest one is named.',
    'tokn revoke',
    /token revoke/,
  ),
  answer(
    'protected',
    'A protected token',
    'It cannot be revoked from Slack.',
    'token revoke eff7d98a-bc41-4c91-a17c-d13c6341e65c',
    /protected/i,
  ),
  answer('help', 'Help', 'What this person may run.', 'help', /version/),
  answer('help-command', 'Help for one command', 'With its flags.', 'token revoke --help', /--reason/),
  answer('whoami', 'Who am I', 'With the rule that decides.', 'whoami', /you may revoke tokens/),
  answer('version', 'Version', 'For a bug report.', 'version', /influx-chatops/),
  {
    ...{ name: 'denied', title: 'Somebody who may not', words: 'It names who may, without pinging anybody.' },
    async play(studio) {
      await studio.actAs('mallory');
      await studio.type('token revoke 198b69da-57a0-4d9d-a08a-adb5c7933b6e', /may/);
    },
  },
  {
    ...{
      name: 'announced-refusal',
      title: 'A refusal in the announce channel',
      words: 'Who was refused, and why.',
    },
    play: (studio) => studio.go('general', /mallory/),
    after: (studio) => studio.openChannel('incident-4711'),
  },
  {
    ...answer('whoami-denied', 'Who am I, for somebody who may not', 'The same, with the reason.', 'whoami', /may not/),
    after: (studio) => studio.actAs('alice'),
  },
  {
    ...{
      name: 'forced',
      title: 'With --force',
      words: 'No confirmation, only for whom the policy lets, and the result is shared in the channel.',
    },
    async play(studio) {
      await studio.actAs('carol');
      await studio.type(
        `token revoke --force --reason "leaked, still in use" ${studio.fresh(2).join(' ')}`,
        '2 revoked',
      );
    },
    after: (studio) => studio.actAs('alice'),
  },
  answer('status', 'Status', 'What runs, what waits, what needs attention.', 'status', /./),
  {
    name: 'frozen',
    title: 'Frozen',
    words: 'Everything stops, for every bot on the same store, until somebody lets it go on.',
    async play(studio) {
      await studio.actAs('bob');
      await studio.type('freeze an attacker has a laptop of ours', /Frozen\. No bot/);
    },
    after: (studio) => studio.actAs('alice'),
  },
  answer(
    'while-frozen',
    'A command while all is frozen',
    'Nothing starts, and it says so.',
    'token revoke 198b69da-57a0-4d9d-a08a-adb5c7933b6e',
    /frozen/i,
  ),
  {
    name: 'unfrozen',
    title: 'Unfrozen',
    words: 'What was stopped stays stopped.',
    async play(studio) {
      await studio.actAs('bob');
      await studio.type('unfreeze', 'Unfrozen.');
    },
    after: (studio) => studio.actAs('alice'),
  },
  {
    ...{
      name: 'expired',
      title: 'Expired',
      words: 'A plan that waited too long. New plan reads the same tokens anew.',
    },
    async play(studio) {
      await planned(studio);
      await studio.sandbox.pass(MINUTES_16);
      await studio.click(/^Revoke/, 'expired');
    },
  },
];
