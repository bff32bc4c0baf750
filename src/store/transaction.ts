import type { Kysely } from 'kysely';
import type { Transaction } from '../revocation/store.ts';
import { announcementSteps } from './announcement-steps.ts';
import { auditReadingSteps } from './audit-reading-steps.ts';
import { auditSteps, deliverySteps } from './audit-steps.ts';
import { chainSteps } from './chain-steps.ts';
import { deskSteps } from './desk-steps.ts';
import type { Engine } from './engine.ts';
import { freezeSteps } from './freeze-steps.ts';
import { itemSteps } from './item-steps.ts';
import { keeperSteps } from './keeper-steps.ts';
import { noticeSteps } from './notice-steps.ts';
import { overviewSteps } from './overview-steps.ts';
import { planSteps } from './plan-steps.ts';
import { rotationSteps } from './rotation-steps.ts';
import type { Tables } from './schema.ts';
import { selectionSteps } from './selection-steps.ts';

/** The steps of one transaction, and what has to follow the last of them. */
export interface Steps {
  readonly steps: Transaction;
  /** Writes the audit entries of all steps; right before the commit, and nothing after it. */
  appendAudit(): Promise<void>;
}

/** Every step of the heart's transactions, on one open transaction of the database. */
export function stepsOn(db: Kysely<Tables>, engine: Engine): Steps {
  const { audit, appendAudit } = auditSteps(db, engine);
  const plans = planSteps(db, engine, audit);
  const steps = {
    ...{ audit, ...plans },
    ...deliverySteps(db),
    ...auditReadingSteps(db),
    ...itemSteps(db, engine, plans.plan),
    ...keeperSteps(db, engine),
    ...freezeSteps(db, engine),
    ...announcementSteps(db, engine),
    ...overviewSteps(db),
    ...deskSteps(db),
    ...chainSteps(db),
    ...noticeSteps(db, engine),
    ...rotationSteps(db, engine),
    ...selectionSteps(db),
  };
  return { steps, appendAudit };
}
