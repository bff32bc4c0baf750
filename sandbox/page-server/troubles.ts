import { setTimeout as delay } from 'node:timers/promises';
import { MANAGEMENT_TOKEN } from '../cluster/cluster.ts';
import type { TroubleState } from '../page/state.ts';
import type { Sandbox } from '../sandbox.ts';

const SLOW_MS = 2_000;
const SECONDS_DEAD_MS = 1_500;
const FOREVER = { times: Number.POSITIVE_INFINITY };

/** Everything that can be made to go wrong while somebody watches. */
export interface Troubles {
  readonly states: readonly TroubleState[];
  /** Whether revoking this token is made to fail at the moment. */
  hits(tokenId: string): boolean;
  switch(id: string, isOn: boolean): void;
}

interface Trouble {
  readonly id: string;
  readonly name: string;
  /** Begins it; returns how to end it. */
  begin(): () => void;
}

/** Troubles for this sandbox; `restart` starts its bot again, `onChange` hears of every change. */
export function createTroubles(sandbox: Sandbox, restart: () => Promise<void>, onChange: () => void): Troubles {
  const ends = new Map<string, () => void>();
  const failing = new Set<string>();
  const all = [...clusterTroubles(sandbox, failing), ...slackTroubles(sandbox), killTrouble(sandbox, end, restart)];

  function end(id: string): void {
    ends.get(id)?.();
    ends.delete(id);
    onChange();
  }

  return {
    get states() {
      return all.map(({ id, name }) => ({ id, name, isOn: ends.has(id) }));
    },
    hits: (tokenId) => failing.has(tokenId),
    switch(id, isOn) {
      const trouble = all.find((one) => one.id === id);
      if (!trouble) throw new Error(`There is no trouble called ${id}.`);
      if (!isOn) return end(id);
      if (!ends.has(id)) ends.set(id, trouble.begin());
      onChange();
    },
  };
}

function clusterTroubles({ cluster }: Sandbox, failing: Set<string>): Trouble[] {
  return [
    {
      ...{ id: 'slow', name: 'The cluster is slow' },
      begin() {
        cluster.latencyMs = SLOW_MS;
        return () => {
          cluster.latencyMs = 0;
        };
      },
    },
    {
      ...{ id: 'failing', name: 'Revoking fails for some tokens' },
      begin() {
        const every2nd = cluster.tokens.filter(({ revokedAt }) => !revokedAt).filter((_, index) => index % 2 === 1);
        const faults = every2nd.map(({ id: tokenId }) => {
          failing.add(tokenId);
          return cluster.fault({ method: 'DELETE', tokenId, ...FOREVER }, { kind: 'answer', status: 503 });
        });
        return () => {
          failing.clear();
          for (const fault of faults) fault.remove();
        };
      },
    },
    {
      ...{ id: 'losing', name: 'The cluster’s answers get lost' },
      begin() {
        const fault = cluster.fault({ method: 'DELETE', ...FOREVER }, { kind: 'reset', applied: true });
        return () => fault.remove();
      },
    },
    {
      ...{ id: 'expired', name: 'The management token has expired' },
      begin() {
        cluster.managementTokens.delete(MANAGEMENT_TOKEN);
        return () => cluster.managementTokens.add(MANAGEMENT_TOKEN);
      },
    },
  ];
}

function slackTroubles({ slack }: Sandbox): Trouble[] {
  return [
    {
      ...{ id: 'slack-429', name: 'Slack answers 429' },
      begin: () => slack.fault({ method: '*', ...FOREVER }, { retryAfter: 2 }),
    },
    {
      ...{ id: 'slack-500', name: 'Slack answers 500' },
      begin: () => slack.fault({ method: '*', ...FOREVER }, { status: 500 }),
    },
  ];
}

/** Kills the bot as the next revocation has reached the cluster, and starts it again a moment later. */
function killTrouble(sandbox: Sandbox, end: (id: string) => void, restart: () => Promise<void>): Trouble {
  const id = 'kill-next';
  return {
    ...{ id, name: 'Kill the bot in the next revocation' },
    begin() {
      const stop = sandbox.cluster.onRequest(({ method }) => {
        if (method !== 'DELETE') return;
        stop();
        void sandbox.bot
          .kill()
          .then(() => delay(SECONDS_DEAD_MS))
          .then(restart)
          .finally(() => end(id));
      });
      return stop;
    },
  };
}
