import { knownBreak } from '../auditing/chain-notices.ts';
import type { Clock } from '../clock.ts';
import type { Freeze } from '../freeze.ts';
import type { Plan } from '../plan.ts';
import { isExpired } from '../plan.ts';
import type { Item } from '../revocation.ts';
import { GIVEN_UP_SHOWN_MS } from '../rotating/rotation.ts';
import type { RotationCount, UntoldRotations } from '../rotating/rotation-steps.ts';
import type { Store } from '../store.ts';
import type { BrokenChain } from '../telling/notice.ts';
import type { ProfileName } from '../token.ts';

const ATTENTION_LASTS_MS = 7 * 24 * 3_600_000;

/** How things stand at one moment. */
export interface Status {
  /** Where the audit log is known not to be what was written. */
  readonly brokenChain: BrokenChain | undefined;
  readonly freeze: Freeze | undefined;
  /** Revocations under way. */
  readonly running: readonly { readonly plan: Plan; readonly items: readonly Item[] }[];
  /** Plans that wait for a click, or whose click is being checked. */
  readonly waiting: readonly Plan[];
  /** Tokens whose outcome became unknown in the last seven days, the latest first. */
  readonly attention: readonly Item[];
  /** How many rotations are open, since when the oldest, and how many were given up in the last 30 days. */
  readonly rotations: { readonly open: number; readonly oldest: Date | undefined; readonly givenUp: number };
  /** Of whose rotations nobody could be told the last time, the latest first. */
  readonly untold: readonly UntoldRotations[];
  /** Why nothing moves on these profiles, as far as this bot has met it. */
  readonly paused: ReadonlyMap<ProfileName, string>;
}

export interface StatusDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly pauseOf: (profile: ProfileName) => string | undefined;
}

/** Reads how things stand on these profiles, in one transaction. */
export async function readStatus(
  { store, clock, pauseOf }: StatusDependencies,
  profiles: ReadonlySet<ProfileName>,
): Promise<Status> {
  const now = clock.now();
  const paused = [...profiles].flatMap((profile) => {
    const reason = pauseOf(profile);
    return reason === undefined ? [] : [[profile, reason] as const];
  });
  return store.transaction(async (transaction) => {
    const running = [];
    for (const plan of await transaction.runningPlans()) {
      if (profiles.has(plan.profile)) running.push({ plan, items: await transaction.items(plan.id) });
    }
    const undecided = await transaction.plansIn(['pending', 'claimed']);
    const unknown = await transaction.unknownItems(new Date(now.getTime() - ATTENTION_LASTS_MS));
    const counts = await transaction.countRotations(new Date(now.getTime() - GIVEN_UP_SHOWN_MS));
    return {
      brokenChain: await knownBreak(transaction),
      freeze: await transaction.freeze(),
      running,
      waiting: undecided.filter((plan) => profiles.has(plan.profile) && !isExpired(plan, now)),
      attention: unknown.filter(({ profile }) => profiles.has(profile)),
      rotations: inAll(counts.filter(({ profile }) => profiles.has(profile))),
      untold: (await transaction.untoldRotations()).filter(({ profile }) => profiles.has(profile)),
      paused: new Map(paused),
    };
  });
}

function inAll(counts: readonly RotationCount[]): Status['rotations'] {
  const open = counts.filter(({ state }) => state === 'open');
  const sum = (some: readonly RotationCount[]) => some.reduce((total, { count }) => total + count, 0);
  const oldest = open.map((one) => one.oldest).sort((a, b) => a.getTime() - b.getTime());
  return { open: sum(open), oldest: oldest[0], givenUp: sum(counts.filter(({ state }) => state === 'given up')) };
}
