import { inTime } from '../in-time.ts';
import type { Requester } from '../people.ts';
import type { Plan } from '../plan.ts';
import { type Delivery, FRESH_MS } from '../planning/plans.ts';
import type { Denial } from '../rights/verdict.ts';
import type { Store } from '../store.ts';
import { type Closing, GIVEN_UP_SHOWN_MS, type Rotation } from './rotation.ts';
import { close, find, snooze, type Taken, type Told } from './rotation-moves.ts';
import { newsOf, type RotationNews } from './rotation-news.ts';
import {
  isOperator,
  type RightsDependencies,
  type RotationRights,
  rightsOfOwner,
  rightsOver,
} from './rotation-rights.ts';
import type { LeftRotations } from './rotation-steps.ts';

/** With a second for asking who it is, they leave Slack its three. */
const READ_WITHIN_MS = 600;
const WRITE_WITHIN_MS = 1_000;
/** Nobody has more open; a bound all the same. */
const REVOCATIONS_READ = 1_000;

/** Somebody pressed a button about one rotation, or about all of a revocation. Nothing but the ID is believed. */
export interface Press extends Delivery {
  /** Of a rotation, or of the revocation. */
  readonly id: string;
  readonly who: Requester;
}

/** What became of it. */
export type Pressed =
  | { readonly kind: 'pressed'; readonly news: RotationNews }
  /** Slack delivered the very same press again. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly message: string }
  /** It changed nothing: all of them were closed before, see by whom and when, or given up. */
  | { readonly kind: 'closed'; readonly rotations: readonly Rotation[] };

export interface RotationsDependencies extends RightsDependencies {
  readonly store: Store;
}

/** What people say of rotations. A press is durable when it resolves, in time for Slack to be acknowledged. */
export interface Rotations {
  /** Closes what the press is about, as far as that person may. */
  close(press: Press, as: Closing): Promise<Pressed>;
  /** Lets the next message about this revocation come at this time tomorrow. */
  snooze(press: Press): Promise<Pressed>;
  /** What this person has open, or had given up in the last 30 days, the latest revocation first: what they had revoked, and what they look after. */
  concerning(who: Requester): Promise<readonly LeftRotations[]>;
}

export function createRotations(dependencies: RotationsDependencies): Rotations {
  const { store, clock, settings } = dependencies;

  /** What every press has to pass, and what it does then, in one transaction. */
  async function take(
    press: Press,
    wish: string,
    proceed: (taken: Taken) => Promise<Told | undefined>,
  ): Promise<Pressed> {
    const found = await store.transaction((transaction) => find(transaction, press.id), { withinMs: READ_WITHIN_MS });
    if (!found) return refuse(press, wish, { kind: 'unknown' });
    const { plan, meant } = found;
    const [rights, detailed] = await Promise.all([
      rightsOver(dependencies, plan, meant, press.who),
      inTime(clock, mayReadHere(plan, press.who)),
    ]);
    const may = rights === 'not in time' ? undefined : rights;
    if (!may) {
      const denial = rights === 'not in time' ? 'unreadable' : 'not listed';
      return refuse(press, wish, { kind: 'refused', message: refusal(rights) }, denial);
    }
    return store.transaction(
      async (transaction): Promise<Pressed> => {
        const now = clock.now();
        // The delivery is remembered last, so that nobody can use up a key that is not theirs.
        if (!(await transaction.firstDelivery(press.key, now))) return { kind: 'repeated' };
        const reminder = await transaction.reminder(plan.id);
        const told =
          reminder && (await proceed({ transaction, plan, reminder, meant, user: press.who.user, rights: may, now }));
        const rotations = await transaction.rotations(plan.id);
        const isMeant = ({ id }: Rotation) => meant.some((one) => one.id === id);
        if (!told) return { kind: 'closed', rotations: rotations.filter(isMeant).filter(may.mayClose) };
        return { kind: 'pressed', news: newsOf(told.about, { plan, rotations, ...told }, settings, detailed === true) };
      },
      { withinMs: WRITE_WITHIN_MS },
    );
  }

  async function refuse(press: Press, wish: string, pressed: Refusal, denial?: Denial): Promise<Pressed> {
    const { who, id } = press;
    const detail = { refused: wish, why: pressed.kind, denial, team: who.team, channel: who.channel };
    const entry = { at: clock.now(), actor: who.user, action: 'click refused', subject: id, detail };
    await store.transaction((transaction) => transaction.audit([entry]), { withinMs: WRITE_WITHIN_MS });
    return pressed;
  }

  /** What others had revoked and this person looks after. Whoever looks after nothing costs nothing. */
  async function lookedAfter(who: Requester, since: Date): Promise<LeftRotations[]> {
    const rights = await rightsOfOwner(dependencies, settings.owners, who);
    if (!rights) return [];
    const all = await store.transaction((transaction) => transaction.othersRotations(who, since, REVOCATIONS_READ));
    const own: LeftRotations[] = [];
    for (const left of all) {
      await new Promise((resolve) => setImmediate(resolve)); // all else has its turn
      const rotations = await store.transaction((transaction) => transaction.rotations(left.revocationId));
      const count = (state: Rotation['state']) =>
        rotations.filter(
          (one) => one.state === state && !(one.closedAt && one.closedAt < since) && rights.mayClose(one),
        ).length;
      const [open, givenUp] = [count('open'), count('given up')];
      if (open + givenUp > 0) own.push({ ...left, open, givenUp });
    }
    return own;
  }

  /** Whether descriptions may stand where the press was made: only the operator reads their direct messages. */
  async function mayReadHere(plan: Plan, who: Requester): Promise<boolean> {
    const profile = dependencies.profiles.get(plan.profile);
    if (!profile || !who.channel.startsWith('D') || !isOperator(plan, who)) return false;
    return (await dependencies.authorizer.mayRead(profile, plan.requester, FRESH_MS)).allowed;
  }

  return {
    close: (press, as) => take(press, as, (taken) => close(taken, as)),
    snooze: (press) => take(press, 'snooze', (taken) => snooze(taken, settings)),
    async concerning(who) {
      const since = new Date(clock.now().getTime() - GIVEN_UP_SHOWN_MS);
      const own = await store.transaction((transaction) => transaction.ownRotations(who, since, REVOCATIONS_READ));
      const others = await lookedAfter(who, since);
      return [...own, ...others].toSorted((a, b) => b.openedAt.getTime() - a.openedAt.getTime());
    },
  };
}

type Refusal = Extract<Pressed, { readonly kind: 'unknown' | 'refused' }>;

function refusal(rights: RotationRights | 'not in time' | undefined): string {
  if (rights === 'not in time')
    return 'Slack did not say in time who you are. Nothing was changed. Press again in a moment.';
  return 'Only the person who had the tokens revoked, their owners, and people who may revoke on this profile can do this. Nothing was changed.';
}
