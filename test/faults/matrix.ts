import type { LinkFault } from '../support/fault-proxy.ts';
import { breaches } from './oracle.ts';
import { revokePersistently, type Told } from './persistent-operator.ts';
import { LINKS, type LinkName, openStage, type Stage, type StageOptions } from './stage.ts';
import { freshTokens } from './tokens.ts';

/** How long a link stays broken. */
const BROKEN_MS = 700;

const FAULTS: readonly LinkFault[] = [
  { kind: 'latency', ms: 120 },
  { kind: 'blackhole' },
  { kind: 'reset' },
  { kind: 'half-open' },
  { kind: 'cut after bytes', bytes: 60 },
  { kind: 'cut before reply' },
];

/** When the link breaks: before the command, before the click, with the first DELETE under way, and when the last has gone. */
const MOMENTS = ['command', 'click', 'first DELETE', 'last DELETE'] as const;

/** One fault on one link at one moment of the main job. */
export interface Cell {
  readonly link: LinkName;
  readonly fault: LinkFault;
  readonly moment: (typeof MOMENTS)[number];
}

/** Every fault on every link at every moment. */
export const CELLS: readonly Cell[] = LINKS.flatMap((link) =>
  FAULTS.flatMap((fault) => MOMENTS.map((moment) => ({ link, fault, moment }))),
);

/** Plays the main job with this fault in it; says what became of it, and which invariants it broke. */
export async function playCell(
  { link, fault, moment }: Cell,
  options: Partial<StageOptions> = {},
): Promise<Told & { readonly breaches: readonly string[]; readonly revoked: number }> {
  const tokens = freshTokens(3);
  await using stage = await openStage({ tokens, ...options });
  let isBroken = false;
  const breakLink = () => {
    if (isBroken) return;
    isBroken = true;
    stage.links[link].break(fault);
    setTimeout(() => stage.links[link].mend(), BROKEN_MS);
  };
  if (moment === 'command') breakLink();
  if (moment === 'first DELETE') onDelete(stage, 1, breakLink);
  if (moment === 'last DELETE') onDelete(stage, tokens.length, breakLink);
  const onPlan = moment === 'click' ? breakLink : () => undefined;
  const told = await revokePersistently(
    stage.workspace,
    tokens.map(({ id }) => id),
    { onPlan },
  );
  await stage.bot.stop();
  const evidence = await stage.evidence();
  const revoked = tokens.filter(({ id }) => evidence.isRevoked(id)).length;
  return { ...told, breaches: breaches(evidence), revoked };
}

/** With the nth DELETE on its way, and the cluster slow to answer. */
function onDelete({ cluster }: Stage, nth: number, act: () => void): void {
  cluster.latencyMs = 60;
  let count = 0;
  cluster.onRequest(({ method }) => {
    if (method !== 'DELETE') return;
    count += 1;
    if (count === nth) act();
  });
}
