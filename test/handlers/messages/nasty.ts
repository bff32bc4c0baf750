import fc from 'fast-check';
import { newPlanId } from '../../../src/revocation/ids.ts';
import type { Plan, PlannedToken } from '../../../src/revocation/plan.ts';
import { type Item, OUTCOMES, type Outcome, type Revocation } from '../../../src/revocation/revocation.ts';
import type { Token } from '../../../src/revocation/token.ts';
import { later, NOON, samplePlan, sampleToken, tokenId, workItem } from '../../revocation/samples.ts';

/** How many tokens a message is about: the fewest, the most, and where its form changes. */
export const SIZES = [1, 2, 20, 21, 100];

/** What people and clusters put into descriptions when they mean ill, or nothing at all. */
export const NASTY = {
  words: 'telegraf on host 7 ',
  bold: '*bold* ',
  italics: '_italics_ ',
  strike: '~strike~ ',
  code: '`code` ',
  fence: '```fence``` ',
  quote: '>quote\n>quote ',
  channel: '<!channel> ',
  here: '<!here|oncall> ',
  subteam: '<!subteam^S0ONCALL01> ',
  person: '<@U0EVE> ',
  room: '<#C0001|general> ',
  link: '<https://evil.example|log in> ',
  address: 'https://evil.example/login ',
  mail: '<mailto:eve@evil.example|mail> ',
  date: '<!date^0^{date}^https://evil.example|now> ',
  at: '@channel @here @everyone ',
  emoji: ':rotating_light: ',
  entities: '&lt;!channel&gt; &amp;lt; ',
  ampersands: '&',
  angles: '<><',
  underscores: '_',
  bidi: '\u202Eevil\u202C \u2066live\u2069 \u200F',
  hidden: 'a\u200Bb\u200Cc\u200Dd\u2060e\uFEFFf\u00ADg\u3164h\u2800',
  combining: `Z${'\u0341\u0316\u0352\u033B'.repeat(30)} `,
  combined: '&\u0301\u0301\u0301',
  families: '👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇩🇪',
  lines: 'one\ntwo\r\nthree\u2028four\u0085five\t',
  controls: '\u0000\u001B[31m\u0007\u009B2J',
  shell: `$(reboot) ;reboot "\\" ' ! %s `,
  wide: '漢字かな',
} as const;

/** So many characters of that. */
export function filled(text: string, length: number): string {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length);
}

/** A token as large as they get: 4,000 characters of description, 200 permissions on databases of 64 characters. */
export function largeToken(number: number, text: string, permissions = 200): Token {
  return sampleToken(number, {
    description: filled(text, 4_000),
    permissions: Array.from({ length: permissions }, (_, index) => ({
      action: index % 2 ? 'read' : 'write',
      resource: filled(`${index}_production-metrics.`, 64),
    })),
    expiresAt: later(9e9),
  });
}

/** A plan of these tokens, all live unless said otherwise. */
export function planOf(tokens: readonly Token[], overrides: Partial<Plan> = {}): Plan {
  return samplePlan({
    id: newPlanId(),
    tokenIds: tokens.map(({ id }) => id),
    tokens: tokens.map((token) => ({ id: token.id, found: 'live', token })),
    ...overrides,
  });
}

/** As many tokens as that which will not be touched, in all the ways there are. */
export function untouched(count: number, from: number, text: string): PlannedToken[] {
  return Array.from({ length: count }, (_, index): PlannedToken => {
    const id = tokenId(from + index);
    const token = { ...largeToken(from + index, text, 0), revokedAt: NOON };
    const kinds: PlannedToken[] = [
      { id, found: 'not found' },
      { id, found: 'unreadable', problem: 'the cluster answered something that is not its API' },
      { id, found: 'already revoked', token },
      { id, found: 'in progress', revocation: 'ab'.repeat(16) },
    ];
    return kinds[index % kinds.length] ?? { id, found: 'not found' };
  });
}

/** The items of a revocation of this plan, with these outcomes in turn. */
export function itemsOf(plan: Plan, outcomes: readonly Outcome[], note = ''): Item[] {
  return plan.tokenIds.map((id, index) =>
    workItem({
      revocationId: plan.id,
      tokenId: id,
      state: 'done',
      outcome: outcomes[index % outcomes.length],
      note,
      status: 'HTTP 503',
      attempt: 6,
      doneAt: later(1_234),
    }),
  );
}

export function revocationOf(plan: Plan, overrides: Partial<Revocation> = {}): Revocation {
  return { id: plan.id, state: 'done', createdAt: NOON, finishedAt: later(83_000), ...overrides };
}

const fragment = fc.oneof(
  fc.constantFrom(...Object.values(NASTY)),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);

/** Text as hostile as it gets, of 1 to 4,000 characters. */
export const nastyText: fc.Arbitrary<string> = fc
  .record({ fragments: fc.array(fragment, { minLength: 1, maxLength: 8 }), times: fc.constantFrom(1, 2, 50) })
  .map(({ fragments, times }) => fragments.join('').repeat(times).slice(0, 4_000).toWellFormed() || '-');

const permission = fc.record({
  action: fc.oneof(
    fc.constantFrom('read', 'write'),
    nastyText.map((text) => text.slice(0, 20).toWellFormed()),
  ),
  resource: fc.oneof(
    fc.constant('*'),
    fc.string({ minLength: 1, maxLength: 64 }),
    nastyText.map((text) => text.slice(0, 64).toWellFormed()),
  ),
});

/** The token with this number, with anything in it. */
export function nastyToken(number: number): fc.Arbitrary<Token> {
  return fc
    .record({
      description: nastyText,
      permissions: fc.array(permission, { maxLength: 12 }),
      expiresAt: fc.option(fc.constantFrom(later(-1), later(9e9)), { nil: undefined }),
    })
    .map((overrides) => sampleToken(number, overrides));
}

/** Between one and five tokens with anything in them. */
export const nastyTokens: fc.Arbitrary<Token[]> = fc
  .integer({ min: 1, max: 5 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => nastyToken(index + 1))));

export const anyOutcomes: fc.Arbitrary<Outcome[]> = fc.array(fc.constantFrom(...OUTCOMES), {
  minLength: 1,
  maxLength: 7,
});
