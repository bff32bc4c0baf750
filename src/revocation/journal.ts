import type { Plan } from './plan.ts';
import type { AuditEntry } from './store.ts';

/** The audit entry of a step of a plan: who did it, and what the plan is about. Holds no descriptions. */
export function planEntry(
  plan: Plan,
  at: Date,
  actor: string,
  action: string,
  detail: AuditEntry['detail'] = {},
): AuditEntry {
  const { profile, requester } = plan;
  return { at, actor, action, subject: plan.id, detail: { profile, operator: requester.user, ...detail } };
}
