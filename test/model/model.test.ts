import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { figures, size } from '../support/sizes.ts';
import { COMMANDS, type Model, unwanted } from './commands.ts';
import { openWorld, type World } from './world.ts';

const SEEDS = size({ short: 1, long: 4 });
const RUNS = size({ short: 10, long: 500 });

describe.concurrent('whatever people do and whatever goes wrong, in any order, no invariant breaks', () => {
  const seeds = Array.from({ length: SEEDS }, (_, index) => 20_261_122 + index);

  test.each(seeds)('with the seed %i', { timeout: 3_600_000 }, async (seed) => {
    const totals = { steps: 0, plans: 0, requests: 0 };
    await fc.assert(
      fc.asyncProperty(fc.commands(COMMANDS, { maxCommands: 24, size: 'max' }), async (commands) => {
        const model: Model = { wanted: new Set() };
        await using world = await openWorld();
        await fc.asyncModelRun(() => ({ model, real: world }), commands);
        totals.steps += [...commands].length;
        totals.plans += world.plans().length;
        totals.requests += world.cluster.deletes.length;
        await comeToRest(world);

        expect([...(await world.breaches(true)), ...unwanted(model, world)]).toEqual([]);
      }),
      { seed, numRuns: RUNS, endOnFailure: RUNS > 100 },
    );
    // A model in which nothing happens would hold for ever.
    expect(totals.plans).toBeGreaterThan(RUNS / 4);
    expect(totals.requests).toBeGreaterThan(RUNS / 8);
    figures('model', { runs: RUNS, ...totals, seed });
  });
});

/** Mends everything, and lets all the time pass that anything may still wait for. */
async function comeToRest(world: World): Promise<void> {
  const { slack } = world.workspace;
  world.isDiskFull = false;
  for (const user of ['alice', 'carol']) slack.workspace.addToGroup(user, 'oncall');
  slack.clearFaults();
  await slack.command('/influx', 'unfreeze', { user: 'bob' });
  await world.settle();
  for (let round = 0; round < 14; round += 1) {
    world.clock.advance(7_500);
    await world.settle();
  }
}
