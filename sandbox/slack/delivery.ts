/** Something that Slack tells the bot. */
export interface Delivery {
  /** The envelope's type in Socket Mode. */
  readonly type: 'slash_commands' | 'interactive' | 'events_api';
  /** `/influx` or `block_actions`: how the record names it. */
  readonly method: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The bytes of a delivery as they went out, so that they can go out again. */
export type Sent =
  | { readonly by: 'http'; readonly body: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly by: 'socket'; readonly envelope: string };

/** How the bot acknowledged, as Slack took it. */
export interface Ack {
  /** The HTTP status; over a socket 200; 0 when there was no answer at all. */
  readonly status: number;
  readonly contentType: string;
  /** The HTTP body, or the JSON of the payload sent with a socket's acknowledgement. */
  readonly body: string;
  /** From the request leaving Slack to its acknowledgement. */
  readonly ms: number;
  /** What Slack tells the person when the acknowledgement was late, or was none. */
  readonly error: 'operation_timeout' | 'dispatch_failed' | undefined;
}

/** The way to the bot. `attempt` never throws: a failure is an `Ack` with an error. */
export interface Transport {
  prepare(delivery: Delivery): Sent;
  attempt(sent: Sent): Promise<Ack>;
}

/** The form Slack sends by HTTP: the fields of a command, or a JSON `payload`. */
export function formOf({ type, payload }: Delivery): string {
  if (type === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const fields = Object.entries(payload).filter(([, value]) => value !== undefined);
  return new URLSearchParams(Object.fromEntries(fields.map(([name, value]) => [name, String(value)]))).toString();
}
