import { freePort } from '../sandbox/free-port.ts';
import { addPeople, bareCommand, forgedCommand, revokeCommand, TOKENS_ASKED_FOR, versionCommand } from './commands.ts';
import { type Inbox, openInbox } from './inbox.ts';
import { type LoadResult, type Order, send } from './load.ts';
import { type Program, processorMs, startProgram } from './program.ts';
import { type BenchOptions, median, medianOf, milliseconds, quantile, type Report, times } from './report.ts';
import { openStage, type Stage } from './stage.ts';

const CONCURRENCY = [1, 32];

interface Measured extends LoadResult {
  readonly processorMsPerCommand: number;
}

interface Round {
  readonly bot: Measured;
  readonly bare: Measured;
}

/** Signed slash commands, the bot against a Bolt app that only acknowledges: how many a second, and for how much processor time. */
export async function benchAck(options: BenchOptions): Promise<Report> {
  await using stage = await openStage({ tokens: TOKENS_ASKED_FOR, latencyMs: 0, separateGateway: false });
  await using inbox = await openInbox();
  await using bot = await stage.startBot();
  const port = await freePort();
  await using bare = await startProgram({
    module: import.meta.resolve('./programs/bare-bolt.ts'),
    arguments: ['--port', `${port}`, '--secret', stage.slack.signingSecret],
    readyWith: 'bare app ready',
  });
  const bareUrl = `http://127.0.0.1:${port}/slack/events`;
  const rows: string[][] = [];
  for (const { name, next, bareNext, signingSecret, commands } of loads({ ...stage, inbox, ...options })) {
    for (const concurrency of CONCURRENCY) {
      const load = { signingSecret, concurrency };
      const measureBot = () => measure({ program: bot, url: stage.botUrl, next, commands, ...load });
      const measureBare = () =>
        measure({ program: bare, url: bareUrl, next: bareNext, commands: commands * 2, ...load });
      const rounds = await inTurns(options.rounds, measureBot, measureBare);
      rows.push([`${name}, ${concurrency} at a time`, ...cells(rounds)]);
    }
  }
  return { title: 'ack: signed slash commands, the bot against a bare Bolt app', columns: COLUMNS, rows, notes: NOTES };
}

/** What is sent to the bot, and what to the bare app. */
function loads({ slack, inbox, quick }: Pick<Stage, 'slack'> & { readonly inbox: Inbox; readonly quick: boolean }) {
  const people = addPeople(slack, Math.max(...CONCURRENCY));
  const nameOf = (sender: number) => people[sender] ?? '';
  let asked = 0;
  const bareNext = (sender: number) => bareCommand(slack, nameOf(sender));
  const signed = { bareNext, signingSecret: slack.signingSecret };
  const forged = (sender: number) => forgedCommand(slack, nameOf(sender));
  return [
    {
      name: 'version',
      next: (sender: number) => versionCommand(slack, nameOf(sender)),
      ...signed,
      commands: quick ? 40 : 3_000,
    },
    {
      ...{ name: 'token revoke', ...signed, commands: quick ? 20 : 600 },
      next: (sender: number) => revokeCommand(slack, nameOf(sender), inbox, asked++),
    },
    {
      ...{ name: 'bad signature', next: forged, bareNext: forged, signingSecret: 'nobody told them' },
      commands: quick ? 40 : 3_000,
    },
  ];
}

const COLUMNS = [
  'command',
  'commands/s, bot ÷ bare',
  'CPU/command, bot ÷ bare',
  'bot',
  'bare',
  'CPU bot',
  'CPU bare',
  'ack p50',
  'ack p99',
];

const NOTES = [
  'version is answered with the acknowledgement. token revoke, of two tokens, is the real thing: acknowledged once it is on the disk, then authorized, read from the cluster through the gateway, and answered with a plan; its commands/s and CPU count all of that.',
  'bad signature is a command of a hundred tokens whose signature is wrong, sent to both: the bot reads its body to check it, parses none of it, and answers 401.',
  'bare: a Bolt app in a process of its own that verifies the signature and acknowledges with nothing. CPU is that of the bot’s or the app’s process, user and system, without the gateway. Acks are the bot’s.',
  'Every reply was checked: the version, the empty acknowledgement, the plan with both tokens and its button. Each sender is another person and waits for the answer before the next command.',
];

interface Measurement {
  readonly program: Program;
  readonly url: string;
  readonly next: (sender: number) => Order;
  readonly signingSecret: string;
  readonly concurrency: number;
  readonly commands: number;
}

async function measure({ program, commands, ...load }: Measurement): Promise<Measured> {
  const before = processorMs(program.pid);
  const result = await send({ ...load, commands });
  return { ...result, processorMsPerCommand: (processorMs(program.pid) - before) / commands };
}

/** Bot, bare, bot, bare …; the first pair warms up and is thrown away. */
async function inTurns(
  rounds: number,
  measureBot: () => Promise<Measured>,
  measureBare: () => Promise<Measured>,
): Promise<readonly Round[]> {
  const all: Round[] = [];
  for (let round = 0; round <= rounds; round += 1) all.push({ bot: await measureBot(), bare: await measureBare() });
  return all.slice(1);
}

function cells(rounds: readonly Round[]): readonly string[] {
  const acknowledged = (share: number) => median(rounds.map(({ bot }) => quantile(bot.acknowledgedMs, share)));
  return [
    times(medianOf(rounds, ({ bot, bare }) => bot.perSecond / bare.perSecond)),
    times(medianOf(rounds, ({ bot, bare }) => bot.processorMsPerCommand / bare.processorMsPerCommand)),
    `${Math.round(medianOf(rounds, ({ bot }) => bot.perSecond))}/s`,
    `${Math.round(medianOf(rounds, ({ bare }) => bare.perSecond))}/s`,
    milliseconds(medianOf(rounds, ({ bot }) => bot.processorMsPerCommand)),
    milliseconds(medianOf(rounds, ({ bare }) => bare.processorMsPerCommand)),
    milliseconds(acknowledged(0.5)),
    milliseconds(acknowledged(0.99)),
  ];
}
