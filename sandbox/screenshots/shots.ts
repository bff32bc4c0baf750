import { dialogs } from './dialogs.ts';
import { finding } from './finding.ts';
import { refusals } from './refusals.ts';
import { results } from './results.ts';
import { sharing } from './sharing.ts';
import type { Studio } from './studio.ts';

/** One picture: how to get there, and what to say of it. */
export interface Shot {
  /** The file's name. */
  readonly name: string;
  readonly title: string;
  readonly words: string;
  /** What of the page; the latest message where nothing else is said. */
  readonly part?: 'message' | 'dialog' | 'home';
  /** The whole page or a phone, instead of a part; `tall` for a part higher than a screen. */
  readonly size?: 'page' | 'phone' | 'tall';
  play(studio: Studio): Promise<void>;
  after?(studio: Studio): Promise<void>;
}

const WILD = [
  '81595b59-9388-49f2-9bff-08b63ef3979e',
  'cd205efa-402c-4d13-9ab9-e4493e02f90f',
  '58a26a4d-cce5-4aef-811b-8c89094eafa9',
  'fedd085d-1e24-41ba-99c8-fe79ad3464ba',
];

const plans: readonly Shot[] = [
  {
    ...{
      name: 'plan',
      title: 'The plan',
      words: 'What will be revoked, before anything irreversible. Only the operator sees it.',
    },
    play: (studio) =>
      studio.type(`token revoke ${studio.fresh(2).join(' ')} --reason "leaked in a CI log"`, 'Revoke 2'),
  },
  {
    ...{ name: 'plan-phone', title: 'The plan on a phone', words: 'The same, in the width of a phone.', size: 'phone' },
    play: async () => undefined,
    after: (studio) => studio.click(/^Cancel/, 'Cancelled'),
  },
  {
    ...{
      name: 'page',
      title: 'The sandbox page',
      words: 'The channel beside the cluster, with a plan that waits for its click.',
      size: 'page',
    },
    play: (studio) => studio.type(`token revoke ${studio.fresh(3).join(' ')}`, 'Revoke 3'),
    after: (studio) => studio.click(/^Cancel/, 'Cancelled'),
  },
  {
    ...{
      name: 'plan-wild',
      title: 'Descriptions that try something',
      words: 'Descriptions come from the cluster and are untrusted: in a message they are text, and nothing else.',
    },
    play: (studio) => studio.type(`token revoke ${WILD.join(' ')}`, 'Revoke 4'),
    after: (studio) => studio.click(/^Cancel/, 'Cancelled'),
  },
  {
    ...{
      size: 'tall',
      name: 'plan-large',
      title: 'A long plan',
      words: 'Above twenty tokens the rest is in short lines, under a summary by database and action.',
    },
    play: (studio) => studio.type(`token revoke ${studio.fresh(40).join(' ')}`, 'Revoke 40'),
    after: (studio) => studio.click(/^Cancel/, 'Cancelled'),
  },
  {
    ...{
      name: 'plan-untouched',
      title: 'Tokens that are not touched',
      words: 'Already revoked, unknown, or not readable just now: shown apart, with the reason.',
    },
    async play(studio) {
      const [live = '', unreadable = ''] = studio.fresh(2);
      studio.sandbox.cluster.fault({ method: 'GET', tokenId: unreadable, times: 20 }, { kind: 'answer', status: 403 });
      const others = ['5d84990b-5b6b-49eb-b5b8-d8a839d35934', '00000000-0000-4000-8000-000000000000'];
      await studio.type(`token revoke ${[live, unreadable, ...others].join(' ')}`, 'will not be touched');
    },
    after: (studio) => studio.click(/^Cancel/, 'Cancelled'),
  },
  {
    ...{ name: 'plan-nothing', title: 'Nothing to revoke', words: 'Without a live token there is no red button.' },
    play: (studio) => studio.type('token revoke 5d84990b-5b6b-49eb-b5b8-d8a839d35934', 'nothing to revoke'),
  },
  {
    ...{
      name: 'plan-again',
      title: 'The same command twice',
      words: 'Within a minute the same command shows the same plan again.',
    },
    async play(studio) {
      const command = `token revoke ${studio.fresh(1)}`;
      await studio.type(command, 'Revoke 1');
      await studio.type(command, 'This is that plan again');
    },
    after: (studio) => studio.click(/^Cancel/, 'Cancelled'),
  },
];

/** Every state of every message, in the order in which an operator meets them. */
export const SHOTS: readonly Shot[] = [...plans, ...dialogs, ...results, ...sharing, ...finding, ...refusals];
