import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fault } from '../../sandbox/cluster/armed-faults.ts';
import type { Cluster } from '../../sandbox/cluster/cluster.ts';
import type { Behaviour } from '../../sandbox/cluster/faults.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { passing, planFor, resultOf } from '../support/operator.ts';
import { figures, size } from '../support/sizes.ts';
import { startBot } from '../support/start-bot.ts';

const OUTCOMES = ['revoked', 'already revoked', 'not found', 'refused', 'failed', 'unknown', 'not sent'];

const answered = fc
  .constantFrom(200, 202, 204, 301, 400, 404, 409, 418, 429, 500, 503)
  .map((status): Behaviour => ({ kind: 'answer', status, body: { code: status, message: 'in its own words' } }));
const lost = fc
  .tuple(fc.constantFrom('reset', 'html', 'raw', 'cut'), fc.boolean())
  .map(([kind, applied]): Behaviour => {
    if (kind === 'raw') return { kind, bytes: 'nonsense', applied };
    return kind === 'cut'
      ? { kind, afterBytes: 9, applied }
      : kind === 'html'
        ? { kind, applied }
        : { kind: 'reset', applied };
  });
const behaviour = fc.oneof(answered, lost, fc.constant<Behaviour>({ kind: 'wrong id' }));
/** How one token's requests go wrong from its first DELETE on: one after the other, or all in the same way. */
const trouble = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      deletes: fc.array(behaviour, { maxLength: 4 }),
      reads: fc.array(behaviour, { maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: lost.map((forever) => ({ forever })) },
);

type Trouble =
  | { readonly deletes: readonly Behaviour[]; readonly reads: readonly Behaviour[] }
  | { readonly forever: Behaviour };

/** Plans the trouble of one token; the functions returned end it. */
function arm(cluster: Cluster, tokenId: string, trouble: Trouble | undefined): (() => void)[] {
  if (!trouble) return [];
  const faults: Fault[] = [];
  const add = (method: 'GET' | 'DELETE', behaviour: Behaviour, times = 1) =>
    faults.push(cluster.fault({ method, tokenId, times }, behaviour));
  if ('forever' in trouble) add('DELETE', trouble.forever, Number.POSITIVE_INFINITY);
  else for (const behaviour of trouble.deletes) add('DELETE', behaviour);
  const stop = cluster.onRequest(({ method, path }) => {
    if (method !== 'DELETE' || !path.endsWith(tokenId)) return;
    stop();
    if ('forever' in trouble) add('GET', trouble.forever, Number.POSITIVE_INFINITY);
    else for (const behaviour of trouble.reads) add('GET', behaviour);
  });
  const remove = () => {
    for (const fault of faults) fault.remove();
  };
  return [stop, remove];
}

test('whatever a cluster answers, a token is reported revoked only with evidence, and each has exactly one outcome', async () => {
  const numRuns = size({ short: 5, long: 300 });
  const clock = createFakeClock();
  const { slack, cluster, live } = await startBot({ transport: 'socket', clock });
  const tokens = live.slice(0, 3);
  const seen = new Map<string, number>();

  await fc.assert(
    fc.asyncProperty(fc.array(trouble, { minLength: 3, maxLength: 3 }), async (planned) => {
      cluster.put(...tokens);
      const plan = await passing(clock, planFor(slack, tokens));
      const before = cluster.requests.length;
      const faults = tokens.flatMap(({ id }, index) => arm(cluster, id, planned[index]));

      const result = await passing(clock, slack.click(plan, 'Revoke').then(resultOf));
      for (const remove of faults) remove();

      const text = result.plainText();
      for (const { id } of tokens) {
        const outcomes = [...text.matchAll(new RegExp(`${id.slice(0, 8)}: (${OUTCOMES.join('|')})`, 'g'))].map(
          ([, outcome]) => outcome,
        );
        const [outcome = 'none'] = outcomes;
        const asked = cluster.requests.slice(before).filter(({ path }) => path.endsWith(id));
        const sent = asked.findIndex(({ method }) => method === 'DELETE');
        const evidence =
          asked.some(({ method, status }) => method === 'DELETE' && status === 204) ||
          cluster.tokens.some((token) => token.id === id && token.revokedAt !== undefined) ||
          (sent >= 0 && asked.slice(sent).some(({ status }) => status === 404));
        // A plan that ended before anything was sent names no outcome.
        if (text.includes('Nothing was revoked')) expect(sent).toBe(-1);
        else expect(outcomes).toHaveLength(1);
        if (outcome === 'revoked') expect(evidence).toBe(true);
        if (outcome === 'not sent' || outcome === 'already revoked')
          expect(outcome === 'not sent' ? sent : -1).toBe(-1);
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      }
    }),
    { numRuns, seed: 13 },
  );

  figures('generated replies of a cluster', {
    runs: numRuns,
    tokens: numRuns * 3,
    ...Object.fromEntries(seen),
    seed: 13,
  });
  expect(seen.get('revoked') ?? 0).toBeGreaterThan(0);
});
