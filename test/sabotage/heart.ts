import type { Sabotage } from './sabotage.ts';

const CLICKS = 'test/revocation/clicks.test.ts';
const OUTCOME = 'test/revocation/outcome.test.ts';
const POLICY = 'test/revocation/policy.test.ts';
const CONFIRMATION = 'test/revocation/confirmation.test.ts';

/** The rules and the steps of `src/revocation`. */
export const heartSabotages: readonly Sabotage[] = [
  {
    name: 'anybody may confirm a plan',
    file: 'src/revocation/clicks.ts',
    find: 'if (plan.requester.user !== who.user || plan.requester.team !== who.team)',
    replace: 'if (plan.requester.team !== who.team)',
    suite: CLICKS,
  },
  {
    name: 'a delivery is never remembered',
    file: 'src/revocation/clicks.ts',
    find: "if (!(await transaction.firstDelivery(click.key, now))) return { kind: 'repeated' };",
    replace: '',
    suite: CLICKS,
  },
  {
    name: 'a plan never expires',
    file: 'src/revocation/plan.ts',
    find: 'return now >= plan.expiresAt ||',
    replace: 'return',
    suite: CLICKS,
  },
  {
    name: 'a plan from the future is believed',
    file: 'src/revocation/plan.ts',
    find: ' || now.getTime() < plan.createdAt.getTime() - SKEW_MS',
    replace: '',
    suite: CLICKS,
  },
  {
    name: 'the clock runs backwards with the machine’s',
    file: 'src/revocation/clock.ts',
    find: 'return new Date(startedAt + elapsed);',
    replace: 'return new Date();',
    suite: 'test/revocation/clock.test.ts',
  },
  {
    name: 'a changed token is revoked all the same',
    file: 'src/revocation/confirmation.ts',
    find: 'if (changes.length > 0) {',
    replace: 'if (changes.length > 1_000) {',
    suite: CONFIRMATION,
  },
  {
    name: 'nobody is authorized again at the click',
    file: 'src/revocation/authorization.ts',
    find: 'const verdict = rules(await',
    replace:
      "if (maxAgeMs < 30_000) return { allowed: true, rule: 'none', readAt: new Date() };\n      const verdict = rules(await",
    suite: CONFIRMATION,
  },
  {
    name: 'a lookup that fails lets everybody through',
    file: 'src/revocation/authorization.ts',
    find: 'return unreadable(error.remedy);',
    replace: "return { allowed: true, rule: 'none', readAt: new Date() };",
    suite: 'test/revocation/authorization.test.ts',
  },
  {
    name: 'guests are let through',
    file: 'src/revocation/policy.ts',
    find: 'if (person.guest)',
    replace: 'if (person.guest && person.bot)',
    suite: POLICY,
  },
  {
    name: 'deactivated people are let through',
    file: 'src/revocation/policy.ts',
    find: 'if (person.deactivated)',
    replace: 'if (person.deactivated && person.bot)',
    suite: POLICY,
  },
  {
    name: 'any member of any group is let through',
    file: 'src/revocation/policy.ts',
    find: 'if (members?.value.has(who.user)) {',
    replace: 'if (members) {',
    suite: POLICY,
  },
  {
    name: 'the channels of a policy are forgotten',
    file: 'src/revocation/policy.ts',
    find: 'if (policy.channels && !policy.channels.includes(who.channel)) {',
    replace: 'if (policy.channels && policy.channels.length > 99) {',
    suite: POLICY,
  },
  {
    name: 'everybody may use --force',
    file: 'src/revocation/policy.ts',
    find: 'if (policy.force.users.includes(user)) return undefined;',
    replace: 'if (user) return undefined;',
    suite: POLICY,
  },
  {
    name: 'protected tokens are not protected',
    file: 'src/revocation/policy.ts',
    find: 'return subject !== undefined && matches(',
    replace: 'return subject === undefined && matches(',
    suite: POLICY,
  },
  {
    name: 'a lost answer is taken for a failure',
    file: 'src/revocation/outcome.ts',
    find: 'const lost = item.lost || unanswered;',
    replace: 'const lost = item.lost;',
    suite: OUTCOME,
  },
  {
    name: 'what is unknown is called failed',
    file: 'src/revocation/outcome.ts',
    find: "if (item.lost) return settle('unknown', item.status, note);",
    replace: '',
    suite: OUTCOME,
  },
  {
    name: 'a token that is gone counts as revoked though nothing was sent',
    file: 'src/revocation/outcome.ts',
    find: "return item.sent ? settle('revoked', 'NOT_FOUND')",
    replace: "return item ? settle('revoked', 'NOT_FOUND')",
    suite: OUTCOME,
  },
  {
    name: 'a refused management token burns attempts',
    file: 'src/revocation/outcome.ts',
    find: "case 'unauthenticated':",
    replace: "case 'denied':",
    suite: OUTCOME,
  },
  {
    name: 'a token is tried for ever',
    file: 'src/revocation/outcome.ts',
    find: 'if (item.attempt >= MAX_ATTEMPTS || !circumstances.maySend) {',
    replace: 'if (!circumstances.maySend) {',
    suite: OUTCOME,
  },
  {
    name: 'a later attempt sends without looking first',
    file: 'src/revocation/attempt.ts',
    find: 'if (item.attempt > 1) {',
    replace: 'if (item.attempt > 99) {',
    suite: 'test/revocation/attempt.test.ts',
  },
  {
    name: 'what was stopped is sent all the same',
    file: 'src/revocation/attempt.ts',
    find: "if (revocation.stoppedBy !== undefined) return 'stopped';",
    replace: '',
    suite: 'test/revocation/attempt.test.ts',
  },
  {
    name: 'the same command makes a second plan',
    file: 'src/revocation/plans.ts',
    find: 'if (twin) return {',
    replace: 'if (twin && request.force) return {',
    suite: 'test/revocation/plans.test.ts',
  },
  {
    name: 'a response URL is used without counting',
    file: 'src/store/plan-steps.ts',
    find: ".where('response_url_uses', '<', limit)",
    replace: '',
    suite: 'test/store/sqlite.test.ts',
    test: 'SQLite in memory',
  },
];
