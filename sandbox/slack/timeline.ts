/** A list that grows, and people waiting for something in it. */
export class Timeline<T> {
  readonly #events: T[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #patienceMs: number;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  get length(): number {
    return this.#events.length;
  }

  since(from: number): readonly T[] {
    return this.#events.slice(from);
  }

  push(event: T): void {
    this.#events.push(event);
    for (const look of [...this.#waiting]) look();
  }

  /**
   * The first event at or after `from` that is accepted, and its place; at once when it is there already.
   * Fails when none comes in time, with what `complain` says then.
   */
  next(from: number, accept: (event: T) => boolean, complain: () => string): Promise<{ event: T; at: number }> {
    return new Promise((resolve, reject) => {
      let place = from;
      const search = () => {
        for (; place < this.#events.length; place += 1) {
          const event = this.#events[place];
          if (event === undefined || !accept(event)) continue;
          stop();
          resolve({ event, at: place });
          return;
        }
      };
      // A question that throws fails the one who waits, not the one who posts.
      const look = () => {
        try {
          search();
        } catch (error) {
          stop();
          reject(error);
        }
      };
      const stop = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`Nothing came within ${this.#patienceMs} ms. ${complain()}`));
      }, this.#patienceMs);
      this.#waiting.add(look);
      look();
    });
  }
}
