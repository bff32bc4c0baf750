import { newPlanId } from '../../src/revocation/ids.ts';
import type { Requester } from '../../src/revocation/people.ts';
import type { Plan, PlanRequest } from '../../src/revocation/plan.ts';
import type { Item } from '../../src/revocation/revocation.ts';
import type { Policy, Profile } from '../../src/revocation/rights/policy.ts';
import type { Token, TokenId } from '../../src/revocation/token.ts';

export const NOON = new Date('2026-11-22T12:00:00Z');
export const later = (ms: number) => new Date(NOON.getTime() + ms);

export const ALICE: Requester = { user: 'U0ALICE', team: 'T0001', channel: 'C0001' };
export const BOB: Requester = { user: 'U0BOB', team: 'T0001', channel: 'C0001' };

/** The ID of the token with this number, from 1; its first eight digits are the number. */
export function tokenId(number: number): TokenId {
  return `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`;
}

export function sampleToken(number: number, overrides: Partial<Token> = {}): Token {
  return {
    id: tokenId(number),
    description: `telegraf ${number}`,
    permissions: [{ action: 'write', resource: 'metrics' }],
    createdAt: NOON,
    ...overrides,
  };
}

export function sampleTokens(count: number): Token[] {
  return Array.from({ length: count }, (_, index) => sampleToken(index + 1));
}

export function samplePolicy(overrides: Partial<Policy> = {}): Policy {
  return {
    start: { users: [ALICE.user], usergroups: [] },
    force: { users: [] },
    audit: { users: [], usergroups: [] },
    channels: undefined,
    maxTokens: 100,
    protected: [],
    ...overrides,
  };
}

export function sampleProfile(policy: Partial<Policy> = {}, overrides: Partial<Profile> = {}): Profile {
  return { name: 'default', production: true, policy: samplePolicy(policy), concurrency: 4, ...overrides };
}

export function sampleRequest(overrides: Partial<PlanRequest> = {}): PlanRequest {
  return {
    requester: ALICE,
    profile: 'default',
    tokenIds: [tokenId(1), tokenId(2)],
    reason: 'leaked in a build log',
    force: false,
    debug: false,
    timeoutMs: 60_000,
    notes: [],
    ...overrides,
  };
}

export function workItem(overrides: Partial<Item> = {}): Item {
  return {
    revocationId: 'f'.repeat(32),
    profile: 'default',
    tokenId: tokenId(1),
    state: 'leased',
    attempt: 1,
    fence: 1,
    runAt: NOON,
    startedAt: NOON,
    sent: false,
    lost: false,
    note: '',
    status: '',
    ...overrides,
  };
}

export function samplePlan(overrides: Partial<Plan> = {}): Plan {
  return {
    ...sampleRequest(),
    id: newPlanId(),
    state: 'pending',
    tokens: sampleTokens(2).map((token) => ({ id: token.id, found: 'live', token })),
    createdAt: NOON,
    expiresAt: later(900_000),
    ...overrides,
  };
}
