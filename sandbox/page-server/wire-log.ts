import type { Cluster } from '../cluster/cluster.ts';
import type { ClusterRequest } from '../cluster/journal.ts';
import type { GrpcCall } from '../grpc-call.ts';
import type { WireEntry } from '../page/state.ts';
import type { RecordEntry } from '../slack/record.ts';
import type { Slack } from '../slack/slack.ts';

const KEPT = 500;
const MAX_BODY = 6_000;
const GRPC_STATUS = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

type NewEntry = Omit<WireEntry, 'key'>;

/** Everything that crossed a wire of the sandbox, in the order in which it ended. */
export interface WireLog {
  /** The entries from this key on; the oldest are forgotten. */
  since(key: number): readonly WireEntry[];
  grpc(call: GrpcCall): void;
  /** Watches Slack and the cluster. */
  watch(slack: Slack, cluster: Cluster): void;
}

/** An empty log. `onChange` hears of every entry. */
export function createWireLog(onChange: () => void): WireLog {
  const entries: WireEntry[] = [];
  let next = 0;
  const add = (entry: NewEntry) => {
    entries.push({ key: next, ...entry });
    next += 1;
    if (entries.length > KEPT) entries.shift();
    onChange();
  };
  return {
    since: (key) => entries.filter((entry) => entry.key >= key),
    grpc: (call) => add(ofCall(call)),
    watch(slack, cluster) {
      slack.onRecord((entry) => {
        if (entry.method !== 'socket') add(ofRecord(entry));
      });
      cluster.onAnswer((request) => add(ofRequest(request)));
    },
  };
}

function ofRecord({ direction, method, at, body, status, reply, ms, headers }: RecordEntry): NewEntry {
  const toBot = direction === 'to bot';
  const refused = typeof reply === 'object' && reply !== null && 'ok' in reply && reply.ok === false;
  const late = toBot && typeof reply === 'string' && /^(operation_timeout|dispatch_failed)$/.test(reply);
  const outcome = toBot
    ? late
      ? String(reply)
      : 'acknowledged'
    : `HTTP ${status || 'no answer'}${refused ? ', refused' : ''}`;
  return {
    at: at.getTime(),
    from: toBot ? 'Slack' : 'bot',
    to: toBot ? 'bot' : 'Slack',
    what: method === 'response_url' ? 'POST response_url' : method,
    outcome,
    isGood: status === 200 && !refused && !late,
    ms,
    headers: headers ? signed(headers) : [],
    request: pretty(body),
    response: pretty(reply),
  };
}

function signed(headers: Readonly<Record<string, string>>): string[] {
  return ['content-type', 'x-slack-request-timestamp', 'x-slack-signature'].map((name) => `${name}: ${headers[name]}`);
}

function ofCall({ method, status, ms, request, response }: GrpcCall): NewEntry {
  return {
    ...{ at: Date.now(), from: 'bot', to: 'gateway', what: `gRPC ${method}`, headers: [] },
    outcome: status === undefined ? 'no answer' : (GRPC_STATUS[status] ?? String(status)),
    isGood: status === 0,
    ...{ ms, request: pretty(request), response: pretty(response) },
  };
}

function ofRequest({ method, path, at, status, effect, atMs }: ClusterRequest): NewEntry {
  const isTrue = status !== undefined && status === effect?.status;
  return {
    ...{ at: at.getTime(), from: 'gateway', to: 'InfluxDB', what: `${method} ${path}` },
    outcome: status === undefined ? 'answer lost' : `HTTP ${status}`,
    isGood: status !== undefined && status < 400,
    ms: performance.now() - atMs,
    headers: ['authorization: Bearer (management token)'],
    request: '',
    response: isTrue
      ? pretty(effect?.body)
      : `${effect ? `The cluster did this and meant to answer ${effect.status}.` : 'The cluster did nothing.'}`,
  };
}

function pretty(value: unknown): string {
  if (value === undefined || value === '') return '';
  const parsed = typeof value === 'string' ? parse(value) : value;
  const text = typeof parsed === 'string' ? parsed : JSON.stringify(parsed, null, 2);
  return text.length > MAX_BODY ? `${text.slice(0, MAX_BODY)}\n… ${text.length - MAX_BODY} characters more` : text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: shown as it is.
    return text;
  }
}
