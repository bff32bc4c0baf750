import type { Clock } from '../clock.ts';
import type { ProfileName } from '../token.ts';
import type { Decision } from './outcome.ts';

const REFUSED_IN_A_ROW = 3;
const AFTER_REFUSALS_MS = 60_000;
const LONGEST_PAUSE_MS = 15_000;

interface Pause {
  readonly until: number;
  readonly reason: string;
}

/** Which profiles wait, and why. A paused profile tries one token after its pause, and goes on when that one works. */
export interface Pauses {
  /** How many tokens of this profile may be under way, given how many it allows when nothing is wrong. */
  window(profile: ProfileName, size: number): number;
  reason(profile: ProfileName): string | undefined;
  /** When the next pause ends, in milliseconds of the epoch; infinity when none lasts. */
  nextEnd(): number;
  /** Takes the end of an attempt into account; says the reason when the profile pauses from now on. */
  note(profile: ProfileName, decision: Decision): string | undefined;
}

export function createPauses(clock: Clock): Pauses {
  const pauses = new Map<ProfileName, Pause>();
  const refusals = new Map<ProfileName, number>();

  function pause(profile: ProfileName, ms: number, reason: string): string | undefined {
    const before = pauses.get(profile);
    pauses.set(profile, { until: clock.now().getTime() + ms, reason });
    return before?.reason === reason ? undefined : reason;
  }

  return {
    window(profile, size) {
      const pause = pauses.get(profile);
      if (!pause) return size;
      return clock.now().getTime() < pause.until ? 0 : 1;
    },
    reason: (profile) => pauses.get(profile)?.reason,
    nextEnd() {
      const now = clock.now().getTime();
      return Math.min(...[...pauses.values()].map(({ until }) => until).filter((until) => until > now));
    },
    note(profile, decision) {
      if (decision.next === 'pause') return pause(profile, Math.min(decision.afterMs, LONGEST_PAUSE_MS), decision.note);
      if (decision.next === 'again' || decision.next === 'taken back') return undefined;
      const inARow = decision.outcome === 'refused' ? (refusals.get(profile) ?? 0) + 1 : 0;
      refusals.set(profile, inARow);
      if (inARow >= REFUSED_IN_A_ROW)
        return pause(profile, AFTER_REFUSALS_MS, 'the cluster refuses one token after the other');
      pauses.delete(profile);
      return undefined;
    },
  };
}
