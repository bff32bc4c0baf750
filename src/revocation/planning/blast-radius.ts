import type { PlannedToken } from '../plan.ts';
import type { Permission, Token, TokenId } from '../token.ts';

const NAMED = 10;
/** More names than any cluster has databases; a bound all the same. */
const KNOWN = 10_000;

/** Databases that tokens can do one thing with before a plan, and none any more after it. */
export interface LostAccess {
  /** In the order of the alphabet; the first ten. */
  readonly names: readonly string[];
  /** How many there are besides. */
  readonly more: number;
  /** The last token for all databases goes: also every database that no token names is lost. */
  readonly unnamed: boolean;
}

/** What nobody can do any more once a plan is done. */
export interface BlastRadius {
  readonly unwritable: LostAccess;
  readonly unreadable: LostAccess;
}

/** Is told of every token of a cluster, and keeps no more of it than names of databases and the tokens of the plan. */
export interface BlastRadiusCollector {
  /** Takes one more token; false when the databases have become too many, and all is in vain. */
  add(token: Token): boolean;
  /** What the plan takes away, as its tokens were found, seen from all tokens taken so far. */
  over(planned: readonly PlannedToken[]): BlastRadius;
}

/** Who can do one thing, among the tokens that stay. */
interface Holders {
  readonly databases: Set<string>;
  /** Somebody can with all of them. */
  all: boolean;
}

/** For a plan with these tokens, at this time: what has expired by then can do nothing, and what is `leaving` does not stay. */
export function collectBlastRadius(
  tokenIds: readonly TokenId[],
  now: Date,
  leaving: ReadonlySet<TokenId> = new Set(),
): BlastRadiusCollector {
  const asked = new Set(tokenIds);
  const kept = new Map<TokenId, Token>();
  const known = new Set<string>();
  const staying = { read: holders(), write: holders() };
  const works = ({ revokedAt, expiresAt }: Token) => !revokedAt && !(expiresAt && expiresAt <= now);

  function know({ permissions }: Token): void {
    for (const { resource } of permissions) if (resource !== '*') known.add(resource);
  }

  function lost(action: 'read' | 'write', going: readonly Permission[], spared: readonly Permission[]): LostAccess {
    const { databases, all } = staying[action];
    const can = ({ action: other }: Permission) => other === action;
    const stays = new Set([...databases, ...spared.filter(can).map(({ resource }) => resource)]);
    if (all || stays.has('*')) return { names: [], more: 0, unnamed: false };
    const taken = new Set(going.filter(can).map(({ resource }) => resource));
    const unnamed = taken.delete('*');
    const names = [...(unnamed ? known : taken)].filter((name) => !stays.has(name)).sort();
    return { names: names.slice(0, NAMED), more: Math.max(names.length - NAMED, 0), unnamed };
  }

  return {
    add(token) {
      if (token.revokedAt) return true;
      know(token);
      if (leaving.has(token.id)) return known.size <= KNOWN;
      if (asked.has(token.id)) kept.set(token.id, token);
      else if (works(token)) hold(staying, token.permissions);
      return known.size <= KNOWN;
    },
    over(planned) {
      const live = planned.flatMap((one) => (one.found === 'live' ? [one.token] : []));
      for (const token of live) know(token);
      // What could not be read is not touched, and goes on working as it was listed.
      const unread = planned.flatMap((one) => (one.found === 'unreadable' ? (kept.get(one.id) ?? []) : []));
      const going = live.filter(works).flatMap(({ permissions }) => permissions);
      const spared = unread.filter(works).flatMap(({ permissions }) => permissions);
      return { unwritable: lost('write', going, spared), unreadable: lost('read', going, spared) };
    },
  };
}

function holders(): Holders {
  return { databases: new Set(), all: false };
}

function hold(staying: Readonly<Record<'read' | 'write', Holders>>, permissions: readonly Permission[]): void {
  for (const { action, resource } of permissions) {
    if (action !== 'read' && action !== 'write') continue;
    const held = staying[action];
    if (resource === '*') held.all = true;
    else held.databases.add(resource);
  }
}
