import type { ChatEvent } from '../../sandbox/slack/chat.ts';
import type { Message } from '../../sandbox/slack/message.ts';
import { breakIn } from '../../src/store/audit-chain.ts';
import type { AuditTable } from '../../src/store/schema.ts';
import { auditStories, type PlanStory } from './stories.ts';

/** What Slack, the cluster and the audit log recorded, each for itself. */
export interface Evidence {
  readonly audit: readonly AuditTable[];
  /** Of how many of its first entries nothing but the chain is judged; none unless given. */
  readonly since?: number;
  readonly events: readonly ChatEvent[];
  /** Every DELETE that reached the cluster, in order of arrival. */
  readonly deletes: readonly { readonly id: string; readonly at: Date }[];
  /** Whether the cluster says that this token is revoked, or has no such token any more. */
  readonly isRevoked: (id: string) => boolean;
  /** Whether everything has come to rest: then whatever was begun must have ended, and people must know. */
  readonly atRest: boolean;
  /** Whether audit log and cluster read the same clock, so that their times can be compared. */
  readonly sameClock: boolean;
}

const FRESH_MS = 30_000;
/** By how much two processes of one machine may read its clock differently. */
const SKEW_MS = 20;
const PLAN_LASTS_MS = 15 * 60_000;

/** Every invariant the evidence breaks, in words; empty when all hold. */
export function breaches(evidence: Evidence): readonly string[] {
  const stories = auditStories(evidence.audit.slice(evidence.since ?? 0));
  const broken = breakIn(evidence.audit);
  return [
    ...(broken ? [`15: the audit chain breaks at ${broken.seq}`] : []),
    ...stories.flatMap((story) => [...decidedOnce(story), ...outcomes(story, evidence), ...told(story, evidence)]),
    ...sent(stories, evidence),
    ...lost(stories, evidence),
  ];
}

/** 3 and 4: confirmed at most once, by the operator, in time, with a membership read at most 30 s before. */
function decidedOnce(story: PlanStory): string[] {
  const { id, claims, confirmations, askedAt, operator } = story;
  const found: string[] = [];
  if (claims.length > 1) found.push(`4: plan ${id} was claimed ${claims.length} times`);
  if (confirmations.length > 1) found.push(`4: plan ${id} was confirmed ${confirmations.length} times`);
  for (const claim of claims) {
    if (claim.actor !== operator) found.push(`3: plan ${id} of ${operator} was claimed by ${claim.actor}`);
    if (askedAt !== undefined && claim.at >= askedAt + PLAN_LASTS_MS) found.push(`3: plan ${id} was claimed too late`);
  }
  for (const { at, membersReadAt, isForced } of confirmations) {
    if (!isForced && claims.length === 0) found.push(`3: plan ${id} was confirmed without a click`);
    if (!(at - membersReadAt <= FRESH_MS))
      found.push(`3: plan ${id} rests on members read ${at - membersReadAt} ms before`);
  }
  return found;
}

/** 1, 2, 11 and 13: every token one outcome, and none better than the cluster's own word. */
function outcomes({ id, confirmations, items, finished }: PlanStory, evidence: Evidence): string[] {
  const found: string[] = [];
  for (const [token, item] of items) {
    const ends = item.outcomes;
    if (ends.length > 1) found.push(`2: ${token} of ${id} ended ${ends.length} times: ${ends.join(', ')}`);
    if (ends.length === 0 && evidence.atRest) found.push(`2: ${token} of ${id} has no outcome`);
    if (item.workedAfterEnd) found.push(`11: ${token} of ${id} was worked on after its end`);
    if (item.attempts.some((attempt, index) => attempt < (item.attempts[index - 1] ?? 0)))
      found.push(`11: attempts at ${token} of ${id} run backwards: ${item.attempts.join(', ')}`);
    const [end] = ends;
    if (end === 'revoked' && !evidence.deletes.some((one) => one.id === token))
      found.push(`1: ${token} is said to be revoked, and no DELETE for it ever came`);
    if ((end === 'revoked' || end === 'already revoked') && !evidence.isRevoked(token))
      found.push(`1: ${token} is said to be ${end}, and is active`);
  }
  for (const outcomes of finished) {
    const accepted = confirmations[0]?.tokenIds.length ?? 0;
    const counted = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
    if (counted !== accepted) found.push(`2: ${id} accepted ${accepted} tokens and ended with ${counted} outcomes`);
  }
  if (finished.length > 1) found.push(`2: ${id} finished ${finished.length} times`);
  return found;
}

/** 10 and 17: whatever was taken has an end that people were told, once or marked as told again. */
function told({ id, claims, confirmations, endings, isShown, items }: PlanStory, evidence: Evidence): string[] {
  const found: string[] = [];
  const reference = `R-${id.slice(0, 8)}`;
  const messages = evidence.events
    .map(({ message }) => message)
    .filter((message) => textOf(message).includes(reference));
  const results = messages.filter((message) => isResult(textOf(message), reference));
  // A plan also names other revocations, which have some of its tokens.
  const plans = messages.filter(({ buttons }) =>
    buttons.some(({ actionId, value }) => actionId === 'revoke_plan' && value === id),
  );
  for (const [what, all] of Object.entries({ result: results, plan: plans })) {
    const unmarked = all.filter((message) => !/Sent again|You asked for these tokens/.test(textOf(message)));
    if (unmarked.length > 1) found.push(`people were told the ${what} of ${id} ${unmarked.length} times, unmarked`);
  }
  for (const message of results) found.push(...wrongLines(message, items, evidence));
  if (!evidence.atRest) return found;
  const isDecided = confirmations.length > 0 || endings.length > 0;
  if (claims.length > 0 && !isDecided) found.push(`10: the click on ${id} was taken and led to nothing`);
  if (!isShown && !isDecided) found.push(`10: ${id} was asked for and led to nothing`);
  if (confirmations.length > 0 && results.length === 0) found.push(`10: nobody was told the result of ${id}`);
  if (confirmations.length === 0 && messages.length === 0) found.push(`17: nobody was told anything of ${id}`);
  return found;
}

/** Whether this message is the result of the revocation with this reference, not its progress. */
export function isResult(text: string, reference: string): boolean {
  return text
    .split('\n')
    .some((line) => line.includes(reference) && /^\d+ [a-z ]+(, \d+ [a-z ]+)* · /.test(line.replaceAll('*', '')));
}

/** 1: no line people read says more than the cluster did. */
function wrongLines(message: Message, items: PlanStory['items'], { isRevoked }: Evidence): string[] {
  return [...items.keys()].flatMap((token) => {
    const line = textOf(message)
      .split('\n')
      .find((one) => one.includes(`${token.slice(0, 8)}: `));
    return line?.includes(': revoked') && !isRevoked(token)
      ? [`1: people read that ${token} is revoked, and it is active`]
      : [];
  });
}

/** 5 and 6: nothing leaves for the cluster that was not confirmed, and audited, before. */
function sent(stories: readonly PlanStory[], { deletes, sameClock }: Evidence): string[] {
  const found: string[] = [];
  const intents = Map.groupBy(
    stories.flatMap(({ items }) => [...items].flatMap(([token, { intents }]) => intents.map((at) => ({ token, at })))),
    ({ token }) => token,
  );
  const confirmed = new Set(stories.flatMap(({ confirmations }) => confirmations.flatMap(({ tokenIds }) => tokenIds)));
  for (const [id, requests] of Map.groupBy(deletes, (request) => request.id)) {
    const written = (intents.get(id) ?? []).toSorted((a, b) => a.at - b.at);
    if (!confirmed.has(id)) found.push(`5: a DELETE for ${id} left, which nobody confirmed`);
    if (requests.length > written.length)
      found.push(`6: ${requests.length} DELETEs for ${id} left, ${written.length} were audited before`);
    const early = requests.find(({ at }, index) => at.getTime() + SKEW_MS < (written[index]?.at ?? 0));
    if (sameClock && early) found.push(`6: a DELETE for ${id} left before it was audited`);
  }
  return found;
}

/** 2: what the cluster revoked for us is known to us. */
function lost(stories: readonly PlanStory[], { deletes, isRevoked, atRest }: Evidence): string[] {
  if (!atRest) return [];
  const known = new Set(
    stories.flatMap(({ items }) =>
      [...items].flatMap(([token, { outcomes }]) =>
        outcomes.some((one) => one === 'revoked' || one === 'already revoked' || one === 'unknown') ? [token] : [],
      ),
    ),
  );
  const ids = new Set(deletes.map(({ id }) => id).filter(isRevoked));
  return [...ids].filter((id) => !known.has(id)).map((id) => `2: ${id} was revoked, and nobody says so`);
}

function textOf(message: Message): string {
  return message.plainText();
}
