/** How a request of the bot goes wrong, once. */
export interface Fault {
  /** This HTTP status, with a body that is not JSON. */
  readonly status?: number;
  /** HTTP 200 with `{"ok":false,"error":…}`. */
  readonly error?: string;
  /** HTTP 429; a number is sent as `Retry-After` in seconds, `'none'` leaves the header out. */
  readonly retryAfter?: number | 'none';
  /** Never answered; nothing is applied. */
  readonly hang?: true;
  /** Applied and answered only once this is. */
  readonly until?: Promise<unknown>;
  /** The connection is cut; nothing is applied. */
  readonly reset?: true;
  /** HTTP 200 with HTML. Nothing is applied. */
  readonly invalidJson?: true;
  /** Applied and half of the answer sent, then silence. */
  readonly stall?: true;
  /** Applied, then the connection is cut before the answer. */
  readonly lostReply?: true;
}

export interface FaultTarget {
  /** A Web API method, `response_url`, or `*` for any request of the bot. */
  readonly method: string;
  /** How many requests it hits; 1 unless given, `Infinity` until it is mended. */
  readonly times?: number;
}

/** The faults that are still to come. */
export class Faults {
  readonly #planned: { method: string; left: number; fault: Fault }[] = [];

  /** Plans a fault; faults for one method happen in the order they were planned. Returns how to mend it. */
  add({ method, times = 1 }: FaultTarget, fault: Fault): () => void {
    const planned = { method, left: times, fault };
    this.#planned.push(planned);
    return () => {
      planned.left = 0;
    };
  }

  /** The fault that hits this request, if any; it is used up by asking. */
  take(method: string): Fault | undefined {
    const planned = this.#planned.find((one) => one.left > 0 && (one.method === method || one.method === '*'));
    if (!planned) return undefined;
    planned.left -= 1;
    return planned.fault;
  }

  clear(): void {
    this.#planned.length = 0;
  }
}
