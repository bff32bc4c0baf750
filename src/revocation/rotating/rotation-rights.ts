import type { Clock } from '../clock.ts';
import { inTime } from '../in-time.ts';
import type { Requester } from '../people.ts';
import type { Plan } from '../plan.ts';
import { FRESH_MS } from '../planning/plans.ts';
import type { Authorizer } from '../rights/authorization.ts';
import type { Profile } from '../rights/policy.ts';
import type { Verdict } from '../rights/verdict.ts';
import type { ProfileName } from '../token.ts';
import { type Owner, ownersOf, type Rotation, type RotationSettings } from './rotation.ts';

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
  const concerned = new Set(rotations.flatMap((rotation) => ownersOf(rotation, dependencies.settings)));
  const [owned, start] = await Promise.all([
    inTime(dependencies.clock, rightsOfOwner(dependencies, [...concerned], who)),
    inTime(dependencies.clock, profile ? authorizer.verdict(profile, who, FRESH_MS) : NOBODY),
  ]);
  if (start !== 'not in time' && start.allowed) return everything(start.rule);
  return owned ?? (isUnknown(start) ? 'not in time' : undefined);
}

/** Whether this person had the tokens revoked. */
export function isOperator({ requester }: Plan, { user, team }: Requester): boolean {
  return requester.user === user && requester.team === team;
}

/** What somebody may say of the tokens that these owners look after, as one of them. */
export async function rightsOfOwner(
  { authorizer }: Pick<RightsDependencies, 'authorizer'>,
  concerned: readonly Owner[],
  who: Requester,
): Promise<RotationRights | undefined> {
  const verdicts = await Promise.all(
    concerned.map(async (owner) => ({ owner, verdict: await authorizer.isOwner(owner, who, FRESH_MS) })),
  );
  const owners = verdicts.filter(({ verdict }) => verdict.allowed).map(({ owner }) => owner);
  const rule = verdicts.flatMap(({ verdict }) => (verdict.allowed ? [verdict.rule] : [])).join(', ');
  return owners.length === 0 ? undefined : { rule, mayClose: (rotation) => ownersOf(rotation, { owners }).length > 0 };
}

const NOBODY: Promise<Verdict> = Promise.resolve({ allowed: false, denial: 'not listed', message: '' });

function isUnknown(verdict: Verdict | 'not in time'): boolean {
  return verdict === 'not in time' || (!verdict.allowed && verdict.denial === 'unreadable');
}
