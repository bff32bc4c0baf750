import type { Shot } from './shots.ts';
import type { Studio } from './studio.ts';

const FOREVER = { times: Number.POSITIVE_INFINITY };

/** Shows a plan for so many tokens, and returns them. */
async function planned(studio: Studio, count: number): Promise<readonly string[]> {
  const ids = studio.fresh(count);
  await studio.type(`token revoke ${ids.join(' ')}`, `Revoke ${count}`);
  return ids;
}

/** The messages after the click. */
export const results: readonly Shot[] = [
  {
    ...{
      name: 'checking',
      title: 'The click was taken',
      words: 'The buttons are gone; the tokens are read once more.',
    },
    async play(studio) {
      await planned(studio, 2);
      studio.sandbox.cluster.latencyMs = 1_500;
      await studio.click(/^Revoke/, 'Checking');
    },
    async after(studio) {
      studio.sandbox.cluster.latencyMs = 0;
      await studio.until(/2 revoked/);
    },
  },
  {
    ...{
      name: 'result',
      title: 'The result',
      words: 'One line per token, and the lines to paste for those who need a new one.',
    },
    play: async () => undefined,
  },
  {
    ...{
      name: 'result-phone',
      title: 'The result on a phone',
      words: 'The same, in the width of a phone.',
      size: 'phone',
    },
    play: async () => undefined,
  },
  {
    ...{ name: 'progress', title: 'While it runs', words: 'How far it is, with a way to stop what has not left yet.' },
    async play(studio) {
      const [, second = ''] = await planned(studio, 3);
      const fault = studio.sandbox.cluster.fault(
        { method: 'DELETE', tokenId: second, ...FOREVER },
        { kind: 'answer', status: 503 },
      );
      await studio.click(/^Revoke/, /Running: 2 of 3/);
      fault.remove();
    },
    after: (studio) => studio.until('3 revoked'),
  },
  {
    ...{
      name: 'paused',
      title: 'Waiting for somebody to mend something',
      words: 'The management token stopped working: nothing is lost, and it goes on by itself.',
    },
    async play(studio) {
      await planned(studio, 2);
      const { cluster } = studio.sandbox;
      const fault = cluster.fault({ method: 'DELETE', ...FOREVER }, { kind: 'answer', status: 401 });
      await studio.click(/^Revoke/, 'Waiting:');
      fault.remove();
    },
    after: (studio) => studio.until('2 revoked'),
  },
  {
    ...{
      name: 'result-stopped',
      title: 'Stopped by hand',
      words: 'What had not left was not sent; the result ends with the line that does it by hand.',
    },
    async play(studio) {
      const [first = '', ...others] = await planned(studio, 3);
      const { cluster } = studio.sandbox;
      for (const tokenId of others)
        cluster.fault({ method: 'DELETE', tokenId, ...FOREVER }, { kind: 'answer', status: 503 });
      await studio.click(/^Revoke/, /Running: 1 of 3/);
      await studio.click(/^Stop the rest/, `influxctl --profile 'default' token revoke`);
      if (!first) throw new Error('there is no first token');
    },
  },
  {
    ...{
      name: 'result-failed',
      title: 'Failed, refused and unknown',
      words: 'An outcome is what the cluster said. Without an answer it is unknown, never revoked.',
    },
    async play(studio) {
      const [, failing = '', refused = '', silent = ''] = await planned(studio, 4);
      const { cluster } = studio.sandbox;
      cluster.fault({ method: 'DELETE', tokenId: failing, ...FOREVER }, { kind: 'answer', status: 503 });
      cluster.fault({ method: 'DELETE', tokenId: refused, ...FOREVER }, { kind: 'answer', status: 403 });
      const stop = cluster.onRequest(({ method }) => {
        if (method !== 'DELETE') return;
        stop();
        cluster.fault({ tokenId: silent, ...FOREVER }, { kind: 'reset', applied: false });
      });
      await studio.click(/^Revoke/, /unknown.*ms|needs? attention|unknown/);
      await studio.until(`influxctl --profile 'default' token revoke`);
    },
  },
  {
    ...{
      size: 'tall',
      name: 'result-large',
      title: 'A long result',
      words: 'Above twenty tokens the rest is in short lines.',
    },
    async play(studio) {
      await planned(studio, 30);
      await studio.click(/^Revoke/, '30 revoked');
    },
  },
];
