import type { Shot } from './shots.ts';

const MINUTES_16 = 16 * 60_000;
const FOREVER = { times: Number.POSITIVE_INFINITY };

/** How others hear of a result, and what follows from it. */
export const sharing: readonly Shot[] = [
  {
    ...{
      name: 'retry',
      title: 'Retry',
      words: 'What failed or stayed unknown can be tried again: the button shows a plan for these tokens first.',
    },
    async play(studio) {
      const ids = studio.fresh(3);
      const { cluster } = studio.sandbox;
      const faults = ids
        .slice(1)
        .map((tokenId) => cluster.fault({ method: 'DELETE', tokenId, ...FOREVER }, { kind: 'answer', status: 503 }));
      await studio.type(`token revoke ${ids.join(' ')}`, 'Revoke 3');
      await studio.click(/^Revoke/, /^Retry these 2/);
      for (const fault of faults) fault.remove();
    },
  },
  {
    ...{
      name: 'retry-plan',
      title: 'The plan of a retry',
      words: 'It is read and confirmed like every other.',
    },
    async play(studio) {
      await studio
        .message()
        .getByRole('button', { name: /^Retry these 2/ })
        .click();
      await studio.until('Revoke 2 tokens');
    },
    after: (studio) => studio.click(/^Revoke/, '2 revoked'),
  },
  {
    ...{
      name: 'rotation',
      title: 'What is left to rotate',
      words: 'By direct message after each revocation: who needs a new token, until somebody says what became of it.',
    },
    play: (studio) => studio.go('influx', 'To rotate'),
    after: (studio) => studio.go('incident-4711', '2 revoked'),
  },
  {
    ...{
      name: 'shared',
      title: 'Shared in the channel',
      words: 'Short IDs and outcomes for all to see; no descriptions and no databases.',
    },
    play: (studio) => studio.click('Share in channel', /asked to revoke/),
  },
  {
    ...{
      name: 'rotation-thread',
      title: 'What is left to rotate, in a thread',
      words: 'Below a result that was shared with `--share` or from a message, with those who look after the tokens.',
    },
    async play(studio) {
      await studio.type(`token revoke --share ${studio.fresh(2).join(' ')}`, 'Revoke 2');
      await studio.click(/^Revoke/, /asked to revoke/);
      await studio.openThread('To rotate');
    },
  },
  {
    ...{
      name: 'reminder',
      title: 'A reminder',
      words: 'After 15 minutes, an hour, four hours, then daily: one message for all that is left.',
    },
    async play(studio) {
      await studio.sandbox.pass(MINUTES_16);
      await studio.until('Still to rotate');
    },
    after: (studio) => studio.closeThread(),
  },
  {
    ...{
      name: 'announced',
      title: 'In the announce channel',
      words: 'Every result goes to the channel that the configuration names, with the newest hash of the audit log.',
    },
    play: (studio) => studio.go('general', '2 revoked'),
    after: (studio) => studio.go('incident-4711', /asked to revoke/),
  },
];
