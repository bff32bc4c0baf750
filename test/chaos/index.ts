import { parseArgs } from 'node:util';
import { openArena } from './arena.ts';
import { createRandom } from './random.ts';
import { card, emptyCard, type ReportCard } from './report-card.ts';
import { playRound } from './round.ts';
import { openStoreUnderTest } from './stores.ts';

const HELP = `Kills, freezes and restarts real bots under load, breaks Slack and the cluster, and judges every round by what they recorded.

Usage: npm run chaos -- [--rounds N] [--store sqlite|postgres] [--bots N] [--seed S] [--arenas N]

  --rounds N   how many; 20 unless given
  --store      sqlite unless given; postgres makes databases of its own on the server at DATABASE_URL, and takes them away
  --bots N     how many bots share a store; with sqlite always 1
  --seed S     repeats the choices of another run, though not its timing
  --arenas N   how many rounds are played side by side, each with store, bots, Slack and cluster of its own; 1 unless given
  -h, --help   this text

Ctrl-C ends it after the rounds under way, with their report card.`;

const options = {
  rounds: { type: 'string', default: '20' },
  store: { type: 'string', default: 'sqlite' },
  bots: { type: 'string', default: '2' },
  seed: { type: 'string' },
  arenas: { type: 'string', default: '1' },
  help: { type: 'boolean', short: 'h' },
} as const;

const OPERATORS = 4;
const SAY_EVERY = 25;

interface Run {
  rounds: number;
  readonly bots: number;
  readonly store: string;
  result: ReportCard;
}

/** Returns whether every invariant held. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(HELP);
    return true;
  }
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const { store } = values;
  const bots = store === 'sqlite' ? 1 : Number(values.bots);
  const arenas = Number(values.arenas);
  console.log(
    `chaos: seed ${seed}, ${values.rounds} rounds, ${store}, ${bots} bot${bots === 1 ? '' : 's'}, ${arenas} side by side`,
  );
  const run: Run = { rounds: Number(values.rounds), bots, store, result: emptyCard({ seed, store, bots, arenas }) };
  // The rounds under way are still played and judged, and the card is printed.
  process.once('SIGINT', () => {
    run.rounds = 0;
  });
  await Promise.all(Array.from({ length: arenas }, (_, index) => playArena(run, seed + index)));
  console.log(run.result.text());
  return run.result.breaches === 0;
}

/** Plays one round after the other until all are played, here and elsewhere, or one broke an invariant. */
async function playArena(run: Run, seed: number): Promise<void> {
  const random = createRandom(seed);
  await using arena = await openArena({
    bots: run.bots,
    operators: OPERATORS,
    ...(await openStoreUnderTest(run.store)),
  });
  while (run.result.begun < run.rounds && run.result.breaches === 0) {
    run.result = run.result.began();
    const played = await playRound(arena, random);
    run.result = card(run.result, played);
    const { rounds, tokens, breaches } = run.result;
    for (const breach of played.breaches) console.log(`round ${rounds} (${played.troubles.join(', ')}): ${breach}`);
    if (rounds % SAY_EVERY === 0) console.log(`round ${rounds}: ${tokens} tokens, ${breaches} breaches`);
  }
}

process.once('SIGTERM', () => process.exit(1));
try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
process.exit();
