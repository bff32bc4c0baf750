import { freePort } from '../sandbox/free-port.ts';
import { addPeople, revokeCommand, TOKENS_ASKED_FOR } from './commands.ts';
import { openInbox } from './inbox.ts';
import { send } from './load.ts';
import { childrenOf, type Program, residentBytes, startProgram } from './program.ts';
import { type BenchOptions, mebibytes, medianOf, milliseconds, type Report, times } from './report.ts';
import { openStage, type Stage } from './stage.ts';

const CONCURRENCY = 32;

interface Measured {
  readonly readyAfterMs: number;
  readonly bytes: number;
  /** Of the gateway it started; 0 where there is none. */
  readonly gatewayBytes: number;
}

interface Round {
  readonly bot: Measured;
  readonly bare: Measured;
}

/** How long the bot takes to be ready, and the memory it and its gateway have resident, against a bare Bolt app. */
export async function benchStart({ rounds, quick }: BenchOptions): Promise<Report> {
  await using stage = await openStage({ tokens: TOKENS_ASKED_FOR, latencyMs: 0, separateGateway: false });
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    measured.push({ bot: await startOnce(() => stage.startBot()), bare: await startOnce(() => startBare(stage)) });
  }
  const commands = quick ? 50 : 10_000;
  const after = await afterCommands(stage, commands);
  const rows = [
    [
      'idle',
      times(medianOf(measured, ({ bot, bare }) => bot.readyAfterMs / bare.readyAfterMs)),
      times(medianOf(measured, ({ bot, bare }) => bot.bytes / bare.bytes)),
      milliseconds(medianOf(measured, ({ bot }) => bot.readyAfterMs)),
      milliseconds(medianOf(measured, ({ bare }) => bare.readyAfterMs)),
      mebibytes(medianOf(measured, ({ bot }) => bot.bytes)),
      mebibytes(medianOf(measured, ({ bot }) => bot.gatewayBytes)),
      mebibytes(medianOf(measured, ({ bare }) => bare.bytes)),
    ],
    [
      `after ${commands} commands`,
      '',
      times(after.bytes / medianOf(measured, ({ bare }) => bare.bytes)),
      ...['', ''],
      mebibytes(after.bytes),
      mebibytes(after.gatewayBytes),
      '',
    ],
  ];
  return { title: 'start: from the process to ready, and resident memory', columns: COLUMNS, rows, notes: NOTES };
}

const COLUMNS = [
  'state',
  'time to ready, bot ÷ bare',
  'memory, bot ÷ bare',
  'bot ready',
  'bare ready',
  'bot',
  'its gateway',
  'bare',
];

const NOTES = [
  'ready: from making the process to its log line “ready”, with its gateway serving, its store open and Slack asked who it is. bare: a Bolt app that listens.',
  'Memory is VmRSS, at that moment. The commands are token revoke of two tokens, 32 at a time, each answered with a plan that was checked; the plans are kept, as they would be.',
];

async function startOnce(start: () => Promise<Program>): Promise<Measured> {
  await using program = await start();
  return memoryOf(program);
}

function memoryOf({ pid, readyAfterMs }: Program): Measured {
  const gatewayBytes = childrenOf(pid).reduce((sum, child) => sum + residentBytes(child), 0);
  return { readyAfterMs, bytes: residentBytes(pid), gatewayBytes };
}

async function startBare({ slack }: Stage): Promise<Program> {
  return startProgram({
    module: import.meta.resolve('./programs/bare-bolt.ts'),
    arguments: ['--port', `${await freePort()}`, '--secret', slack.signingSecret],
    readyWith: 'bare app ready',
  });
}

async function afterCommands(stage: Stage, commands: number): Promise<Measured> {
  await using inbox = await openInbox();
  await using bot = await stage.startBot();
  const people = addPeople(stage.slack, CONCURRENCY);
  let asked = 0;
  await send({
    url: stage.botUrl,
    signingSecret: stage.slack.signingSecret,
    concurrency: CONCURRENCY,
    commands,
    next: (sender) => revokeCommand(stage.slack, people[sender] ?? '', inbox, asked++),
  });
  return memoryOf(bot);
}
