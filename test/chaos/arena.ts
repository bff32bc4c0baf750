import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, MANAGEMENT_TOKEN, startCluster } from '../../sandbox/cluster/cluster.ts';
import type { AuditTable } from '../../src/store/schema.ts';
import { sqliteAudit } from '../faults/store-on-stage.ts';
import { openWorkspace, type Workspace } from '../faults/workspace.ts';
import { BotUnderTest } from './bot-under-test.ts';

/** The store the bots share, and its audit log as somebody else reads it. */
export interface StoreUnderTest {
  readonly kind: 'sqlite' | 'postgres';
  readonly url: string;
  audit(): Promise<readonly AuditTable[]>;
  /** Takes it away, when nobody uses it any more. */
  remove(): Promise<void>;
}

export interface ArenaOptions {
  readonly bots?: number;
  /** An SQLite file unless given. */
  readonly store?: StoreUnderTest;
  /** How many people are on call, `operator-1` and so on. */
  readonly operators?: number;
}

/** A fake Slack and a fake cluster here, and real bots with real gateways in processes of their own between them. */
export interface Arena extends AsyncDisposable {
  readonly workspace: Workspace;
  readonly cluster: Cluster;
  readonly bots: readonly BotUnderTest[];
  readonly operators: readonly string[];
  /** Where the logs and, unless it is elsewhere, the store are. */
  readonly directory: string;
  audit(): Promise<readonly AuditTable[]>;
  /** Starts this bot again if it is gone; resolves when it is ready, or gone again. */
  revive(index: number): Promise<void>;
}

/** Starts all of it; resolves when Slack can reach every bot. */
export async function openArena({ bots: count = 1, operators: people = 1, store }: ArenaOptions = {}): Promise<Arena> {
  const directory = mkdtempSync(join(tmpdir(), 'arena-'));
  const [workspace, cluster] = await Promise.all([openWorkspace(), startCluster({ tokens: [] })]);
  const operators = Array.from({ length: people }, (_, index) => hire(workspace, index + 1));
  const used = store ?? sqliteIn(directory);
  const start = (index: number) => new BotUnderTest(botOptions({ directory, workspace, cluster, index, store: used }));
  const bots = Array.from({ length: count }, (_, index) => start(index));
  await Promise.all(bots.map((bot) => bot.says('"msg":"ready"')));
  return {
    ...{ workspace, cluster, bots, operators, directory },
    audit: () => used.audit(),
    async revive(index) {
      if (!bots[index]?.isGone) return;
      const bot = start(index);
      bots[index] = bot;
      await bot.says('"msg":"ready"').catch(() => undefined); // killed again while it started: whoever killed it knows
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(bots.map((bot) => bot.stop()));
      await Promise.all([workspace.slack.close(), cluster.close(), used.remove()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A file that goes with its folder. */
function sqliteIn(directory: string): StoreUnderTest {
  const path = join(directory, 'bot.db');
  const audit = async () => sqliteAudit(path);
  return { kind: 'sqlite', url: `sqlite:${path}`, audit, remove: async () => undefined };
}

/** One more person who is on call. */
function hire({ slack }: Workspace, number: number): string {
  const name = `operator-${number}`;
  const id = `U0OPERAT${number.toString().padStart(2, '0')}`;
  slack.workspace.addPerson({ ...slack.workspace.person('alice'), id, name, realName: `Operator ${number}` });
  slack.workspace.addToGroup(name, 'oncall');
  slack.workspace.join(name, 'incident-4711');
  return name;
}

interface Place {
  readonly directory: string;
  readonly workspace: Workspace;
  readonly cluster: Cluster;
  readonly index: number;
  readonly store: StoreUnderTest;
}

function botOptions({ directory, workspace: { slack }, cluster, index, store }: Place) {
  const home = join(directory, `bot-${index}`);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const configFile = join(home, 'config.toml');
  writeFileSync(join(home, 'management-token'), MANAGEMENT_TOKEN, { mode: 0o600 });
  writeFileSync(configFile, configuration({ cluster, group: slack.workspace.group('oncall').id, store }), {
    mode: 0o600,
  });
  const { PATH, HOME, TMPDIR } = process.env;
  const environment = {
    ...{ PATH, HOME, TMPDIR, NODE_COMPILE_CACHE: join(directory, 'compiled'), FAILPOINTS_IN: store.kind },
    SLACK_API_URL: slack.apiUrl,
    ...{ SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken },
  };
  return { configFile, logFile: join(directory, `bot-${index}.log`), environment };
}

/** Everything at its default but the limits, which are lifted. */
function configuration({ cluster, group, store }: { cluster: Cluster; group: string; store: StoreUnderTest }): string {
  return `
    [slack]
    mode = "socket"
    [store]
    url = "${store.url}"
    [[profile]]
    name = "default"
    product = "clustered"
    host = "${cluster.host}"
    port = "${cluster.port}"
    mgmt_token_file = "management-token"
    [profile.tls]
    disable = true
    [profile.policy]
    start = { usergroups = ["${group}"] }
    [profile.limits]
    per_second = 10000
    revocations_per_hour = 1000000
  `;
}
