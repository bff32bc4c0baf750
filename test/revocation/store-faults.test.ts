import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/revocation/plan.ts';
import { quiet } from './event-loop.ts';
import { sampleTokens, tokenId } from './samples.ts';
import { fails, happensBut } from './scripted-tokens.ts';
import { type Heart, startHeart } from './start-heart.ts';
import type { Fault } from './watched-store.ts';

const FAULTS = ['before', 'undone', 'at the audit', 'after'] as const satisfies readonly Fault[];
/** More transactions than one revocation of three tokens takes. */
const TRANSACTIONS = Array.from({ length: 24 }, (_, index) => index + 1);

/** One token that simply works, one that has to be tried twice, and one whose answer is lost. */
async function shown(): Promise<{ heart: Heart; plan: Plan }> {
  const heart = await startHeart({ tokens: sampleTokens(3) });
  await heart.start();
  await quiet();
  const plan = await heart.plan({ tokenIds: [1, 2, 3].map(tokenId) });
  heart.tokens.onRevoke(tokenId(2), fails('busy', { answered: true }));
  heart.tokens.onRevoke(tokenId(3), happensBut('lost'));
  return { heart, plan };
}

/** Clicks until a click is taken, as people do, and lets the next process finish what this one could not. */
async function confirmStubbornly(heart: Heart, plan: Plan): Promise<void> {
  for (let click = 0; click < 3; click += 1) {
    try {
      await heart.confirm(plan);
      return;
    } catch {
      // The fault: a person clicks again, or the bot starts again.
    }
  }
  await heart.again().resume();
}

/** The tokens a DELETE was asked for though the audit log did not hold that intent yet. */
function watchForUnaudited(heart: Heart, plan: Plan): string[] {
  const unaudited: string[] = [];
  heart.tokens.beforeRevoking = ({ tokenId, requestId }) => {
    const attempt = Number(requestId.split('-').at(-1));
    const confirmed = heart.store.audit.some(
      ({ action, subject }) => action === 'revocation confirmed' && subject === plan.id,
    );
    const intended = heart.store.audit.some(
      ({ action, subject, detail }) => action === 'revoking token' && subject === tokenId && detail.attempt === attempt,
    );
    if (!confirmed || !intended) unaudited.push(tokenId);
  };
  return unaudited;
}

describe.each(FAULTS)('a transaction that fails: %s', (fault) => {
  test.each(TRANSACTIONS)(
    'invariant 6: number %i after the click: nothing is sent without its audited intent, and no outcome is lost',
    async (number) => {
      const { heart, plan } = await shown();
      const unaudited = watchForUnaudited(heart, plan);
      heart.store.failAt(heart.store.begun + number, fault);

      await confirmStubbornly(heart, plan);
      const items = await heart.finish(plan);
      heart.clock.advance(60_000);
      await quiet();

      expect(unaudited).toEqual([]);
      // Every one of them is revoked on the cluster, and the bot knows.
      expect(items.map(({ outcome }) => outcome)).toEqual(['revoked', 'revoked', 'revoked']);
      expect((await heart.revocation(plan.id))?.state).toBe('done');
      for (const { id } of sampleTokens(3)) {
        const settled = heart.store.audit.filter(({ action, subject }) => subject === id && action === 'token revoked');
        expect(settled).toHaveLength(1);
      }
      // People are told, and a repetition says that it is one.
      const results = heart.told.filter(({ news }) => news.about === 'result');
      expect(results.slice(1).every(({ repeated }) => repeated)).toBe(true);
      expect(results.length).toBeGreaterThan(0);
    },
  );
});
