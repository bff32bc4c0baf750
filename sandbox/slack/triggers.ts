import { Refusal } from './compose.ts';
import { newTriggerId } from './payloads.ts';

const LIFETIME_MS = 3_000;

/** The trigger IDs handed out: each opens one view, within three seconds of the workspace's clock. */
export class Triggers {
  readonly #clock: { now(): Date };
  readonly #issued = new Map<string, { readonly person: string; readonly at: number; isUsed: boolean }>();

  constructor(clock: { now(): Date }) {
    this.#clock = clock;
  }

  /** A trigger ID for what this person did just now. */
  issue(person: string): string {
    const now = this.#clock.now();
    const id = newTriggerId(now);
    this.#issued.set(id, { person, at: now.getTime(), isUsed: false });
    return id;
  }

  /** Whose it is; from now on it is used. Throws a `Refusal`: `invalid_trigger_id`, `exchanged_trigger_id`, `expired_trigger_id`. */
  exchange(id: unknown): string {
    const trigger = typeof id === 'string' ? this.#issued.get(id) : undefined;
    if (!trigger) throw new Refusal('invalid_trigger_id');
    if (trigger.isUsed) throw new Refusal('exchanged_trigger_id');
    if (this.#clock.now().getTime() - trigger.at > LIFETIME_MS) throw new Refusal('expired_trigger_id');
    trigger.isUsed = true;
    return trigger.person;
  }
}
