import type { Clock } from '../../src/revocation/clock.ts';
import { type Directory, DirectoryError, type Known, type PersonFacts } from '../../src/revocation/people.ts';

/** A directory whose people and groups a test sets. */
export interface FakeDirectory extends Directory {
  /** What is special about people; everybody else is a plain member of T0001. */
  readonly people: Map<string, Partial<PersonFacts>>;
  readonly groups: Map<string, readonly string[]>;
  readonly names: Map<string, string>;
  /** Whose reading fails. */
  readonly silent: Set<string>;
  /** Every reading, in order, and how old it was allowed to be. */
  readonly asked: readonly { readonly id: string; readonly maxAgeMs: number }[];
  /** How old the next answers are. */
  ageMs: number;
}

export function createFakeDirectory(clock: Clock): FakeDirectory {
  const asked: { id: string; maxAgeMs: number }[] = [];
  const directory: FakeDirectory = {
    people: new Map(),
    groups: new Map(),
    names: new Map(),
    silent: new Set(),
    asked,
    ageMs: 0,
    person: async (user, maxAgeMs) =>
      read(user, maxAgeMs, {
        ...{ deactivated: false, bot: false, guest: false, teams: ['T0001'] },
        ...directory.people.get(user),
      }),
    members: async (usergroup, maxAgeMs) => read(usergroup, maxAgeMs, new Set(directory.groups.get(usergroup))),
    async nameOf(id) {
      if (directory.silent.has(`the name of ${id}`)) throw new DirectoryError(`scripted: no name of ${id}`);
      return directory.names.get(id) ?? id;
    },
  };

  function read<T>(id: string, maxAgeMs: number, value: T): Known<T> {
    asked.push({ id, maxAgeMs });
    if (directory.silent.has(id)) throw new DirectoryError(`scripted: nothing known of ${id}`);
    return { value, readAt: new Date(clock.now().getTime() - directory.ageMs) };
  }

  return directory;
}
