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
/** What one bot could not finish it takes up again after half a minute. */
const REST_MS = 40_000;
const LOOK_EVERY_MS = 100;

/** Plays one main job after the other with a real process; in each, what one of these steps writes does not fit on the disk. */
export async function surviveFullDisk(steps: readonly string[]): Promise<readonly Survival[]> {
  await using arena = await openArena();
  const survivals: Survival[] = [];
  for (const step of steps) {
    const [bot] = arena.bots;
    const job = await beginJob(arena);
    await bot?.arm({ step, when: 'before commit', nth: 1, how: 'disk full' });
    await job.revoke();
    const reached = await within(REST_MS, bot?.says(`"step":"${step}"`));
    survivals.push({ reached, ...(await job.judged()) });
  }
  return survivals;
}

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
    const job = await beginJob(arena);
    const { again } = await killAt(arena, point);
    await job.revoke();
    // The last steps come after people were told: wait for the end that was asked for.
    survivals.push({ reached: await within(REST_MS, again), ...(await job.judged()) });
  }
  return survivals;
}

/** Fresh tokens, somebody to revoke them, and what is to be judged when they did. */
async function beginJob(arena: Arena): Promise<{
  revoke(): Promise<void>;
  /** What is left when everything has come to rest, or could have. */
  judged(): Promise<Omit<Survival, 'reached'>>;
}> {
  const tokens = freshTokens(TOKENS);
  const requests = arena.cluster.requests.length;
  const events = arena.workspace.now;
  const since = (await arena.audit()).length;
  arena.cluster.put(...tokens);
  return {
    async revoke() {
      const [user = ''] = arena.operators;
      const ids = tokens.map(({ id }) => id);
      await revokePersistently(arena.workspace, ids, { user });
    },
    async judged() {
      for (let waited = 0; ; waited += LOOK_EVERY_MS) {
        const { deletes, isRevoked } = clusterEvidence(arena.cluster, requests);
        const found = breaches({
          ...{ deletes, isRevoked, since, atRest: true, sameClock: true },
          audit: await arena.audit(),
          events: arena.workspace.events(events),
        });
        if (found.length === 0 || waited > REST_MS)
          return { breaches: found, revoked: tokens.filter(({ id }) => isRevoked(id)).length };
        await delay(LOOK_EVERY_MS);
      }
    },
  };
}

/** Whether it comes about in this time. */
function within(ms: number, event: Promise<void> | undefined): Promise<boolean> {
  return Promise.race([event?.then(() => true) ?? false, delay(ms).then(() => false)]);
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
