import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, startCluster } from '../../sandbox/cluster/cluster.ts';
import type { ClusterToken } from '../../sandbox/cluster/seed-tokens.ts';
import type { Exchange } from '../../sandbox/slack/exchange.ts';
import type { Message } from '../../sandbox/slack/message.ts';
import { openGateway } from '../../src/gateway/gateway.ts';
import { createLogger } from '../../src/logger.ts';
import { createTokenService } from '../../src/tokens/grpc-client.ts';
import { gatewaySettings } from '../faults/gateway-on-stage.ts';
import { breaches } from '../faults/oracle.ts';
import { botOptions, clusterEvidence } from '../faults/stage.ts';
import { type StoreOnStage, sqliteOnStage } from '../faults/store-on-stage.ts';
import { freshTokens } from '../faults/tokens.ts';
import { openWorkspace, type Workspace } from '../faults/workspace.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { type Mortal, startMortal } from './process.ts';

/** Everything the model's commands act on. */
export interface World extends AsyncDisposable {
  readonly workspace: Workspace;
  readonly cluster: Cluster;
  readonly clock: FakeClock;
  readonly tokens: readonly ClusterToken[];
  /** The plans that were ever on a screen with a red button, oldest first. */
  plans(): readonly Message[];
  /** What people did so far, for sending it again. */
  readonly exchanges: Exchange[];
  isDiskFull: boolean;
  /** Ends the bot, cleanly or as kill -9 does, and starts another on the same store. */
  restart(how: 'cleanly' | 'killed'): Promise<void>;
  /** Resolves when nothing moves any more unless time passes. */
  settle(): Promise<void>;
  /** The invariants that do not hold. */
  breaches(atRest: boolean): Promise<readonly string[]>;
}

const STILL_FOR = 3;

/** Starts all of it in this process, over real sockets, on an SQLite file unless told otherwise. */
export async function openWorld(
  openStore: (directory: string) => Promise<StoreOnStage> = sqliteOnStage,
): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'world-'));
  const log = createLogger({ level: 'silent' });
  const clock = createFakeClock();
  const workspace = await openWorkspace({ clock });
  const tokens = freshTokens(4);
  const cluster = await startCluster({ tokens, now: clock.now });
  const socket = join(directory, 'gateway.sock');
  const gateway = await openGateway(gatewaySettings(directory, socket, cluster.port), log);
  const service = createTokenService({ addressOf: () => `unix:${socket}` });
  const { store, audit } = await openStore(directory);
  const { slack } = workspace;
  const freeze = { users: [slack.workspace.person('bob').id], usergroups: [] };
  let entries = 0;
  let transactions = 0;
  const start = () =>
    startMortal({
      ...botOptions(workspace),
      ...{ store, tokens: service, log, clock, freeze },
      isDiskFull: () => world.isDiskFull,
      onTransaction: () => {
        transactions += 1;
      },
    });
  const stirring = () =>
    slack.record.filter(
      ({ direction, status, method }) => direction === 'from bot' && status === undefined && method !== 'socket',
    ).length;
  let bot: Mortal | undefined;

  const world: World = {
    ...{ workspace, cluster, clock, tokens, exchanges: [], isDiskFull: false },
    plans: () =>
      workspace
        .events()
        .flatMap(({ message }) =>
          message.buttons.some(({ actionId }) => actionId === 'revoke_plan') ? [message] : [],
        ),
    async restart(how) {
      if (how === 'killed') bot?.drop();
      else await passing(clock, bot?.bot.stop());
      bot = await start();
    },
    async settle() {
      let last = '';
      for (let still = 0; still < STILL_FOR; ) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        const open = cluster.requests.filter(({ status }) => status === undefined).length;
        const state = [
          workspace.now,
          slack.record.length,
          stirring(),
          cluster.requests.length,
          open,
          transactions,
        ].join();
        still = state === last ? still + 1 : 0;
        last = state;
      }
    },
    async breaches(atRest) {
      const evidence = { ...clusterEvidence(cluster), audit: await audit(), events: workspace.events() };
      const shorter = evidence.audit.length < entries ? ['15: the audit log became shorter'] : [];
      entries = evidence.audit.length;
      return [...shorter, ...breaches({ ...evidence, atRest, sameClock: false })];
    },
    async [Symbol.asyncDispose]() {
      await passing(clock, bot?.bot.stop());
      service.close();
      await Promise.all([gateway.drain(), store.close(), slack.close(), cluster.close()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
  await world.restart('killed');
  return world;
}

/** Lets the fake clock run until this is there. */
async function passing<T>(clock: FakeClock, awaited: Promise<T> | undefined): Promise<void> {
  const timer = setInterval(() => clock.advance(100), 2);
  await awaited;
  clearInterval(timer);
}
