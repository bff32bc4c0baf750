import { expect, test } from 'vitest';
import { planEntry } from '../../src/revocation/journal.ts';
import { later, samplePlan } from './samples.ts';

test('an entry says who did what to which plan, when, for whom and on which profile', () => {
  const plan = samplePlan();

  expect(planEntry(plan, later(5), 'U0BOB', 'plan claimed', { live: 2 })).toEqual({
    at: later(5),
    actor: 'U0BOB',
    action: 'plan claimed',
    subject: plan.id,
    detail: { profile: 'default', operator: 'U0ALICE', live: 2 },
  });
});

test('an entry holds no descriptions', () => {
  expect(JSON.stringify(planEntry(samplePlan(), later(5), 'bot', 'plan shown'))).not.toContain('telegraf');
});
