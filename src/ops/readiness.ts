import type { Clock } from '../revocation/clock.ts';
import type { Store } from '../revocation/store.ts';
import type { ProfileName } from '../revocation/token.ts';

/** What was found is told to whoever asks again this soon: probes cost next to nothing. */
const KEPT_MS = 2_000;
const PATIENCE_MS = 3_000;

export interface ReadinessDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly profiles: readonly ProfileName[];
  /** Whether Slack can reach the bot right now. */
  readonly connected: () => boolean;
  /** Whether the profile's gateway says that it serves. */
  readonly serving: (profile: ProfileName) => Promise<boolean>;
  /** How the profile's cluster is: `ok`, or what is wrong. Asks it seldom, however often it is called. */
  readonly cluster: (profile: ProfileName) => Promise<string>;
  readonly onFault: (error: unknown, doing: string) => void;
}

/** Whether everything works that a revocation needs, part by part: `ok`, or what is wrong in a few fixed words. */
export interface Readiness {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, string>>;
}

/** Tells how the bot stands; many who ask at once share one look. */
export function createReadiness(dependencies: ReadinessDependencies): () => Promise<Readiness> {
  const { clock, connected } = dependencies;
  let kept: { readonly at: number; readonly parts: Promise<[string, string][]> } | undefined;
  return async () => {
    const now = clock.now().getTime();
    if (!kept || now - kept.at >= KEPT_MS) kept = { at: now, parts: look(dependencies) };
    const parts = Object.fromEntries([['slack', connected() ? 'ok' : 'not connected'], ...(await kept.parts)]);
    return { ready: Object.values(parts).every((state) => state === 'ok'), parts };
  };
}

async function look({
  store,
  clock,
  profiles,
  serving,
  cluster,
  onFault,
}: ReadinessDependencies): Promise<[string, string][]> {
  const check = async (part: string, wrong: string, works: () => Promise<boolean>): Promise<[string, string]> => {
    try {
      return [part, (await inTime(clock, works(), false)) ? 'ok' : wrong];
    } catch (error) {
      onFault(error, `looking whether ${part} works`);
      return [part, wrong];
    }
  };
  const behind = async (name: ProfileName): Promise<[string, string][]> => {
    const gateway = await check(`gateway ${name}`, 'not serving', () => serving(name));
    const asked = gateway[1] === 'ok' ? inTime(clock, cluster(name), 'not answering') : 'not asked';
    return [gateway, [`cluster ${name}`, await asked]];
  };
  return [
    await check('store', 'not writable', async () => {
      await store.transaction((transaction) => transaction.heartbeat(clock.now()));
      return true;
    }),
    await check('audit', 'not writable', async () => {
      await store.transaction((transaction) => transaction.tryAudit(clock.now()));
      return true;
    }),
    ...(await Promise.all(profiles.map(behind))).flat(),
  ];
}

/** What stands for it when it takes too long: whoever asks whether it works will not wait. */
async function inTime<T>(clock: Clock, work: Promise<T>, late: T): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  const cancel = clock.after(PATIENCE_MS, () => resolve(late));
  try {
    return await Promise.race([work, promise]);
  } finally {
    cancel();
  }
}
