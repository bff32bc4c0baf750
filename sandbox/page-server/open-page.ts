import { join } from 'node:path';
import { openSandbox, type Sandbox, type SandboxOptions } from '../sandbox.ts';
import type { RecordEntry } from '../slack/record.ts';
import { startWriters } from '../writers.ts';
import { type Machine, perform } from './actions.ts';
import { createAuditReader } from './audit-log.ts';
import { bundle } from './bundle.ts';
import { readManifest } from './manifest.ts';
import { openPageServer, type PageServer } from './page-server.ts';
import { isRefusal, type Stage, snapshot } from './snapshot.ts';
import { createTroubles } from './troubles.ts';
import { createWireLog } from './wire-log.ts';

const REFUSALS_KEPT = 50;

export interface PageOptions extends Omit<SandboxOptions, 'onCall'> {
  /** 0 takes a free one. */
  readonly port: number;
  /** The app's manifest: its command, shortcuts and surfaces. */
  readonly manifestFile: string;
}

/** A sandbox with a page to use it. */
export interface Page {
  readonly url: string;
  readonly sandbox: Sandbox;
  close(): Promise<void>;
}

/** Starts the sandbox and its page; resolves when the page answers and Slack reaches the bot. */
export async function openPage({ port, manifestFile, ...options }: PageOptions): Promise<Page> {
  let server: PageServer | undefined;
  const changed = () => server?.changed();
  const wire = createWireLog(changed);
  const [sandbox, assets] = await Promise.all([openSandbox({ ...options, onCall: wire.grpc }), bundle()]);
  const { slack, cluster, directory } = sandbox;
  const manifest = readManifest(manifestFile);
  const machine = machineOf(sandbox, changed);
  const troubles = createTroubles(sandbox, machine.start, changed);
  const writers = await startWriters(cluster, changed);
  const refusals: RecordEntry[] = [];
  wire.watch(slack, cluster);
  slack.onRecord((entry) => {
    if (isRefusal(entry)) refusals.push(entry);
    if (refusals.length > REFUSALS_KEPT) refusals.shift();
  });
  const audit = createAuditReader(join(directory, 'data', 'influx-chatops.db'));
  const stage: Stage = { sandbox, manifest, writers, troubles, audit, refusals, machine: machine.state };
  const hands: Machine = {
    ...machine,
    trouble: troubles.switch,
    events: manifest.events,
    commands: manifest.commands.map(({ command }) => command),
  };
  try {
    const opened = await openPageServer({
      ...{ port, assets, wireSince: wire.since },
      stateFor: (user) => snapshot(stage, user),
      perform: (asked) => perform(slack, hands, asked),
    });
    server = opened;
    return { url: opened.url, sandbox, close: () => end(opened, writers, sandbox) };
  } catch (error) {
    await end(writers, sandbox);
    throw error;
  }
}

async function end(...parts: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const part of parts) await part.close();
}

/** The bot's process in the hands of whoever watches; one change at a time. */
function machineOf(sandbox: Sandbox, changed: () => void) {
  const state = { isBusy: false };
  const alone = async (change: () => Promise<void>) => {
    if (state.isBusy) throw new Error('The bot is just being started or stopped.');
    state.isBusy = true;
    changed();
    try {
      await change();
    } finally {
      state.isBusy = false;
      changed();
    }
  };
  return {
    state,
    kill: () => alone(() => sandbox.bot.kill()),
    start: () =>
      alone(async () => {
        if (!sandbox.bot.isRunning) await sandbox.startAgain();
      }),
    connectBy: (transport: 'http' | 'socket') => alone(() => sandbox.connectBy(transport)),
    pass: (ms: number) => sandbox.pass(ms),
  };
}
