import { createHash, randomBytes } from 'node:crypto';

/** Names a plan and the revocation it becomes: 128 random bits in hex. All a button ever carries. */
export type PlanId = string;

const PLAN_ID = /^[0-9a-f]{32}$/;

/** A new, unguessable plan ID. */
export function newPlanId(): PlanId {
  return randomBytes(16).toString('hex');
}

/** Whether a button's value can be a plan ID at all. */
export function isPlanId(value: string): boolean {
  return PLAN_ID.test(value);
}

/** What people quote and search the logs for: `R-1a2b3c4d`. */
export function reference(id: PlanId): string {
  return `R-${id.slice(0, 8)}`;
}

/** The same for the same parts in the same order, and practically for no others. */
export function fingerprint(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
