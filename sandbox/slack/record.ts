/** One request, in either direction. It is recorded when it begins; `status`, `reply` and `ms` follow when it ends. */
export interface RecordEntry {
  readonly direction: 'to bot' | 'from bot';
  /** `chat.postMessage`, `response_url`, `/influx`, `block_actions`, `socket opened`, … */
  readonly method: string;
  readonly at: Date;
  readonly body: unknown;
  /** Of a signed request: its headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Of a request at a response URL: which one. */
  readonly responseUrl?: string | undefined;
  readonly status?: number;
  readonly reply?: unknown;
  readonly ms?: number;
}

/** Keeps every request in both directions, at most the last 20,000, and tells listeners when one has ended. */
export class Recorder {
  readonly #clock: { now(): Date };
  readonly #entries: RecordEntry[] = [];
  readonly #listeners = new Set<(entry: RecordEntry) => void>();

  constructor(clock: { now(): Date }) {
    this.#clock = clock;
  }

  get entries(): readonly RecordEntry[] {
    return this.#entries;
  }

  /** Calls back for every request that ends from now on; returns how to stop. */
  onRecord(listener: (entry: RecordEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Notes that a request began; call the result when it ended. */
  begin(
    direction: RecordEntry['direction'],
    method: string,
    body: unknown,
    more: Pick<RecordEntry, 'headers' | 'responseUrl'> = {},
  ) {
    const began = performance.now();
    const entry = { direction, method, at: this.#clock.now(), body, ...more };
    this.#entries.push(entry);
    if (this.#entries.length > 20_000) this.#entries.shift();
    return (status: number, reply?: unknown): void => {
      Object.assign(entry, { status, reply, ms: performance.now() - began });
      for (const listener of this.#listeners) listener(entry);
    };
  }
}
