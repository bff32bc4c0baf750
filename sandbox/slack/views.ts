import { randomBytes } from 'node:crypto';
import type { ViewContent } from './block-kit-view.ts';
import { withIds } from './chat.ts';
import { Refusal } from './compose.ts';
import type { Directory } from './directory.ts';
import { Timeline } from './timeline.ts';

const MAX_STACK = 3;

/** A modal or an App Home on somebody's screen. An update is a new one with the same ID. */
export interface View {
  readonly id: string;
  /** Changes with every update. */
  readonly hash: string;
  /** On whose screen it is. */
  readonly person: string;
  readonly content: ViewContent;
  readonly rootId: string;
  readonly previousId: string | undefined;
}

/** How an app names a view it wants to change. */
export interface ViewReference {
  readonly viewId?: string | undefined;
  readonly externalId?: string | undefined;
  /** The change is refused with `hash_conflict` when the view has another by now. */
  readonly hash?: string | undefined;
}

/** The modals on people's screens, at most three on top of each other, and their App Homes. */
export class Views {
  readonly #directory: Directory;
  readonly #stacks = new Map<string, readonly View[]>();
  readonly #homes = new Map<string, View>();
  /** Every version of every view, in the order in which they were shown. */
  readonly shown: Timeline<View>;

  constructor(directory: Directory, patienceMs: number) {
    this.#directory = directory;
    this.shown = new Timeline(patienceMs);
  }

  /** The modals on this person's screen, the top one last. */
  modals(person: string): readonly View[] {
    return this.#stacks.get(person) ?? [];
  }

  /** What the app last published for this person; undefined while it has not. */
  home(person: string): View | undefined {
    return this.#homes.get(person);
  }

  find(id: string): View | undefined {
    return [...this.#stacks.values()].flat().find((view) => view.id === id) ?? this.#homeWith(id);
  }

  /** Shows a modal in place of all there were. */
  open(person: string, content: ViewContent): View {
    this.#assertKind(content, 'modal');
    const view = this.#create(person, content, undefined);
    this.#stacks.set(person, [view]);
    this.shown.push(view);
    return view;
  }

  /** Puts a modal on top of the one there is. Throws a `Refusal` for a fourth. */
  push(person: string, content: ViewContent): View {
    this.#assertKind(content, 'modal');
    const stack = this.modals(person);
    if (stack.length === 0) throw new Refusal('not_found');
    if (stack.length >= MAX_STACK) throw new Refusal('push_limit_reached');
    const view = this.#create(person, content, stack.at(-1));
    this.#stacks.set(person, [...stack, view]);
    this.shown.push(view);
    return view;
  }

  /** Changes a view. Throws a `Refusal`: `not_found`, `hash_conflict`. */
  update({ viewId, externalId, hash }: ViewReference, content: ViewContent): View {
    const old = [...this.#stacks.values(), ...[...this.#homes.values()].map((home) => [home])]
      .flat()
      .find((view) => (viewId === undefined ? view.content.external_id === externalId : view.id === viewId));
    if (!old || (viewId === undefined && externalId === undefined)) throw new Refusal('not_found');
    this.#assertKind(content, old.content.type);
    return this.#change(old, content, hash);
  }

  /** Shows this App Home to a person. Throws a `Refusal`: `hash_conflict`. */
  publish(person: string, content: ViewContent, hash: string | undefined): View {
    this.#assertKind(content, 'home');
    const old = this.#homes.get(person);
    if (old) return this.#change(old, content, hash);
    const view = this.#create(person, content, undefined);
    this.#homes.set(person, view);
    this.shown.push(view);
    return view;
  }

  /** Takes this view, and those on top of it, from the screen. */
  close(view: View): void {
    const stack = this.modals(view.person);
    const place = stack.findIndex(({ id }) => id === view.id);
    if (place >= 0) this.#stacks.set(view.person, stack.slice(0, place));
  }

  /** Takes every modal from this person's screen. */
  clear(person: string): void {
    this.#stacks.delete(person);
  }

  #change(old: View, content: ViewContent, hash: string | undefined): View {
    if (hash !== undefined && hash !== old.hash) throw new Refusal('hash_conflict');
    const view = { ...old, hash: newHash(), content: named(content, old.id) };
    if (content.type === 'home') this.#homes.set(old.person, view);
    else
      this.#stacks.set(
        old.person,
        this.modals(old.person).map((one) => (one.id === old.id ? view : one)),
      );
    this.shown.push(view);
    return view;
  }

  #create(person: string, content: ViewContent, below: View | undefined): View {
    const id = `V${randomBytes(5).toString('hex').toUpperCase()}`;
    if (content.external_id && this.#hasExternalId(content.external_id)) throw new Refusal('duplicate_external_id');
    if (!this.#directory.findPerson(person)) throw new Refusal('user_not_found');
    return {
      ...{ id, hash: newHash(), person, content: named(content, id) },
      rootId: below?.rootId ?? id,
      previousId: below?.id,
    };
  }

  #hasExternalId(externalId: string): boolean {
    return [...this.#stacks.values()].flat().some(({ content }) => content.external_id === externalId);
  }

  #homeWith(id: string): View | undefined {
    return [...this.#homes.values()].find((view) => view.id === id);
  }

  #assertKind(content: ViewContent, type: ViewContent['type']): void {
    if (content.type !== type)
      throw new Refusal('invalid_arguments', {
        response_metadata: { messages: [`[ERROR] expected a view of type ${type}`] },
      });
  }
}

function named(content: ViewContent, seed: string): ViewContent {
  return { ...content, blocks: content.blocks.map((block, index) => withIds(block, `${seed}${index.toString(36)}`)) };
}

function newHash(): string {
  return `${Date.now()}.${randomBytes(4).toString('hex')}`;
}
