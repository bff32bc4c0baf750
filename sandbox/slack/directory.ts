import type { Channel, Group, Person, WorkspaceDescription } from './workspace.ts';

/** Who and what there is in the workspace now, and the hands that change it. Names, `#names` and IDs all find things. */
export class Directory {
  readonly team: WorkspaceDescription['team'];
  readonly app: WorkspaceDescription['app'];
  readonly #people = new Map<string, Person>();
  readonly #groups = new Map<string, Group>();
  readonly #channels = new Map<string, Channel>();

  constructor(description: WorkspaceDescription) {
    this.team = description.team;
    this.app = description.app;
    for (const person of description.people) this.#people.set(person.id, person);
    for (const group of description.groups) this.#groups.set(group.id, group);
    for (const channel of description.channels) this.#channels.set(channel.id, channel);
  }

  get people(): readonly Person[] {
    return [...this.#people.values()];
  }

  get groups(): readonly Group[] {
    return [...this.#groups.values()];
  }

  get channels(): readonly Channel[] {
    return [...this.#channels.values()];
  }

  /** The person with this name or ID. Throws, naming everybody, when there is none. */
  person(nameOrId: string): Person {
    return found(
      'person',
      nameOrId,
      this.findPerson(nameOrId),
      [...this.#people.values()].map(({ name }) => name),
    );
  }

  findPerson(nameOrId: string): Person | undefined {
    return this.#people.get(nameOrId) ?? this.people.find(({ name }) => name === nameOrId);
  }

  /** The channel with this ID or (`#`)name. Throws, naming all of them, when there is none. */
  channel(nameOrId: string): Channel {
    return found(
      'channel',
      nameOrId,
      this.findChannel(nameOrId),
      this.channels.map(({ name }) => `#${name}`),
    );
  }

  findChannel(nameOrId: string): Channel | undefined {
    const bare = nameOrId.replace(/^#/, '');
    return this.#channels.get(nameOrId) ?? this.channels.find(({ name, kind }) => kind !== 'direct' && name === bare);
  }

  /** The user group with this ID or handle. Throws, naming all of them, when there is none. */
  group(handleOrId: string): Group {
    return found(
      'user group',
      handleOrId,
      this.findGroup(handleOrId),
      [...this.#groups.values()].map(({ handle }) => handle),
    );
  }

  findGroup(handleOrId: string): Group | undefined {
    return this.#groups.get(handleOrId) ?? [...this.#groups.values()].find(({ handle }) => handle === handleOrId);
  }

  /** The direct messages between this person and the app, opened when there were none. */
  directMessages(nameOrId: string): Channel {
    const { id } = this.person(nameOrId);
    const members = [this.app.botUserId, id];
    const open = this.channels.find(
      ({ kind, members: m }) => kind === 'direct' && members.every((one) => m.includes(one)),
    );
    if (open) return open;
    const channel: Channel = {
      id: `D${id.slice(1)}`,
      name: 'directmessage',
      kind: 'direct',
      members,
      isArchived: false,
    };
    this.#channels.set(channel.id, channel);
    return channel;
  }

  /** A channel's name as people read it. */
  label({ kind, name, members }: Channel): string {
    if (kind !== 'direct') return `#${name}`;
    return `direct messages (${members.map((id) => this.findPerson(id)?.name ?? id).join(', ')})`;
  }

  addPerson(person: Person): void {
    this.#people.set(person.id, person);
  }

  addChannel(channel: Channel): void {
    this.#channels.set(channel.id, channel);
  }

  addToGroup(person: string, group: string): void {
    const { id } = this.person(person);
    this.#setMembers(group, (members) => [...members.filter((member) => member !== id), id]);
  }

  removeFromGroup(person: string, group: string): void {
    const { id } = this.person(person);
    this.#setMembers(group, (members) => members.filter((member) => member !== id));
  }

  deactivate(person: string): void {
    this.#change(person, { isDeactivated: true });
  }

  makeGuest(person: string): void {
    this.#change(person, { kind: 'guest' });
  }

  archive(channel: string): void {
    const old = this.channel(channel);
    this.#channels.set(old.id, { ...old, isArchived: true });
  }

  join(person: string, channel: string): void {
    const { id } = this.person(person);
    const old = this.channel(channel);
    this.#channels.set(old.id, { ...old, members: [...old.members.filter((member) => member !== id), id] });
  }

  leave(person: string, channel: string): void {
    const { id } = this.person(person);
    const old = this.channel(channel);
    this.#channels.set(old.id, { ...old, members: old.members.filter((member) => member !== id) });
  }

  #change(nameOrId: string, change: Partial<Person>): void {
    const old = this.person(nameOrId);
    this.#people.set(old.id, { ...old, ...change });
  }

  #setMembers(handleOrId: string, change: (members: readonly string[]) => readonly string[]): void {
    const old = this.group(handleOrId);
    this.#groups.set(old.id, { ...old, members: change(old.members) });
  }
}

function found<T>(what: string, asked: string, it: T | undefined, known: readonly string[]): T {
  if (it === undefined) throw new Error(`No ${what} ${asked} in this workspace. There are: ${known.join(', ')}.`);
  return it;
}
