/** The work Slack's requests cause, from their arrival until everything they led to has ended: bounded, and waited for at the end. */
export interface InFlight {
  /** Whether there is room for more work of this person. */
  hasRoom(user: string): boolean;
  /** Counts the work until it ends. */
  run(user: string, work: () => Promise<void>): Promise<void>;
  /** Resolves when everything has ended. */
  ended(): Promise<void>;
}

export function createInFlight({ perPerson, inAll }: { perPerson: number; inAll: number }): InFlight {
  const running = new Set<Promise<void>>();
  const byPerson = new Map<string, number>();
  return {
    hasRoom: (user) => running.size < inAll && (byPerson.get(user) ?? 0) < perPerson,
    run(user, work) {
      byPerson.set(user, (byPerson.get(user) ?? 0) + 1);
      const counted = work().finally(() => {
        running.delete(counted);
        const left = (byPerson.get(user) ?? 1) - 1;
        if (left > 0) byPerson.set(user, left);
        else byPerson.delete(user);
      });
      running.add(counted);
      return counted;
    },
    async ended() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}
