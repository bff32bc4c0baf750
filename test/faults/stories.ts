import { z } from 'zod';
import type { AuditTable } from '../../src/store/schema.ts';

/** What the audit log tells of one plan, from the asking to the end. */
export interface PlanStory {
  readonly id: string;
  readonly operator: string;
  readonly askedAt: number | undefined;
  readonly isShown: boolean;
  readonly claims: readonly { readonly actor: string; readonly at: number }[];
  readonly confirmations: readonly Confirmation[];
  /** How it ended without a revocation. */
  readonly endings: readonly string[];
  /** The counts of each time it finished. */
  readonly finished: readonly Readonly<Record<string, number>>[];
  readonly items: ReadonlyMap<string, ItemStory>;
}

interface Confirmation {
  readonly at: number;
  readonly membersReadAt: number;
  readonly isForced: boolean;
  readonly tokenIds: readonly string[];
}

/** What it tells of one token of a revocation. */
export interface ItemStory {
  /** When each intent to send was written. */
  readonly intents: readonly number[];
  readonly attempts: readonly number[];
  readonly outcomes: readonly string[];
  readonly workedAfterEnd: boolean;
}

const detail = z.object({
  operator: z.string().default(''),
  revocation: z.string().optional(),
  attempt: z.number().default(0),
  membersReadAt: z.coerce.date().optional(),
  forced: z.boolean().default(false),
  tokenIds: z.array(z.string()).default([]),
  outcomes: z.record(z.string(), z.number()).default({}),
});

type Line = Omit<AuditTable, 'detail'> & { readonly about: string; readonly detail: z.infer<typeof detail> };

const ENDINGS = new Set(['plan refused', 'plan changed', 'plan cancelled', 'plan expired']);
const OUTCOME = /^token (revoked|already revoked|not found|refused|failed|unknown|not sent)$/;

/** The stories of all plans the log knows, in the order they were asked for. */
export function auditStories(rows: readonly AuditTable[]): readonly PlanStory[] {
  const lines = rows.map((row): Line => {
    const parsed = detail.parse(JSON.parse(row.detail));
    return { ...row, at: Number(row.at), detail: parsed, about: parsed.revocation ?? row.subject };
  });
  const asked = new Set(lines.filter(({ action }) => action === 'plan asked for').map(({ subject }) => subject));
  const byPlan = Map.groupBy(lines, ({ about }) => about);
  return [...asked].map((id) => storyOf(id, byPlan.get(id) ?? []));
}

function storyOf(id: string, lines: readonly Line[]): PlanStory {
  const of = (action: string) => lines.filter((line) => line.action === action);
  const [asked] = of('plan asked for');
  return {
    id,
    operator: asked?.detail.operator ?? '',
    askedAt: asked?.at,
    isShown: of('plan shown').length > 0,
    claims: of('plan claimed').map(({ actor, at }) => ({ actor, at })),
    confirmations: of('revocation confirmed').map(({ at, detail }) => ({
      at,
      membersReadAt: detail.membersReadAt?.getTime() ?? Number.NaN,
      isForced: detail.forced,
      tokenIds: detail.tokenIds,
    })),
    endings: lines.filter(({ action }) => ENDINGS.has(action)).map(({ action }) => action),
    finished: of('revocation finished').map(({ detail }) => detail.outcomes),
    items: new Map(
      [
        ...Map.groupBy(
          lines.filter(({ detail }) => detail.revocation === id),
          ({ subject }) => subject,
        ),
      ].map(([token, ofToken]) => [token, itemOf(ofToken)]),
    ),
  };
}

function itemOf(lines: readonly Line[]): ItemStory {
  const intents = lines.filter(({ action }) => action === 'revoking token');
  const firstEnd = lines.findIndex(({ action }) => OUTCOME.test(action));
  return {
    intents: intents.map(({ at }) => at),
    attempts: intents.map(({ detail }) => detail.attempt),
    outcomes: lines.flatMap(({ action }) => OUTCOME.exec(action)?.[1] ?? []),
    workedAfterEnd: firstEnd >= 0 && firstEnd < lines.length - 1,
  };
}
