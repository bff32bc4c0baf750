import type { Click, ClicksDependencies, NotTaken } from '../confirming/clicks.ts';
import { createTake, replyTo } from '../confirming/taking.ts';
import { planEntry } from '../journal.ts';
import { type Place, type Plan, placeOf } from '../plan.ts';
import { leftOver } from '../revocation.ts';
import type { Transaction } from '../store.ts';
import type { TokenId } from '../token.ts';

/** There is no result that something could be done with yet, or nothing is left of it to do. */
export type NoResult = { readonly kind: 'not over' } | { readonly kind: 'nothing left' };

/** The tokens of a result to plan again. */
export type Retried =
  | { readonly kind: 'taken'; readonly plan: Plan; readonly tokenIds: readonly TokenId[] }
  | NoResult
  | NotTaken;

/** What became of the wish to share a result. `nowhere`: nobody else reads where the plan was. */
export type ShareTaken =
  | { readonly kind: 'taken'; readonly place: Place }
  | { readonly kind: 'already shared' }
  | { readonly kind: 'nowhere' }
  | NoResult
  | NotTaken;

/** What an operator does with the result of a revocation: durable before Slack is acknowledged, asking nobody but the store. */
export interface ResultClicks {
  /** The tokens that are left over, for a new plan. Changes nothing. */
  retry(click: Click): Promise<Retried>;
  /** Queues the result for its place, once. */
  share(click: Click): Promise<ShareTaken>;
}

export function createResultClicks(dependencies: ClicksDependencies & { readonly onNews: () => void }): ResultClicks {
  const take = createTake(dependencies);
  return {
    retry: (click) =>
      take<Retried>(click, {
        action: 'retry asked for',
        async proceed(transaction, plan, now) {
          if (!(await isOver(transaction, plan))) return { kind: 'not over' };
          const tokenIds = leftOver(await transaction.items(plan.id)).map(({ tokenId }) => tokenId);
          if (tokenIds.length === 0) return { kind: 'nothing left' };
          const { user } = click.who;
          await transaction.audit([planEntry(plan, now, user, 'retry asked for', { tokens: tokenIds.length })]);
          return { kind: 'taken', plan, tokenIds };
        },
      }),
    async share(click) {
      const shared = await take<ShareTaken>(click, {
        action: 'share asked for',
        // Also from a direct message that says why it could not be shared.
        fromAnywhere: true,
        proceed: (transaction, plan, now) => queueShared(transaction, plan, click, now),
      });
      if (shared.kind === 'taken') dependencies.onNews();
      return shared;
    },
  };
}

async function queueShared(transaction: Transaction, plan: Plan, click: Click, now: Date): Promise<ShareTaken> {
  const place = placeOf(plan);
  if (!place) return { kind: 'nowhere' };
  if (!(await isOver(transaction, plan))) return { kind: 'not over' };
  if (!(await transaction.announce(plan.id, 'shared result', now))) return { kind: 'already shared' };
  const reply = replyTo(click, now);
  if (reply) await transaction.setReply(plan.id, reply);
  await transaction.audit([planEntry(plan, now, click.who.user, 'share asked for', { ...place })]);
  return { kind: 'taken', place };
}

async function isOver(transaction: Transaction, { id }: Plan): Promise<boolean> {
  const revocation = await transaction.revocation(id);
  return revocation !== undefined && revocation.state !== 'running';
}
