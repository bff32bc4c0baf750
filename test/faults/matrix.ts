import type { LinkFault } from '../support/fault-proxy.ts';
import { breaches } from './oracle.ts';
import { revokePersistently, type Told } from './persistent-operator.ts';
import { LINKS, type LinkName, openStage, type Stage, type StageOptions } from './stage.ts';
import { postgresOnStage } from './store-on-stage.ts';
import { freshTokens } from './tokens.ts';

/** How long a link stays broken. */
const BROKEN_MS = 700;

const FAULTS: readonly LinkFault[] = [
  { kind: 'latency', ms: 120 },
  { kind: 'blackhole' },
  { kind: 'reset' },
  { kind: 'half-open' },
  // In the middle of a first line or a greeting, of headers or a handshake, and of what it was all about.
  { kind: 'cut after bytes', bytes: 5 },
  { kind: 'cut after bytes', bytes: 60 },
  { kind: 'cut after bytes', bytes: 700 },
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

/** `PostgreSQL: cut after 60 bytes at the click` */
export function nameOf({ link, fault, moment }: Cell): string {
  const what = fault.kind === 'cut after bytes' ? `cut after ${fault.bytes} bytes` : fault.kind;
  return `${link}: ${what} at the ${moment}`;
}

/** What became of a cell. */
export interface Played extends Told {
  /** The invariants that did not hold. */
  readonly breaches: readonly string[];
  /** How many of its tokens the cluster has revoked. */
  readonly revoked: number;
  /** How often the fault touched a connection. */
  readonly struck: number;
}

/** Plays the main job with this fault in it; on PostgreSQL in the database at the URL, otherwise on an SQLite file. */
export async function playCell({ link: name, fault, moment }: Cell, databaseUrl?: string): Promise<Played> {
  const tokens = freshTokens(3);
  await using stage = await openStage({ tokens, ...partsOf(name, databaseUrl) });
  const link = stage.link(name);
  let isBroken = false;
  const breakLink = () => {
    if (isBroken) return;
    isBroken = true;
    link.break(fault);
    setTimeout(() => link.mend(), BROKEN_MS);
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
  return { ...told, breaches: breaches(evidence), revoked, struck: link.struck };
}

/** What a stage needs to have this link at all. */
function partsOf(link: LinkName, databaseUrl: string | undefined): Partial<StageOptions> {
  if (link === 'gRPC over TCP') return { gatewayOver: 'TCP' };
  if (link !== 'PostgreSQL') return {};
  if (databaseUrl === undefined) throw new Error('cells on the link to PostgreSQL need a database');
  return { openStore: () => postgresOnStage(databaseUrl) };
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
