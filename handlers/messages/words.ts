import type { PlanRequest } from '../../src/revocation/plan.ts';
import type { Part } from './parts.ts';
import { heading } from './parts.ts';
import { clean } from './untrusted.ts';

/** `1 token`, `2 tokens`; `1 entry`, `2 entries` where the plural is given. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** What messages say of a profile. */
export interface ShownProfile {
  readonly name: string;
  readonly production: boolean;
}

/** The profile, large, and unmistakable where it is production. */
export function profileHeading(profile: ShownProfile): Part {
  return heading(profile.production ? `🔴 ${profile.name} (production)` : profile.name);
}

/** Why somebody asked, as they may have typed anything. */
export function reasonOf({ reason }: PlanRequest): string {
  return reason ? clean(reason, 300) : 'no reason given';
}

/** `40 ms`, `1.4 s`, `12 s`, `3 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
