import type { Authorizer } from './authorization.ts';
import { type Clock, sleep } from './clock.ts';
import type { Requester } from './people.ts';
import type { Plan } from './plan.ts';
import { FRESH_MS } from './plans.ts';
import type { Profile } from './policy.ts';
import { type Owner, ownersOf, type Rotation, type RotationSettings, tokensOf } from './rotation.ts';
import type { ProfileName } from './token.ts';
import type { Verdict } from './verdict.ts';

/** What is not known by then is a refusal. */
const LOOK_UP_WITHIN_MS = 1_000;

export interface RightsDependencies {
  readonly clock: Clock;
  readonly authorizer: Authorizer;
  readonly profiles: ReadonlyMap<ProfileName, Profile>;
  readonly settings: RotationSettings;
}

/** What somebody may say of the rotations of one revocation, and by which rule; undefined where that is nothing. */
export interface RotationRights {
  readonly rule: string;
  mayClose(rotation: Rotation): boolean;
}

/** Whose rotations they are to close: the operator's own, those of tokens one looks after, and all for those who may revoke. */
export async function rightsOver(
  dependencies: RightsDependencies,
  plan: Plan,
  rotations: readonly Rotation[],
  who: Requester,
): Promise<RotationRights | 'not in time' | undefined> {
  const everything = (rule: string): RotationRights => ({ rule, mayClose: () => true });
  if (isOperator(plan, who)) return everything('operator');
  const { authorizer, profiles } = dependencies;
  const profile = profiles.get(plan.profile);
  const [owned, start] = await Promise.all([
    inTime(dependencies.clock, rightsOfOwner(dependencies, plan, rotations, who)),
    inTime(dependencies.clock, profile ? authorizer.verdict(profile, who, FRESH_MS) : NOBODY),
  ]);
  if (start !== 'not in time' && start.allowed) return everything(start.rule);
  return owned ?? (isUnknown(start) ? 'not in time' : undefined);
}

/** Whether this person had the tokens revoked. */
export function isOperator({ requester }: Plan, { user, team }: Requester): boolean {
  return requester.user === user && requester.team === team;
}

/** What somebody may say of those tokens that they look after. */
export async function rightsOfOwner(
  { authorizer, settings }: Pick<RightsDependencies, 'authorizer' | 'settings'>,
  plan: Plan,
  rotations: readonly Rotation[],
  who: Requester,
): Promise<RotationRights | undefined> {
  const tokens = tokensOf(plan);
  const ownersOfOne = ({ tokenId }: Rotation): readonly Owner[] => {
    const token = tokens.get(tokenId);
    return token ? ownersOf(token, settings) : [];
  };
  const concerned = [...new Set(rotations.flatMap(ownersOfOne))];
  const verdicts = await Promise.all(
    concerned.map(async (owner) => ({ owner, verdict: await authorizer.isOwner(owner, who, FRESH_MS) })),
  );
  const own = verdicts.filter(({ verdict }) => verdict.allowed).map(({ owner }) => owner);
  const rule = verdicts.flatMap(({ verdict }) => (verdict.allowed ? [verdict.rule] : [])).join(', ');
  return own.length === 0
    ? undefined
    : { rule, mayClose: (rotation) => ownersOfOne(rotation).some((owner) => own.includes(owner)) };
}

const NOBODY: Promise<Verdict> = Promise.resolve({ allowed: false, denial: 'not listed', message: '' });

function isUnknown(verdict: Verdict | 'not in time'): boolean {
  return verdict === 'not in time' || (!verdict.allowed && verdict.denial === 'unreadable');
}

/** What it resolves with, if Slack can still be acknowledged in time then. */
export async function inTime<T>(clock: Clock, work: Promise<T>): Promise<T | 'not in time'> {
  const ended = new AbortController();
  const late = sleep(clock, LOOK_UP_WITHIN_MS, ended.signal).then(() => 'not in time' as const);
  try {
    return await Promise.race([work, late]);
  } finally {
    ended.abort();
  }
}
