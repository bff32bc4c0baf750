import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createConsole, HOW_TO } from '../sandbox/console.ts';
import { isTaken } from '../sandbox/free-port.ts';
import { openPage, type Page, type PageOptions } from '../sandbox/page-server/open-page.ts';
import { type Ending, play } from '../sandbox/play.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { createScreen, type Screen } from '../sandbox/screen.ts';

const HELP = `The real bot between a Slack workspace and an InfluxDB cluster in memory. Needs neither, and changes nothing outside.

Usage: npm run sandbox                                     a page to use it in a browser, and this terminal
       npm run sandbox -- --once "token revoke ID ID"      plays one command to its end, and exits

  --port PORT      the page's port; 4711 unless given, or a free one when that is taken
  --once COMMAND   what an operator types after /influx
  --deny           with --once: somebody types it who may not
  --cancel         with --once: the operator cancels
  --expire         with --once: the operator clicks too late
  -h, --help       this text`;

const USUAL_PORT = 4711;
const WELCOME =
  'token revoke bb9bea7b-6f18-40c4-a842-ad85a63a0f73 c1758b86-eed3-4987-a8fe-e4c40d92e147 --reason "leaked in a CI log"';

async function main(): Promise<void> {
  const flag = { type: 'boolean' } as const;
  const {
    once: command,
    port,
    help,
    deny,
    cancel,
    expire,
  } = parseArgs({
    options: {
      once: { type: 'string' },
      port: { type: 'string' },
      deny: flag,
      cancel: flag,
      expire: flag,
      help: { ...flag, short: 'h' },
    },
  }).values;
  if (help) return console.log(HELP);
  const ending: Ending = deny ? 'deny' : cancel ? 'cancel' : expire ? 'expire' : 'revoke';
  const start = { program: fileURLToPath(import.meta.resolve('./bot.ts')), environment: process.env };
  if (command !== undefined) return playOnce(await openSandbox(start), command, ending);
  await serve(await openOnPort(start, port), ending);
}

async function playOnce(sandbox: Sandbox, command: string, ending: Ending): Promise<void> {
  try {
    await play(sandbox, screenFor(sandbox), command, ending);
  } finally {
    await sandbox.close();
  }
}

/** On the port asked for, or on the usual one, or where there is room. */
async function openOnPort(
  start: Pick<PageOptions, 'program' | 'environment'>,
  asked: string | undefined,
): Promise<Page> {
  const options = { ...start, manifestFile: fileURLToPath(import.meta.resolve('../manifest.yml')) };
  const port = Number(asked ?? USUAL_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port takes a number up to 65535, not ${asked}.`);
  if (await isTaken(port)) {
    if (asked !== undefined) throw new Error(`Port ${port} is taken. Name another with --port, or 0 for any.`);
    return openPage({ ...options, port: 0 });
  }
  return openPage({ ...options, port });
}

async function serve({ url, sandbox, close }: Page, ending: Ending): Promise<void> {
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const screen = screenFor(sandbox);
  screen.note(`${url}\nOpen it in a browser, or stay here.`);
  try {
    const played = play(sandbox, screen, WELCOME, ending);
    await Promise.race([played.then(() => converse(sandbox, screen)).then(() => stopped), stopped]);
  } finally {
    await close();
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
