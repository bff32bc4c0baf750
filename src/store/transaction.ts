import type { Kysely } from 'kysely';
import type { Transaction } from '../revocation/store.ts';
import { announcementSteps } from './announcement-steps.ts';
import { auditSteps, deliverySteps } from './audit-steps.ts';
import { itemSteps } from './item-steps.ts';
import { planSteps } from './plan-steps.ts';
import type { Tables } from './schema.ts';

/** Every step of the heart's transactions, on one open transaction of the database. */
export function stepsOn(db: Kysely<Tables>): Transaction {
  const { audit } = auditSteps(db);
  const plans = planSteps(db, audit);
  return { audit, ...deliverySteps(db), ...plans, ...itemSteps(db, plans.plan), ...announcementSteps(db) };
}
