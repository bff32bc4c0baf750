import { breaches } from '../faults/oracle.ts';
import { revokePersistently } from '../faults/persistent-operator.ts';
import { clusterEvidence } from '../faults/stage.ts';
import { freshTokens } from '../faults/tokens.ts';
import type { Arena } from './arena.ts';
import type { Random } from './random.ts';
import { processTrouble, type Trouble, wireTrouble } from './troubles.ts';

/** What happened in one round. */
export interface Round {
  readonly troubles: readonly string[];
  readonly revocations: number;
  readonly tokens: number;
  /** Every token's outcome as people read it, counted. */
  readonly breaches: readonly string[];
  readonly ms: number;
}

/** How long everything may take to come to rest, every deadline and lease behind it. */
const REST_MS = 40_000;
const LOOK_EVERY_MS = 60;

/** Several people revoke at once while things go wrong; then the evidence of the round is judged. */
export async function playRound(arena: Arena, random: Random): Promise<Round> {
  const startedAt = performance.now();
  const before = {
    events: arena.workspace.now,
    requests: arena.cluster.requests.length,
    entries: (await arena.audit()).length,
  };
  const troubles = chooseTroubles(random, arena.bots.length);
  const orders = arena.operators.map((user) => ({
    user,
    tokens: freshTokens(1 + random.below(4)),
    again: random.chance(0.2),
  }));
  for (const { tokens } of orders) arena.cluster.put(...tokens);
  const guard = keepAlive(arena);
  const begun = Promise.all(troubles.map((trouble) => trouble.begin(arena)));
  const found: string[] = [];
  await Promise.all(
    orders.map(({ user, tokens, again }) =>
      revokePersistently(
        arena.workspace,
        tokens.map(({ id }) => id),
        {
          user,
          // Impatient people click twice, and one of the two may still be on its way when the other is taken.
          onPlan: (plan) => again && void arena.workspace.slack.click(plan, 'revoke_plan', { user, stale: true }),
        },
      ).catch((error: unknown) =>
        found.push(`somebody waits for ever: ${error instanceof Error ? error.message : error}`),
      ),
    ),
  );
  await begun;
  await Promise.all(arena.bots.map((bot) => bot.arm(null)));
  found.push(...(await atRest(arena, before)));
  await guard.end();
  const tokens = orders.reduce((sum, order) => sum + order.tokens.length, 0);
  return {
    troubles: troubles.map(({ name }) => name),
    revocations: orders.length,
    tokens,
    breaches: found,
    ms: performance.now() - startedAt,
  };
}

function chooseTroubles(random: Random, bots: number): readonly Trouble[] {
  const wires = Array.from({ length: random.below(3) }, () => wireTrouble(random));
  return random.chance(0.75) ? [processTrouble(random, bots), ...wires] : wires;
}

/** Starts again whatever is gone, as a service manager does. */
function keepAlive(arena: Arena): { end(): Promise<void> } {
  let isOver = false;
  const guards = arena.bots.map(async (_bot, index) => {
    while (!isOver) {
      await arena.revive(index);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    await arena.revive(index);
  });
  return {
    async end() {
      isOver = true;
      await Promise.all(guards);
    },
  };
}

/** The breaches that are left when everything has come to rest, or could have. */
async function atRest(
  arena: Arena,
  before: { events: number; requests: number; entries: number },
): Promise<readonly string[]> {
  const until = performance.now() + REST_MS;
  for (;;) {
    const { deletes, isRevoked } = clusterEvidence(arena.cluster, before.requests);
    const found = breaches({
      ...{ deletes, isRevoked, atRest: true, sameClock: true },
      audit: await arena.audit(),
      since: before.entries,
      events: arena.workspace.events(before.events),
    });
    if (found.length === 0 || performance.now() > until) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
