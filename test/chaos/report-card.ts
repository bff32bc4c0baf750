import type { Round } from './round.ts';

/** What is known of a run so far. */
export interface ReportCard {
  readonly seed: number;
  readonly store: string;
  readonly bots: number;
  /** How many rounds were played side by side. */
  readonly arenas: number;
  /** Rounds begun, and rounds judged. */
  readonly begun: number;
  readonly rounds: number;
  readonly revocations: number;
  readonly tokens: number;
  readonly breaches: number;
  readonly ms: readonly number[];
  readonly troubles: ReadonlyMap<string, number>;
  /** The card with one more round begun. */
  began(): ReportCard;
  /** As it stands in `docs/report-card.md`. */
  text(): string;
}

type Figures = Omit<ReportCard, 'text' | 'began'>;

/** Nothing played yet. */
export function emptyCard(of: Pick<ReportCard, 'seed' | 'store' | 'bots' | 'arenas'>): ReportCard {
  return withText({ ...of, begun: 0, rounds: 0, revocations: 0, tokens: 0, breaches: 0, ms: [], troubles: new Map() });
}

/** The card with one round more. */
export function card(before: ReportCard, { revocations, tokens, breaches, ms, troubles }: Round): ReportCard {
  const counts = new Map(before.troubles);
  for (const name of troubles) counts.set(name, (counts.get(name) ?? 0) + 1);
  return withText({
    ...before,
    troubles: counts,
    rounds: before.rounds + 1,
    revocations: before.revocations + revocations,
    tokens: before.tokens + tokens,
    breaches: before.breaches + breaches.length,
    ms: [...before.ms, ms],
  });
}

function withText(figures: Figures): ReportCard {
  return { ...figures, text: () => textOf(figures), began: () => withText({ ...figures, begun: figures.begun + 1 }) };
}

function textOf({ seed, store, bots, arenas, rounds, revocations, tokens, breaches, ms, troubles }: Figures): string {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number) => ((sorted[Math.floor(sorted.length * share)] ?? 0) / 1_000).toFixed(1);
  const rows = [...troubles].toSorted(([, a], [, b]) => b - a).map(([name, count]) => `| ${name} | ${count} |`);
  return [
    '| | |',
    '|---|---|',
    `| store, bots, seed | ${store}, ${bots}, ${seed} |`,
    `| rounds, of which side by side | ${rounds}, ${arenas} |`,
    `| revocations, tokens | ${revocations}, ${tokens} |`,
    `| seconds a round, median and 95 % | ${at(0.5)}, ${at(0.95)} |`,
    `| breaches of an invariant | ${breaches} |`,
    '',
    '| what went wrong | times |',
    '|---|---|',
    ...rows,
  ].join('\n');
}
