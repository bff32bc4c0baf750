import type { Clock } from '../clock.ts';
import type { Requester } from '../people.ts';
import { type Delivery, FRESH_MS } from '../planning/plans.ts';
import type { Authorizer } from '../rights/authorization.ts';
import type { Profile } from '../rights/policy.ts';
import type { Refused } from '../rights/verdict.ts';
import type { AuditEntry, Store } from '../store.ts';
import type { ProfileName } from '../token.ts';
import {
  type AuditExport,
  type AuditPage,
  earlierPage,
  exportOf,
  laterPage,
  type Readable,
  type Turn,
} from './audit-pages.ts';
import type { AuditFilter } from './audit-record.ts';

/** What somebody asks of the audit log. */
export interface AuditQuery extends Omit<AuditFilter, 'profiles'> {
  /** Undefined for all that the person may read. */
  readonly profile?: ProfileName | undefined;
}

/** Nothing was read: Slack delivered the same again, or the person may not. */
export type NotRead = { readonly kind: 'repeated' } | { readonly kind: 'refused'; readonly message: string };

/** The audit log for those who may read it: who may is read afresh each time, and that they read it is written down first. */
export interface AuditTrail {
  page(who: Requester, query: AuditQuery, turn: Turn, delivery: Delivery): Promise<AuditPage | NotRead>;
  /** The newest of the whole answer, as much as fits. */
  export(who: Requester, query: AuditQuery, delivery: Delivery): Promise<AuditExport | NotRead>;
}

export interface AuditTrailDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly authorizer: Pick<Authorizer, 'mayAudit'>;
  readonly profiles: ReadonlyMap<ProfileName, Profile>;
}

export function createAuditTrail({ store, clock, authorizer, profiles }: AuditTrailDependencies): AuditTrail {
  async function mayRead(who: Requester, query: AuditQuery): Promise<readonly ProfileName[] | Refused> {
    const asked = [...profiles.values()].filter(({ name }) => query.profile === undefined || name === query.profile);
    const verdicts = await Promise.all(
      asked.map(async (profile) => ({ profile, verdict: await authorizer.mayAudit(profile, who, FRESH_MS) })),
    );
    const allowed = verdicts.filter(({ verdict }) => verdict.allowed);
    if (allowed.length > 0) return allowed.map(({ profile }) => profile.name);
    const refused = verdicts.map(({ verdict }) => verdict).find((verdict) => !verdict.allowed);
    return (
      refused ?? { allowed: false, denial: 'not listed', message: `There is no profile ${query.profile} any more.` }
    );
  }

  async function open(
    action: string,
    who: Requester,
    query: AuditQuery,
    { key }: Delivery,
  ): Promise<(Readable & { readonly kind: 'opened' }) | NotRead> {
    const readable = await mayRead(who, query);
    const { token, user, since, profile } = query;
    const asked = { token, user, since, profile };
    const write = (word: string, detail: AuditEntry['detail']) =>
      store.transaction(async (transaction) => {
        const at = clock.now();
        if (!(await transaction.firstDelivery(key, at))) return undefined;
        const head = await transaction.auditHead();
        await transaction.audit([{ at, actor: who.user, action: word, subject: 'audit', detail }]);
        return head?.seq ?? 0;
      });
    if ('allowed' in readable) {
      const { denial, message } = readable;
      const head = await write(`${action} refused`, { ...asked, denial, channel: who.channel });
      return head === undefined ? { kind: 'repeated' } : { kind: 'refused', message };
    }
    const head = await write(action, { ...asked, profiles: readable });
    if (head === undefined) return { kind: 'repeated' };
    // What belongs to no profile is for those who may read all of them.
    const all = profile === undefined && readable.length === profiles.size;
    return { kind: 'opened', filter: { since, token, user, profiles: all ? undefined : readable }, head };
  }

  return {
    async page(who, query, turn, delivery) {
      const opened = await open('audit read', who, query, delivery);
      if (opened.kind !== 'opened') return opened;
      return (turn.to === 'later' && (await laterPage(store, opened, turn.than))) || earlierPage(store, opened, turn);
    },
    async export(who, query, delivery) {
      const opened = await open('audit exported', who, query, delivery);
      return opened.kind === 'opened' ? exportOf(store, opened) : opened;
    },
  };
}
