import type { Behaviour } from '../../sandbox/cluster/faults.ts';
import type { Fault } from '../../sandbox/slack/faults.ts';
import type { Arena } from './arena.ts';
import type { BotUnderTest } from './bot-under-test.ts';
import { STEPS } from './failpoint.ts';
import type { Random } from './random.ts';

/** Something that goes wrong in a round: its name for the report card, and how to do it; resolves when it is over. */
export interface Trouble {
  readonly name: string;
  begin(arena: Arena): Promise<void>;
}

const LONGEST_FREEZE_MS = 1_200;

const CLUSTER: readonly Behaviour[] = [
  { kind: 'reset', applied: true },
  { kind: 'reset', applied: false },
  { kind: 'cut', afterBytes: 9 },
  { kind: 'answer', status: 503 },
  { kind: 'answer', status: 429, headers: { 'retry-after': '1' } },
  { kind: 'html', applied: true },
  { kind: 'raw', bytes: 'nonsense\r\n\r\n', applied: true },
  { kind: 'wrong id' },
  { kind: 'slow', delayMs: 400 },
];

const SLACK: readonly (Fault & { readonly name: string })[] = [
  { name: 'Slack answers 500', status: 500 },
  { name: 'Slack answers 429', retryAfter: 1 },
  { name: 'Slack resets', reset: true },
  { name: 'Slack loses its reply', lostReply: true },
  { name: 'Slack answers nonsense', invalidJson: true },
];

/** What happens to a process in one round: at a random time, or at a named step of the main job. */
export function processTrouble(random: Random, bots: number): Trouble {
  const index = random.below(bots);
  const afterMs = random.below(500);
  const forMs = 100 + random.below(LONGEST_FREEZE_MS);
  const how = random.one([
    'kill',
    'freeze',
    'stop',
    'kill gateway',
    'freeze gateway',
    'kill at',
    'kill at',
    'kill at',
    'freeze at',
  ]);
  switch (how) {
    case 'kill':
      return timed('killed at random', index, afterMs, (bot) => bot.kill());
    case 'stop':
      return timed('stopped at random', index, afterMs, (bot) => bot.stop());
    case 'freeze':
      return timed('frozen at random', index, afterMs, (bot) => frozen(bot, forMs));
    case 'kill gateway':
      return timed('gateway killed at random', index, afterMs, async (bot) => signal(bot.gatewayPid, 'SIGKILL'));
    case 'freeze gateway':
      return timed('gateway frozen at random', index, afterMs, async (bot) => {
        const pid = bot.gatewayPid;
        signal(pid, 'SIGSTOP');
        await delay(forMs);
        signal(pid, 'SIGCONT');
      });
    default:
      return atStep(random, index, how === 'kill at' ? 'SIGKILL' : 'SIGSTOP', forMs);
  }
}

/** What goes wrong with Slack or the cluster in one round. */
export function wireTrouble(random: Random): Trouble {
  const times = 1 + random.below(3);
  switch (random.one(['cluster', 'cluster', 'slack', 'slack', 'drop', 'refresh', 'latency', 'hides'])) {
    case 'cluster': {
      const behaviour = random.one(CLUSTER);
      const method = behaviour.kind === 'wrong id' ? 'GET' : random.one(['GET', 'DELETE'] as const);
      return wire(
        `${method} ${describe(behaviour)}`,
        ({ cluster }) => cluster.fault({ method, times }, behaviour).remove,
      );
    }
    case 'slack': {
      const { name, ...fault } = random.one(SLACK);
      return wire(name, ({ workspace }) => workspace.slack.fault({ method: 'response_url', times }, fault));
    }
    case 'drop':
      return wire('sockets dropped', ({ workspace }) => {
        workspace.slack.disconnectSockets('drop');
        return undefined;
      });
    case 'refresh':
      return wire('sockets refreshed', ({ workspace }) => {
        workspace.slack.disconnectSockets('refresh_requested');
        return undefined;
      });
    case 'hides':
      return wire('cluster hides what is revoked', ({ cluster }) => {
        cluster.hidesRevoked = true;
        return () => {
          cluster.hidesRevoked = false;
        };
      });
    default:
      return wire('cluster is slow', ({ cluster }) => {
        cluster.latencyMs = 80;
        return () => {
          cluster.latencyMs = 0;
        };
      });
  }
}

function timed(name: string, index: number, afterMs: number, act: (bot: BotUnderTest) => Promise<void>): Trouble {
  return {
    name,
    async begin({ bots }) {
      await delay(afterMs);
      const bot = bots[index];
      if (bot) await act(bot);
    },
  };
}

function atStep(random: Random, index: number, how: 'SIGKILL' | 'SIGSTOP', forMs: number): Trouble {
  const step = random.one(STEPS);
  const when = random.one(['before commit', 'after commit'] as const);
  const nth = 1 + random.below(2);
  return {
    name: `${how === 'SIGKILL' ? 'killed' : 'frozen'} ${when} of “${step}”`,
    async begin({ bots }) {
      const bot = bots[index];
      await bot?.arm({ step, when, nth, how });
      if (!bot || how === 'SIGKILL') return;
      const reached = bot.says('failpoint reached').catch(() => undefined); // it ended instead
      await Promise.race([reached, delay(2_000)]);
      await delay(forMs);
      bot.thaw();
      await bot.arm(null);
    },
  };
}

function wire(name: string, begin: (arena: Arena) => (() => void) | undefined): Trouble {
  return {
    name,
    async begin(arena) {
      const mend = begin(arena);
      await delay(1_000);
      mend?.();
    },
  };
}

async function frozen(bot: BotUnderTest, forMs: number): Promise<void> {
  bot.freeze();
  await delay(forMs);
  bot.thaw();
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {
    // It is gone already, which is what a signal may find.
  }
}

function describe(behaviour: Behaviour): string {
  const { kind } = behaviour;
  if (kind === 'answer') return `answered ${behaviour.status}`;
  return 'applied' in behaviour && behaviour.applied ? `${kind}, applied` : kind;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
