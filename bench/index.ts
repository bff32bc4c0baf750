import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchAck } from './ack.ts';
import { type BenchOptions, type Report, render } from './report.ts';
import { benchRevoke } from './revoke.ts';
import { benchStart } from './start.ts';

const HELP = `Measures the bot, in ratios that do not depend on the machine.

Usage: npm run bench [-- ack|revoke|start] [--rounds N] [--quick]

  --rounds N  so many pairs of measurements, A B A B …; a ratio is the median of theirs (default 5)
  --quick     sizes that only show that it runs`;

const PARTS: ReadonlyMap<string, (options: BenchOptions) => Promise<Report>> = new Map([
  ['ack', benchAck],
  ['revoke', benchRevoke],
  ['start', benchStart],
]);

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { rounds: { type: 'string' }, quick: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help) return console.log(HELP);
  const quick = values.quick ?? false;
  const rounds = Number(values.rounds ?? (quick ? 1 : 5));
  const unknown = positionals.find((name) => !PARTS.has(name));
  if (unknown !== undefined || !Number.isInteger(rounds) || rounds < 1) {
    console.error(HELP);
    process.exitCode = 1;
    return;
  }
  const [cpu] = cpus();
  console.log(`Node ${process.version}, ${cpus().length} × ${cpu?.model ?? 'unknown processor'}, rounds: ${rounds}\n`);
  for (const [name, measure] of PARTS) {
    if (positionals.length === 0 || positionals.includes(name)) console.log(render(await measure({ rounds, quick })));
  }
}

await main();
