import type { Shot } from './shots.ts';

const EDGE = 'bb9bea7b-6f18-40c4-a842-ad85a63a0f73';

/** What somebody asks before and after a revocation. */
export const finding: readonly Shot[] = [
  {
    ...{
      name: 'token-list',
      title: 'Tokens, searched',
      words:
        'By description, by the beginning of an ID, or by database. Each row has a button that shows a plan for this token.',
      size: 'tall',
    },
    play: (studio) => studio.type('token list edge', /tokens?/),
  },
  {
    ...{ name: 'token-get', title: 'One token', words: 'Everything the cluster says of it, with the same button.' },
    play: (studio) => studio.type(`token get ${EDGE}`, EDGE),
  },
  {
    ...{
      name: 'pending',
      title: 'What waits for me',
      words: 'Slack forgets what only one person sees when the window is loaded again. This shows it again.',
    },
    async play(studio) {
      await studio.type(`token revoke ${studio.fresh(2).join(' ')} --reason "laptop stolen"`, 'Revoke 2');
      await studio.type('pending', 'This plan still waits for your click');
    },
  },
  {
    ...{
      name: 'home',
      title: 'The App Home',
      words:
        'Plans that wait, what runs, what needs attention, what was revoked, what is left to rotate, and what this person may do.',
      part: 'home',
      size: 'tall',
    },
    async play(studio) {
      await studio.openChannel('influx');
      await studio.tab.getByRole('button', { name: 'Home', exact: true }).click();
      await studio.home().getByText('waiting for your click').first().waitFor();
    },
    async after(studio) {
      await studio.go('incident-4711', 'This plan still waits for your click');
      await studio.click(/^Cancel/, 'Cancelled');
    },
  },
  {
    ...{
      name: 'audit',
      title: 'The audit log',
      words: 'Who did what, for those who may read it, narrowed by token, person, profile and time.',
      size: 'tall',
    },
    play: (studio) => studio.type('audit --since 1h', 'Audit log'),
  },
];
