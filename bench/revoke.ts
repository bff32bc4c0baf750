import { join } from 'node:path';
import { createTokenService } from '../src/tokens/grpc-client.ts';
import { tokenId } from './bench-tokens.ts';
import { type BenchOptions, medianOf, milliseconds, type Report, times } from './report.ts';
import { inSlack, inTheHeart, oneByOne, type RevokeAll, type Revoked } from './revocations.ts';
import { openStage } from './stage.ts';

const LATENCY_MS = 20;
const CONCURRENCY = 16;
const SIZES = [1, 10, 100, 1_000];
const QUICK_SIZES = [1, 40];
/** What one command takes. */
const MOST_IN_SLACK = 100;

interface Round extends Revoked {
  readonly oneByOneMs: number;
}

/** Revoking 1 to 1,000 tokens on a cluster that takes 20 ms for each request, against one call after the other, and the bound. */
export async function benchRevoke({ rounds, quick }: BenchOptions): Promise<Report> {
  const sizes = quick ? QUICK_SIZES : SIZES;
  const needed = sizes.reduce((sum, size) => sum + size, 1) * 2 * (rounds + 1);
  await using stage = await openStage({ tokens: needed, latencyMs: LATENCY_MS, separateGateway: true });
  await using _gateway = await stage.startGateway();
  await using _bot = await stage.startBot();
  const tokens = createTokenService({ addressOf: () => stage.gatewayAddress });
  await using heart = await inTheHeart(tokens, join(stage.directory, 'heart.db'));
  const slack = inSlack(stage.slack, join(stage.directory, 'bot.db'));
  let used = 0;
  const take = (count: number) => Array.from({ length: count }, () => tokenId(used++));

  async function round(size: number, revokeAll: RevokeAll): Promise<Round> {
    const revoked = await revokeAll(take(size));
    return { ...revoked, oneByOneMs: await oneByOne(tokens, take(size)) };
  }

  const rows: (readonly string[])[] = [];
  for (const size of sizes) {
    const viaSlack = size <= MOST_IN_SLACK && !(quick && size > 1);
    const revokeAll = viaSlack ? slack : heart;
    await revokeAll(take(size)); // warms up
    const measured: Round[] = [];
    for (let index = 0; index < rounds; index += 1) measured.push(await round(size, revokeAll));
    rows.push([`${size}${viaSlack ? '' : ' (heart)'}`, ...cells(size, measured)]);
  }
  tokens.close();
  return { title: TITLE, columns: COLUMNS, rows, notes: NOTES };
}

function cells(size: number, rounds: readonly Round[]): readonly string[] {
  const boundMs = Math.ceil(size / CONCURRENCY) * LATENCY_MS;
  return [
    times(medianOf(rounds, ({ oneByOneMs, workMs }) => oneByOneMs / workMs)),
    times(medianOf(rounds, ({ workMs }) => workMs / boundMs)),
    milliseconds(medianOf(rounds, ({ workMs }) => workMs)),
    milliseconds(boundMs),
    milliseconds(medianOf(rounds, ({ oneByOneMs }) => oneByOneMs)),
    milliseconds(medianOf(rounds, ({ clickToResultMs }) => clickToResultMs)),
  ];
}

const TITLE = `revoke: a cluster that takes ${LATENCY_MS} ms for each request, ${CONCURRENCY} at a time, limits lifted`;

const COLUMNS = ['tokens', 'faster than one by one', 'of the bound', 'work', 'bound', 'one by one', 'click to result'];

const NOTES = [
  'work: from confirmed to the last durable outcome, as the store on the disk has it. bound: ⌈tokens ÷ 16⌉ × 20 ms, with no time for anything else.',
  'one by one: one RevokeToken after the other through the same gateway, as influxctl does it. click to result: also authorizes and reads every token again before, and tells the operator after.',
  'Up to 100 tokens: the bot’s process, asked and clicked in Slack. (heart): more than a command takes, so plans, click and worker without Slack, in the benchmark’s process. Every token was checked to be revoked.',
];
