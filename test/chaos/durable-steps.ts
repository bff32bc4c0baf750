import { breaches } from '../faults/oracle.ts';
import { revokePersistently } from '../faults/persistent-operator.ts';
import { clusterEvidence } from '../faults/stage.ts';
import { freshTokens } from '../faults/tokens.ts';
import { type Arena, type ArenaOptions, openArena } from './arena.ts';
import type { Failpoint } from './failpoint.ts';

/** What became of a main job whose bot died, or stood still, at one durable step. */
export interface Survival {
  /** Whether the step was reached at all. */
  readonly reached: boolean;
  readonly breaches: readonly string[];
  /** How many of its tokens the cluster has revoked. */
  readonly revoked: number;
}

/** How many tokens each job revokes. */
export const TOKENS = 3;
const REST_MS = 20_000;

/**
 * Plays one main job after the other with real processes. In each, the bot that comes first to one of these points is killed
 * there, and started again.
 */
export async function surviveAll(
  points: readonly Omit<Failpoint, 'how'>[],
  options: ArenaOptions = {},
): Promise<readonly Survival[]> {
  await using arena = await openArena(options);
  const survivals: Survival[] = [];
  for (const point of points) {
    const tokens = freshTokens(TOKENS);
    const before = {
      events: arena.workspace.now,
      requests: arena.cluster.requests.length,
      entries: (await arena.audit()).length,
    };
    arena.cluster.put(...tokens);
    const { again } = await killAt(arena, point);
    const [user = ''] = arena.operators;
    await revokePersistently(
      arena.workspace,
      tokens.map(({ id }) => id),
      { user },
    );
    // The last steps come after people were told: wait for the end that was asked for.
    const reached = await Promise.race([again.then(() => true), delay(REST_MS).then(() => false)]);
    const judge = async () => {
      const evidence = { ...clusterEvidence(arena.cluster, before.requests), atRest: true, sameClock: true };
      const events = arena.workspace.events(before.events);
      return { evidence, found: breaches({ ...evidence, events, audit: await arena.audit(), since: before.entries }) };
    };
    let { evidence, found } = await judge();
    for (let waited = 0; found.length > 0 && waited < REST_MS; waited += 100) {
      await delay(100);
      ({ evidence, found } = await judge());
    }
    survivals.push({ reached, breaches: found, revoked: tokens.filter(({ id }) => evidence.isRevoked(id)).length });
  }
  return survivals;
}

/** Resolves when every bot waits for this point; what it gives resolves when the first to come there is there again. */
async function killAt(arena: Arena, point: Omit<Failpoint, 'how'>): Promise<{ readonly again: Promise<void> }> {
  const bots = [...arena.bots];
  await Promise.all(bots.map((bot) => bot.arm({ ...point, how: 'SIGKILL' })));
  const first = Promise.race(bots.map((bot, index) => bot.gone().then(() => index)));
  const again = first.then(async (index) => {
    await Promise.all(bots.map((bot) => bot.arm(null)));
    await arena.revive(index);
  });
  return { again };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
