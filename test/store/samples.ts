import { newPlanId } from '../../src/revocation/ids.ts';
import type { Plan } from '../../src/revocation/plan.ts';
import type { Selection } from '../../src/revocation/planning/selection-steps.ts';
import type { Item, Revocation } from '../../src/revocation/revocation.ts';
import type { Rotation } from '../../src/revocation/rotating/rotation.ts';
import type { AuditEntry } from '../../src/revocation/store.ts';

export const NOON = new Date('2026-11-22T12:00:00Z');
export const later = (ms: number) => new Date(NOON.getTime() + ms);

export const TOKEN_IDS = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;

export function samplePlan(overrides: Partial<Plan> = {}): Plan {
  return {
    id: newPlanId(),
    profile: 'default',
    requester: { user: 'U0ALICE', team: 'T0001', channel: 'C0001' },
    tokenIds: TOKEN_IDS,
    reason: 'leaked in a build log',
    force: false,
    debug: false,
    timeoutMs: 60_000,
    notes: ['One ID was given twice and counts once.'],
    state: 'pending',
    tokens: [
      {
        id: TOKEN_IDS[0],
        found: 'live',
        token: {
          id: TOKEN_IDS[0],
          description: 'telegraf',
          permissions: [{ action: 'write', resource: '*' }],
          createdAt: NOON,
          expiresAt: later(9e9),
        },
      },
      { id: TOKEN_IDS[1], found: 'unreadable', problem: 'the cluster did not answer in time' },
    ],
    revocationsLeft: 7,
    createdAt: NOON,
    expiresAt: later(900_000),
    decidedBy: undefined,
    decidedAt: undefined,
    reply: { url: 'https://hooks.slack.com/commands/1', uses: 0, openedAt: NOON, replaces: false },
    ...overrides,
  };
}

export function sampleItem(plan: Plan, tokenId: string, overrides: Partial<Item> = {}): Item {
  return {
    revocationId: plan.id,
    profile: plan.profile,
    tokenId,
    state: 'ready',
    attempt: 0,
    fence: 0,
    runAt: NOON,
    startedAt: undefined,
    sent: false,
    lost: false,
    outcome: undefined,
    note: '',
    status: '',
    revokedAt: undefined,
    doneAt: undefined,
    ...overrides,
  };
}

export function sampleRevocation(plan: Plan, overrides: Partial<Revocation> = {}): Revocation {
  return { id: plan.id, state: 'running', createdAt: NOON, finishedAt: undefined, stoppedBy: undefined, ...overrides };
}

export function sampleEntry(action: string, overrides: Partial<AuditEntry> = {}): AuditEntry {
  return { at: NOON, actor: 'U0ALICE', action, subject: 'a plan', detail: { tokens: 2 }, ...overrides };
}

export function sampleRotation(plan: Plan, tokenId: string, overrides: Partial<Rotation> = {}): Rotation {
  return {
    id: newPlanId(),
    revocationId: plan.id,
    profile: plan.profile,
    tokenId,
    state: 'open',
    openedAt: NOON,
    closedBy: undefined,
    closedAt: undefined,
    described: undefined,
    ...overrides,
  };
}

export function sampleSelection(overrides: Partial<Selection> = {}): Selection {
  return {
    id: newPlanId(),
    owner: { user: 'U0ALICE', team: 'T0001' },
    place: { channel: 'C0001', thread: '1700000000.000100' },
    tokenIds: TOKEN_IDS,
    notes: ['One file could not be read.'],
    createdAt: NOON,
    ...overrides,
  };
}
