import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createConsole, HOW_TO } from '../sandbox/console.ts';
import { type Ending, play } from '../sandbox/play.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { createScreen, type Screen } from '../sandbox/screen.ts';

const HELP = `The real bot between a Slack workspace and an InfluxDB cluster in memory. Needs neither, and changes nothing outside.

Usage: npm run sandbox                                     plays one revocation, then takes commands
       npm run sandbox -- --once "token revoke ID ID"      plays one command to its end, and exits

  --once COMMAND   what an operator types after /influx
  --deny           with --once: somebody types it who may not
  --cancel         with --once: the operator cancels
  --expire         with --once: the operator clicks too late
  -h, --help       this text`;

const WELCOME =
  'token revoke bb9bea7b-6f18-40c4-a842-ad85a63a0f73 c1758b86-eed3-4987-a8fe-e4c40d92e147 --reason "leaked in a CI log"';

async function main(): Promise<void> {
  const flag = { type: 'boolean' } as const;
  const {
    once: command,
    help,
    deny,
    cancel,
    expire,
  } = parseArgs({
    options: { once: { type: 'string' }, deny: flag, cancel: flag, expire: flag, help: { ...flag, short: 'h' } },
  }).values;
  if (help) return console.log(HELP);
  const ending: Ending = deny ? 'deny' : cancel ? 'cancel' : expire ? 'expire' : 'revoke';
  const program = fileURLToPath(import.meta.resolve('./bot.ts'));
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const sandbox = await openSandbox({ program, environment: process.env });
  const screen = screenFor(sandbox);
  try {
    const played = play(sandbox, screen, command ?? WELCOME, ending);
    await (command === undefined
      ? Promise.race([played.then(() => converse(sandbox, screen)).then(() => stopped), stopped])
      : played);
  } finally {
    await sandbox.close();
  }
}

function converse(sandbox: Sandbox, screen: Screen): void {
  const { slack, cluster, directory } = sandbox;
  screen.note(`\nThat was a real bot, over real sockets. Now you.\n\n${HOW_TO}\n`);
  screen.note(
    `Slack API ${slack.apiUrl}\nManagement API http://${cluster.host}:${cluster.port}${cluster.base}\nconfiguration, store and log in ${directory}\n`,
  );
  const console = createConsole(sandbox, screen);
  createInterface({ input: process.stdin }).on('line', (line) => void console.line(line));
}

function screenFor({ slack }: Sandbox): Screen {
  return createScreen({
    write: (text) => process.stdout.write(text),
    colour: process.stdout.isTTY && process.env.NO_COLOR === undefined,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    nameOf: (id) => slack.workspace.people.find((person) => person.id === id)?.name ?? id,
    now: () => new Date(),
  });
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : 'The sandbox cannot start.');
  process.exit(1);
}
